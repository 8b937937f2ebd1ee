import {
  type AttrsOf,
  attr,
  defineOp,
  makeTensor,
  type OpDef,
  product,
  reshaped,
  type Tensor,
  tensor,
  type ValueType,
} from "@gatefold/core";
import { type FloatAttr, type IntAttr, type LayoutAttr, layoutAttr } from "./attrs.js";
import { mapPairs, mapTuples, reals, spread, tensorOf } from "./tensors.js";
import { Elementwise } from "./traits.js";
import {
  broadcastType,
  channelAxis,
  frontAxis,
  joinElems,
  operandType,
  requireDomain,
  requireRank,
  requireThat,
} from "./types.js";

export type BatchNormAttrs = { readonly epsilon: FloatAttr; readonly layout: LayoutAttr };

/** A list of one number per channel, shaped so that it broadcasts onto a tensor of `rank` axes. */
function perChannel(list: Tensor, rank: number, layout: AttrsOf<BatchNormAttrs>["layout"]): Tensor {
  const after = rank - 1 - channelAxis(layout, rank);
  return reshaped(list, [list.data.length, ...new Array<number>(after).fill(1)]);
}

/** Checks that operands from `first` on have one element per channel. */
function requireChannels(
  operands: readonly ValueType[],
  first: number,
  channels: number,
  label: string,
): void {
  operands.slice(first).forEach((type, i) => {
    requireThat(
      `${type.shape}` === `${channels}`,
      label,
      () => `operand ${first + i} has shape [${type.shape}], not [${channels}]`,
    );
  });
}

function requireReal(operands: readonly ValueType[], names: readonly string[]): void {
  operands.forEach((type, i) => {
    requireDomain(type, "real", "C1", names[i]!);
  });
}

const batchNormOperands = ["x", "scale", "bias", "mean", "variance"] as const;

/** `scale / √(variance + ε)`, one number per channel. */
function channelGain(scale: Tensor, variance: Tensor, epsilon: number): Tensor {
  return mapPairs("f64", scale, variance, (s, v) => s / Math.sqrt(v + epsilon));
}

/**
 * Batch normalization with fixed statistics: `scale · (x − mean) / √(variance + ε) + bias`, per channel.
 *
 * - Operands: `x` `<N x C x …>` (or `<N x … x C>` when `channels_last`); the other four `<C>`.
 * - Result: as `x`.
 * - Constraints: (C1) all are real; (C2) `x` has at least 2 axes; (C3) the other four have one element per channel.
 *
 * Elementwise in `x` only: the other operands stand per channel and do not broadcast onto it; the gain does.
 * Source: ONNX BatchNormalization-15, inference mode.
 */
export const BatchNorm: OpDef<BatchNormAttrs> = defineOp<BatchNormAttrs>({
  name: "nn.batch_norm",
  summary: "Batch normalization with fixed statistics.",
  operands: batchNormOperands,
  attrs: { epsilon: attr.float(1e-5), layout: layoutAttr },
  infer: ({ operands, attrs }) => {
    const x = operandType(operands, 0);
    requireReal(operands, batchNormOperands);
    requireRank(x, 2, Number.POSITIVE_INFINITY, "C2", "x");
    requireChannels(operands, 1, x.shape[channelAxis(attrs.layout, x.shape.length)]!, "C3");
    return [tensor(x.elem, x.shape)];
  },
  evaluate: ([x, scale, bias, mean, variance], { epsilon, layout }) => {
    const gain = channelGain(scale!, variance!, epsilon);
    const rank = x!.shape.length;
    const columns = [mean!, gain, bias!].map((list) => perChannel(list, rank, layout));
    return [mapTuples(x!.elem, [x!, ...columns], (v, m, g, b) => (v - m) * g + b)];
  },
  interfaces: [
    Elementwise.of({
      monotone: (_, index) => index === 0,
      gain: (op, index, [, scale, , , variance]) => {
        const attrs = op.attrs as AttrsOf<BatchNormAttrs>;
        if (index !== 0 || !scale || !variance) return undefined;
        const gain = channelGain(scale, variance, attrs.epsilon);
        return perChannel(gain, op.result().type.shape.length, attrs.layout);
      },
    }),
  ],
});

/** Each run of `count` elements brought to mean 0 and variance 1. */
function standardize(data: Float64Array, count: number, epsilon: number): Float64Array {
  const out = new Float64Array(data.length);
  for (let base = 0; base < data.length; base += count) {
    const run = data.subarray(base, base + count);
    const mean = run.reduce((sum, v) => sum + v, 0) / count;
    const variance = run.reduce((sum, v) => sum + (v - mean) ** 2, 0) / count;
    const divisor = Math.sqrt(variance + epsilon);
    for (let i = 0; i < count; i++) out[base + i] = (run[i]! - mean) / divisor;
  }
  return out;
}

/**
 * Each channel of each sample brought to mean 0 and variance 1 over its spatial axes, then scaled and shifted.
 *
 * - Operands: `x` `<N x C x spatial>`; `scale`, `bias` `<C>`. Result: as `x`.
 * - Constraints: (C1) all are real; (C2) `x` has at least 3 axes; (C3) `scale` and `bias` have C elements.
 *
 * Source: ONNX InstanceNormalization-6.
 */
export const InstanceNorm: OpDef<{ readonly epsilon: FloatAttr }> = defineOp({
  name: "nn.instance_norm",
  summary: "Each channel of each sample brought to mean 0 and variance 1, then scaled and shifted.",
  operands: ["x", "scale", "bias"],
  attrs: { epsilon: attr.float(1e-5) },
  infer: ({ operands }) => {
    const x = operandType(operands, 0);
    requireReal(operands, ["x", "scale", "bias"]);
    requireRank(x, 3, Number.POSITIVE_INFINITY, "C2", "x");
    requireChannels(operands, 1, x.shape[1]!, "C3");
    return [tensor(x.elem, x.shape)];
  },
  evaluate: ([x, scale, bias], { epsilon }) => {
    const even = standardize(reals(x!), product(x!.shape.slice(2)), epsilon);
    const [s, b] = [scale!, bias!].map((list) => perChannel(list, x!.shape.length, "channels_first"));
    return [mapTuples(x!.elem, [makeTensor("f64", x!.shape, even), s!, b!], (v, g, c) => v * g + c)];
  },
});

/**
 * The axes from `axis` on brought to mean 0 and variance 1 together, then scaled and shifted.
 * The ONNX results mean and inverse deviation are not made.
 *
 * - Operands: `x`; `scale` and `bias` (or left out), broadcast onto it. Result: as `x`.
 * - Constraints: (C1) all are real; (C2) `axis` is an axis of `x`; (C3) `scale` and `bias` broadcast.
 *
 * Source: ONNX LayerNormalization-17.
 */
export const LayerNorm: OpDef<{ readonly axis: IntAttr; readonly epsilon: FloatAttr }> = defineOp({
  name: "nn.layer_norm",
  summary: "The last axes brought to mean 0 and variance 1 together, then scaled and shifted.",
  operands: ["x", "scale", "bias?"],
  attrs: { axis: attr.int(-1), epsilon: attr.float(1e-5) },
  infer: ({ operands, attrs }) => {
    const x = operandType(operands, 0);
    requireReal(operands, ["x", "scale", "bias"]);
    frontAxis(attrs.axis, x.shape.length, "C2");
    const all = broadcastType(operands, joinElems(operands, "C1"), "C3");
    requireThat(
      `${all.shape}` === `${x.shape}`,
      "C3",
      () => `scale or bias does not broadcast onto [${x.shape}]`,
    );
    return [tensor(x.elem, x.shape)];
  },
  evaluate: ([x, scale, bias], { axis, epsilon }) => {
    const run = product(x!.shape.slice(frontAxis(axis, x!.shape.length, "C2")));
    const gain = spread(scale!, x!.shape);
    const shift = bias && spread(bias, x!.shape);
    const out = standardize(reals(x!), run, epsilon);
    return [
      tensorOf(
        x!.elem,
        x!.shape,
        out.map((v, i) => v * gain[i]! + (shift ? shift[i]! : 0)),
      ),
    ];
  },
});
