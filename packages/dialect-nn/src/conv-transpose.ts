import {
  type AttrsOf,
  attr,
  defineOp,
  type Op,
  type OpDef,
  product,
  type Tensor,
  type TypedOp,
  tensor,
} from "@gatefold/core";
import { layoutAttr, type OptionalInts, optionalInts, windowAttrs } from "./attrs.js";
import type { ConvAttrs } from "./conv.js";
import { checkConvOperands } from "./conv-operands.js";
import { reals, tensorOf, transposed } from "./tensors.js";
import { Weighted, type WeightMatrix } from "./traits.js";
import {
  channelAxis,
  joinElems,
  layoutPermutations,
  layoutShape,
  requireThat,
  spatialShape,
} from "./types.js";
import { perAxis, threeAxes, type WindowAxis } from "./window.js";

export type ConvTransposeAttrs = ConvAttrs & {
  readonly output_padding: OptionalInts;
  readonly output_shape: OptionalInts;
};

interface Shaped {
  readonly shape: readonly number[];
}

/** The walk of the forward window whose transpose this is: `size` is the result's, `outSize` the operand's. */
function plan(
  x: Shaped,
  w: Shaped,
  bias: Shaped | undefined,
  attrs: AttrsOf<ConvTransposeAttrs>,
): { axes: WindowAxis[]; shape: number[] } {
  const channels = x.shape[channelAxis(attrs.layout, x.shape.length)]!;
  const outChannels = w.shape[1]! * attrs.group;
  requireThat(
    w.shape[0] === channels && channels % attrs.group === 0,
    "C4",
    () => `weights for ${w.shape[0]} channels in ${attrs.group} groups do not fit ${channels} input channels`,
  );
  requireThat(
    !bias || `${bias.shape}` === `${outChannels}`,
    "C5",
    () => `\`b\` has shape [${bias?.shape}], not [${outChannels}]`,
  );
  const kernel = w.shape.slice(2);
  const rank = kernel.length;
  perAxis(attrs.kernel_shape, rank, 1, "C3", "kernel_shape").forEach((k, i) => {
    requireThat(
      attrs.kernel_shape === undefined || k === kernel[i],
      "C3",
      () => `\`kernel_shape\` [${attrs.kernel_shape}] differs from the weights' [${kernel}]`,
    );
  });
  const strides = perAxis(attrs.strides, rank, 1, "C6", "strides");
  const dilations = perAxis(attrs.dilations, rank, 1, "C6", "dilations");
  const pads = perAxis(attrs.pads, 2 * rank, 0, "C6", "pads");
  const extra = perAxis(attrs.output_padding, rank, 0, "C6", "output_padding");
  const wanted = attrs.output_shape;
  if (wanted) perAxis(wanted, rank, 0, "C6", "output_shape");
  const axes = spatialShape(x.shape, attrs.layout).map((outSize, i): WindowAxis => {
    const [stride, dilation, k] = [strides[i]!, dilations[i]!, kernel[i]!];
    const full = stride * (outSize - 1) + extra[i]! + dilation * (k - 1) + 1;
    const same = attrs.auto_pad === "SAME_UPPER" || attrs.auto_pad === "SAME_LOWER";
    let [padBegin, padEnd] = attrs.auto_pad === "NOTSET" ? [pads[i]!, pads[i + rank]!] : [0, 0];
    if (wanted || same) {
      const total = full - (wanted?.[i] ?? outSize * stride);
      const small = Math.floor(total / 2);
      padBegin = attrs.auto_pad === "SAME_UPPER" ? small : total - small;
      padEnd = total - padBegin;
    }
    const size = full - padBegin - padEnd;
    requireThat(size >= 1, "C6", () => `the result would have ${size} elements on spatial axis ${i}`);
    return { size, kernel: k, stride, dilation, padBegin, padEnd, outSize };
  });
  const sizes = axes.map((axis) => axis.size);
  return { axes, shape: layoutShape(x.shape[0]!, outChannels, sizes, attrs.layout) };
}

/**
 * The transpose of a convolution: each input element adds the kernel, scaled by it, to the result.
 *
 * - Operands: `x` `<N x C x spatial>` (or channels last); `w` `<C x O/group x kernel>`; `b` `<O>`, or left out.
 * - Result: `<N x O x out>`, `out = stride·(d−1) + output_padding + dilation·(k−1) + 1 − pads`, or `output_shape`, or
 *   `d·stride` for `SAME_*`.
 * - Constraints: (C1) all are numbers of one type; (C2) `x` has 3 to 5 axes and `w` as many; (C3) `kernel_shape` is
 *   the weights'; (C4) `group` divides C, and `w` has C rows; (C5) `b` has O elements; (C6) lists fit the spatial
 *   rank, and the result is not empty.
 *
 * Source: ONNX ConvTranspose-11.
 */
export const ConvTranspose: OpDef<ConvTransposeAttrs> = defineOp<ConvTransposeAttrs>({
  name: "nn.conv_transpose",
  summary: "The transpose of a convolution over 1 to 3 spatial axes.",
  operands: ["x", "w", "b?"],
  attrs: {
    ...windowAttrs,
    group: attr.int(1),
    kernel_shape: optionalInts,
    output_padding: optionalInts,
    output_shape: optionalInts,
    layout: layoutAttr,
  },
  infer: ({ operands, attrs }) => {
    const [x, w] = checkConvOperands(operands);
    return [tensor(joinElems(operands, "C1"), plan(x, w, operands[2], attrs).shape)];
  },
  evaluate: (operands, attrs) => {
    const [x, w, b] = operands;
    const { axes, shape } = plan(x!, w!, b, attrs);
    const { toFirst, back } = layoutPermutations(x!.shape.length, attrs.layout);
    const result = scatter(transposed(x!, toFirst), w!, b, axes, attrs.group);
    const first = tensorOf(
      joinElems(operands, "C1"),
      toFirst.map((axis) => shape[axis]!),
      result,
    );
    return [transposed(first, back)];
  },
  interfaces: [Weighted.of({ matrix: (op) => (ConvTranspose.is(op) ? kernelMatrix(op) : undefined) })],
});

/** Weights `[C, O/group, kernel]` as O rows; columns run over the kernel's places, and the channels of each. */
function kernelMatrix(op: TypedOp<AttrsOf<ConvTransposeAttrs>>): WeightMatrix {
  const [channels, perGroup, ...kernel] = op.operand(1).type.shape as [number, number, ...number[]];
  const { group, layout } = op.attrs;
  const taps = product(kernel);
  const depth = channels / group;
  return {
    operand: 1,
    rows: perGroup * group,
    columns: depth * taps,
    resultAxis: layout === "channels_last" ? -1 : 1,
    at: (row, column) => {
      const channel = Math.floor(row / perGroup) * depth + (column % depth);
      return (channel * perGroup + (row % perGroup)) * taps + Math.floor(column / depth);
    },
  };
}

/**
 * The spatial axes of a transposed convolution: `size` counts the result's elements, `outSize` the operand's, and
 * result `y` is the sum over `i·stride + k·dilation = y + padBegin`.
 */
export function convTransposeAxes(op: Op): readonly WindowAxis[] {
  if (!ConvTranspose.is(op)) throw new TypeError(`\`${op.def.name}\` is no transposed convolution`);
  return plan(op.operand(0).type, op.operand(1).type, undefined, op.attrs).axes;
}

function scatter(
  x: Tensor,
  w: Tensor,
  b: Tensor | undefined,
  spatial: readonly WindowAxis[],
  group: number,
): Float64Array {
  const [input, weights, bias] = [reals(x), reals(w), b && reals(b)];
  const [batch, channels, perGroup] = [x.shape[0]!, x.shape[1]!, w.shape[1]!];
  const outChannels = perGroup * group;
  const [d, h, v] = threeAxes(spatial);
  const inPlane = product(x.shape.slice(2));
  const outPlane = d.size * h.size * v.size;
  const kernelSize = product(w.shape.slice(2));
  const out = new Float64Array(batch * outChannels * outPlane);
  if (bias) for (let i = 0; i < out.length; i++) out[i] = bias[Math.floor(i / outPlane) % outChannels]!;
  const targets = scatterTargets(d, h, v);
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < channels; c++) {
      const firstOut = Math.floor(c / (channels / group)) * perGroup;
      const source = (n * channels + c) * inPlane;
      for (let o = 0; o < perGroup; o++) {
        const base = (n * outChannels + firstOut + o) * outPlane;
        const kernel = (c * perGroup + o) * kernelSize;
        for (let p = 0, t = 0; p < inPlane; p++) {
          const value = input[source + p]!;
          for (let k = 0; k < kernelSize; k++, t++) {
            const to = targets[t]!;
            if (to >= 0) out[base + to]! += value * weights[kernel + k]!;
          }
        }
      }
    }
  }
  return out;
}

/** For each input position and kernel position, the output position it adds to; −1 outside. */
function scatterTargets(d: WindowAxis, h: WindowAxis, w: WindowAxis): Int32Array {
  const out: number[] = [];
  const at = (axis: WindowAxis, i: number, k: number): number => {
    const position = i * axis.stride - axis.padBegin + k * axis.dilation;
    return position >= 0 && position < axis.size ? position : -1;
  };
  for (let i = 0; i < d.outSize * h.outSize * w.outSize; i++) {
    const [id, ih, iw] = [
      Math.floor(i / (h.outSize * w.outSize)),
      Math.floor(i / w.outSize) % h.outSize,
      i % w.outSize,
    ];
    for (let k = 0; k < d.kernel * h.kernel * w.kernel; k++) {
      const pd = at(d, id, Math.floor(k / (h.kernel * w.kernel)));
      const ph = at(h, ih, Math.floor(k / w.kernel) % h.kernel);
      const pw = at(w, iw, k % w.kernel);
      out.push(pd < 0 || ph < 0 || pw < 0 ? -1 : (pd * h.size + ph) * w.size + pw);
    }
  }
  return Int32Array.from(out);
}
