import {
  type AttrSpec,
  attr,
  constantOf,
  defineOp,
  type ElemType,
  InferError,
  numbers,
  type OpDef,
  type Tensor,
  type Violation,
} from "@gatefold/core";
import { inferChannelwise, mapChannels, mapRange, resolveAxis } from "./channelwise.js";
import { ranged } from "./ranged.js";

export type ThresholdAttrs = {
  readonly elem: AttrSpec<ElemType>;
  readonly bias: AttrSpec<number>;
  readonly axis: AttrSpec<number>;
};

/**
 * Counts, per element, how many thresholds the input reaches: `y = bias + #{ t : x >= t }`.
 * For a `bipolar` result there is one threshold and `y` is +1 when it is reached, −1 otherwise.
 *
 * - Operands: `x`, integer codes; `thresholds` `<C x N>` or `<1 x N>` along `axis`.
 * - Result: like `x`, of type `elem`.
 * - Constraints: (C1) `x` is an integer type; (C2) one row, or one a channel; (C3) each row ascends; (C4) a bipolar
 *   result has one threshold and no bias.
 *
 * Source: Umuroglu & Jahre, "Streamlined Deployment for Quantized Neural Networks", arXiv:1709.04060.
 */
export const Threshold: OpDef<ThresholdAttrs> = defineOp({
  name: "q.threshold",
  summary: "Counts the thresholds that each element reaches.",
  operands: ["x", "thresholds"],
  attrs: { elem: attr.elem(), bias: attr.int(0), axis: attr.int(-1) },
  infer: (input) => {
    const { shape } = input.operands[1]!;
    if (shape.length !== 2) throw new InferError(`(C2) thresholds of shape [${shape}] are not a matrix`);
    if (input.attrs.elem === "bipolar" && (shape[1] !== 1 || input.attrs.bias !== 0)) {
      throw new InferError("(C4) a bipolar result needs one threshold and no bias");
    }
    return inferChannelwise(input, [1]);
  },
  *verify(op): Iterable<Violation> {
    const thresholds = constantOf(op.operand(1));
    if (thresholds && !ascends(thresholds))
      yield { label: "C3", message: "a row of thresholds does not ascend" };
  },
  evaluate: ([x, t], { elem, bias, axis }) => [mapChannels(x!, axis, elem, counter(t!, bias, elem))],
  interfaces: [
    ranged((op, [x]) => {
      const t = constantOf(op.operand(1));
      const { shape } = op.operand(0).type;
      if (!t || !Threshold.is(op)) return undefined;
      const axis = resolveAxis(op.attrs.axis, shape.length);
      return mapRange(x!, axis, shape[axis]!, counter(t, op.attrs.bias, op.attrs.elem));
    }),
  ],
});

function ascends(thresholds: Tensor): boolean {
  const t = numbers(thresholds);
  const count = thresholds.shape[1]!;
  return t.every((v, i) => i % count === 0 || t[i - 1]! <= v);
}

/** `(value, channel) → code`, by binary search in the channel's row. */
function counter(
  thresholds: Tensor,
  bias: number,
  elem: ElemType,
): (value: number, channel: number) => number {
  const t = numbers(thresholds);
  const [rows, count] = [thresholds.shape[0]!, thresholds.shape[1]!];
  return (value, channel) => {
    const start = rows === 1 ? 0 : channel * count;
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value >= t[start + middle]!) low = middle + 1;
      else high = middle;
    }
    return elem === "bipolar" ? 2 * low - 1 : bias + low;
  };
}
