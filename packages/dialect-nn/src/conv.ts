import { type AttrsOf, attr, defineOp, type OpDef, product, type Tensor, tensor } from "@gatefold/core";
import {
  type IntAttr,
  type LayoutAttr,
  layoutAttr,
  type OptionalInts,
  optionalInts,
  type WindowAttrs,
  windowAttrs,
} from "./attrs.js";
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
import { outCount, threeAxes, type WindowAxis, windowAxes } from "./window.js";

export type ConvAttrs = WindowAttrs & {
  readonly group: IntAttr;
  readonly kernel_shape: OptionalInts;
  readonly layout: LayoutAttr;
};

interface Shaped {
  readonly shape: readonly number[];
}

/** Sizes of a convolution; throws what `infer` throws. */
function plan(
  x: Shaped,
  w: Shaped,
  bias: Shaped | undefined,
  attrs: AttrsOf<ConvAttrs>,
): { axes: WindowAxis[]; shape: number[] } {
  const channels = x.shape[channelAxis(attrs.layout, x.shape.length)]!;
  const kernel = w.shape.slice(2);
  requireThat(
    attrs.kernel_shape === undefined || `${attrs.kernel_shape}` === `${kernel}`,
    "C3",
    () => `\`kernel_shape\` [${attrs.kernel_shape}] differs from the weights' [${kernel}]`,
  );
  requireThat(
    w.shape[1]! * attrs.group === channels,
    "C4",
    () => `${attrs.group} groups of ${w.shape[1]} weight channels do not cover ${channels} input channels`,
  );
  requireThat(
    w.shape[0]! % attrs.group === 0,
    "C4",
    () => `${w.shape[0]} output channels do not part into ${attrs.group} groups`,
  );
  requireThat(
    !bias || `${bias.shape}` === `${w.shape[0]}`,
    "C5",
    () => `\`b\` has shape [${bias?.shape}], not [${w.shape[0]}]`,
  );
  const axes = windowAxes(spatialShape(x.shape, attrs.layout), { kernel, window: attrs });
  const out = axes.map((axis) => axis.outSize);
  return { axes, shape: layoutShape(x.shape[0]!, w.shape[0]!, out, attrs.layout) };
}

/**
 * Convolution (cross-correlation) over 1, 2 or 3 spatial axes, in groups.
 *
 * - Operands: `x` `<N x C x spatial>` (or `<N x spatial x C>` when `channels_last`); `w` `<O x C/group x kernel>`
 *   in either layout; `b` `<O>`, or left out. Padding is zeros.
 * - Result: `<N x O x out>` (or channels last). `out = ⌊(d + pads − dilation·(k−1) − 1) / stride⌋ + 1`, or
 *   `⌈d / stride⌉` for `SAME_*`; integers wrap at their width.
 * - Constraints: (C1) all are numbers of one type; (C2) `x` has 3 to 5 axes and `w` as many; (C3) `kernel_shape` is
 *   the weights'; (C4) `group` divides C and O; (C5) `b` has O elements; (W) the window fits.
 *
 * Source: ONNX Conv-11.
 */
export const Conv: OpDef<ConvAttrs> = defineOp<ConvAttrs>({
  name: "nn.conv",
  summary: "Convolution over 1 to 3 spatial axes.",
  operands: ["x", "w", "b?"],
  attrs: { ...windowAttrs, group: attr.int(1), kernel_shape: optionalInts, layout: layoutAttr },
  infer: ({ operands, attrs }) => {
    const [x, w] = checkConvOperands(operands);
    return [tensor(joinElems(operands, "C1"), plan(x, w, operands[2], attrs).shape)];
  },
  evaluate: (operands, attrs) => {
    const [x, w, b] = operands;
    const { axes, shape } = plan(x!, w!, b, attrs);
    const { toFirst, back } = layoutPermutations(x!.shape.length, attrs.layout);
    const result = convolve(transposed(x!, toFirst), w!, b, axes, attrs.group);
    const first = tensorOf(
      joinElems(operands, "C1"),
      toFirst.map((axis) => shape[axis]!),
      result,
    );
    return [transposed(first, back)];
  },
  interfaces: [
    Weighted.of({
      matrix: (op) => ({
        ...kernelMatrix(op.operands[1]!.type.shape),
        resultAxis: op.attrs["layout"] === "channels_last" ? -1 : 1,
      }),
    }),
  ],
});

/** Weights `[O, C/group, kernel]` as O rows; columns run over the kernel's places, and the channels of each. */
function kernelMatrix(shape: readonly number[]): WeightMatrix {
  const [rows, depth] = [shape[0]!, shape[1]!];
  const taps = product(shape.slice(2));
  const columns = depth * taps;
  return {
    operand: 1,
    rows,
    columns,
    at: (row, column) => row * columns + (column % depth) * taps + Math.floor(column / depth),
  };
}

/** Channels-first convolution: each weight is multiplied onto a whole output plane, row by row. */
function convolve(
  x: Tensor,
  w: Tensor,
  b: Tensor | undefined,
  axes: readonly WindowAxis[],
  group: number,
): Float64Array {
  const [input, weights, bias] = [reals(x), reals(w), b && reals(b)];
  const [batch, channels] = [x.shape[0]!, x.shape[1]!];
  const [outChannels, depth] = [w.shape[0]!, w.shape[1]!];
  const inPlane = product(x.shape.slice(2));
  const outPlane = outCount(axes);
  const kernelSize = product(w.shape.slice(2));
  const perGroup = outChannels / group;
  const out = new Float64Array(batch * outChannels * outPlane);
  const taps = kernelTaps(axes);
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outChannels; o++) {
      const target = out.subarray((n * outChannels + o) * outPlane, (n * outChannels + o + 1) * outPlane);
      if (bias) target.fill(bias[o]!);
      const firstChannel = Math.floor(o / perGroup) * depth;
      for (let c = 0; c < depth; c++) {
        const plane = (n * channels + firstChannel + c) * inPlane;
        const source = input.subarray(plane, plane + inPlane);
        const kernel = (o * depth + c) * kernelSize;
        for (let k = 0; k < kernelSize; k++) addTap(source, target, weights[kernel + k]!, taps[k]!);
      }
    }
  }
  return out;
}

/** Rows of output that one kernel position reaches, and where they read from. */
interface Tap {
  readonly rows: readonly { readonly target: number; readonly source: number }[];
  readonly count: number;
  readonly stride: number;
}

/** For each kernel position in row-major order, the output rows it adds to. */
function kernelTaps(spatial: readonly WindowAxis[]): Tap[] {
  const [d, h, w] = threeAxes(spatial);
  const taps: Tap[] = [];
  for (let kd = 0; kd < d.kernel; kd++) {
    for (let kh = 0; kh < h.kernel; kh++) {
      for (let kw = 0; kw < w.kernel; kw++) {
        const columns = reached(w, kw);
        const rows: { target: number; source: number }[] = [];
        for (const od of reached(d, kd).positions) {
          for (const oh of reached(h, kh).positions) {
            const [id, ih] = [sourceOf(d, kd, od), sourceOf(h, kh, oh)];
            rows.push({
              target: (od * h.outSize + oh) * w.outSize + columns.from,
              source: (id * h.size + ih) * w.size + sourceOf(w, kw, columns.from),
            });
          }
        }
        taps.push({ rows, count: columns.positions.length, stride: w.stride });
      }
    }
  }
  return taps;
}

const sourceOf = (axis: WindowAxis, k: number, out: number): number =>
  out * axis.stride - axis.padBegin + k * axis.dilation;

/** Output positions whose window has kernel position `k` inside of the input. */
function reached(axis: WindowAxis, k: number): { from: number; positions: number[] } {
  const positions: number[] = [];
  for (let out = 0; out < axis.outSize; out++) {
    const source = sourceOf(axis, k, out);
    if (source >= 0 && source < axis.size) positions.push(out);
  }
  return { from: positions[0] ?? 0, positions };
}

function addTap(source: Float64Array, target: Float64Array, weight: number, tap: Tap): void {
  const { rows, count, stride } = tap;
  for (const row of rows) {
    let [from, to] = [row.source, row.target];
    for (let i = 0; i < count; i++, to++, from += stride) target[to]! += weight * source[from]!;
  }
}
