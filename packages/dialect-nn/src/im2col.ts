import { type AttrsOf, attr, defineOp, makeTensor, type OpDef, type Tensor, tensor } from "@gatefold/core";
import type { BoolAttr, FloatAttr, IntsAttr } from "./attrs.js";
import { storageLike } from "./tensors.js";
import { operandType, requireRank, requireThat } from "./types.js";
import { type WindowAxis, windowAxes } from "./window.js";

type Im2ColAttrs = {
  readonly kernel_size: IntsAttr;
  readonly stride: IntsAttr;
  readonly pad_amount: IntsAttr;
  readonly pad_value: FloatAttr;
  readonly dilations: IntsAttr;
  readonly depthwise: BoolAttr;
};

function axesOf(shape: readonly number[], attrs: AttrsOf<Im2ColAttrs>): readonly [WindowAxis, WindowAxis] {
  requireThat(attrs.kernel_size.length === 2, "C2", () => `kernel [${attrs.kernel_size}] is not two sizes`);
  const [h, w] = windowAxes(shape.slice(1, 3), {
    kernel: attrs.kernel_size,
    window: {
      auto_pad: "NOTSET",
      strides: attrs.stride,
      dilations: attrs.dilations,
      pads: attrs.pad_amount,
    },
  });
  return [h!, w!];
}

function shapeOf(shape: readonly number[], attrs: AttrsOf<Im2ColAttrs>): number[] {
  const [h, w] = axesOf(shape, attrs);
  return [shape[0]!, h.outSize, w.outSize, h.kernel * w.kernel * shape[3]!];
}

/**
 * The windows of a convolution laid out as rows, so that it becomes a matrix product.
 *
 * - Operand: `x` `<N x H x W x C>`. Result: `<N x H' x W' x kh·kw·C>`, channels fastest, then kernel columns.
 * - Attributes: `pad_amount` is top, left, bottom, right; `depthwise` is a hint for hardware and changes nothing.
 * - Constraints: (C1) `x` has 4 axes; (C2) `kernel_size` has two sizes; (W) the window fits.
 *
 * Source: FINN / QONNX Im2Col.
 */
export const Im2Col: OpDef<Im2ColAttrs> = defineOp<Im2ColAttrs>({
  name: "nn.im2_col",
  summary: "The windows of a convolution laid out as rows.",
  operands: ["x"],
  attrs: {
    kernel_size: attr.ints(),
    stride: attr.ints([1, 1]),
    pad_amount: attr.ints([0, 0, 0, 0]),
    pad_value: attr.float(0),
    dilations: attr.ints([1, 1]),
    depthwise: attr.bool(false),
  },
  infer: ({ operands, attrs }) => {
    const x = operandType(operands, 0);
    requireRank(x, 4, 4, "C1", "x");
    return [tensor(x.elem, shapeOf(x.shape, attrs))];
  },
  evaluate: ([x], attrs) => [unfold(x!, attrs)],
});

function unfold(x: Tensor, attrs: AttrsOf<Im2ColAttrs>): Tensor {
  const shape = shapeOf(x.shape, attrs);
  const [h, w] = axesOf(x.shape, attrs);
  const [batch, channels] = [x.shape[0]!, x.shape[3]!];
  const data = x.data as Float64Array;
  const out = storageLike(
    data,
    shape.reduce((n, d) => n * d, 1),
  ) as Float64Array;
  if (attrs.pad_value !== 0) out.fill(attrs.pad_value);
  let to = 0;
  for (let n = 0; n < batch; n++) {
    for (let oh = 0; oh < h.outSize; oh++) {
      for (let ow = 0; ow < w.outSize; ow++) {
        for (let k = 0; k < h.kernel * w.kernel; k++, to += channels) {
          const ih = oh * h.stride - h.padBegin + Math.floor(k / w.kernel) * h.dilation;
          const iw = ow * w.stride - w.padBegin + (k % w.kernel) * w.dilation;
          if (ih < 0 || ih >= h.size || iw < 0 || iw >= w.size) continue;
          const from = ((n * h.size + ih) * w.size + iw) * channels;
          out.set(data.subarray(from, from + channels), to);
        }
      }
    }
  }
  return makeTensor(x.elem, shape, out);
}
