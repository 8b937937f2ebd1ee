import {
  type AttrSpec,
  attr,
  constantOf,
  defineOp,
  type ElemType,
  elemForRange,
  elemInfo,
  InferError,
  type IntegerRange,
  isInt,
  numbers,
  type OpDef,
  product,
  rangeOfChannels,
  type Tensor,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import { ranged } from "./ranged.js";

/**
 * Integer matrix–vector product: `y[…, n] = Σ_k x[…, k] · w[n, k]`.
 *
 * - Operands: `x` `<… x MW x s>`, integer codes; `w` `<MH x MW x t>`, one row per output neuron.
 * - Result: `<… x MH x elem>`, the accumulator.
 * - Constraints: (C1) `x` and `w` are integers; (C2) `w` has two dimensions and MW columns.
 *
 * Evaluation throws when a sum does not fit `elem`: an accumulator never wraps.
 * Source: Umuroglu et al., "FINN", FPGA 2017, §4 (matrix–vector–threshold unit).
 */
export const MatMul: OpDef<{ readonly elem: AttrSpec<ElemType> }> = defineOp({
  name: "q.matmul",
  summary: "Integer matrix–vector product with one weight row per neuron.",
  operands: ["x", "w"],
  attrs: { elem: attr.elem() },
  infer: ({ operands, attrs }) => {
    const [x, w] = [operands[0]!, operands[1]!];
    if (!isInt(x.elem) || !isInt(w.elem)) throw new InferError("(C1) operands are not integers");
    const [rows, columns] = w.shape;
    if (w.shape.length !== 2 || columns !== x.shape.at(-1)) {
      throw new InferError(`(C2) weights of shape [${w.shape}] do not fit an input of shape [${x.shape}]`);
    }
    return [tensor(attrs.elem, [...x.shape.slice(0, -1), rows!])];
  },
  evaluate: ([x, w], { elem }) => [matmul(x!, w!, elem)],
  interfaces: [
    ranged((op, [x]) => {
      const weights = constantOf(op.operand(1));
      return weights && accumulatorRange(weights, x!, op.result().type.shape.length - 1);
    }),
  ],
});

function matmul(x: Tensor, w: Tensor, elem: ElemType): Tensor {
  if (elemInfo(elem).widthBits > 53) throw new RangeError(`an accumulator of ${elem} is beyond 2^53`);
  const [height, width] = [w.shape[0]!, w.shape[1]!];
  const rows = product(x.shape.slice(0, -1));
  const [xs, ws] = [numbers(x), numbers(w)];
  const out = new Float64Array(rows * height);
  for (let r = 0; r < rows; r++) {
    for (let n = 0; n < height; n++) {
      let sum = 0;
      const [xAt, wAt] = [r * width, n * width];
      for (let k = 0; k < width; k++) sum += xs[xAt + k]! * ws[wAt + k]!;
      out[r * height + n] = sum;
    }
  }
  return tensorFrom(elem, [...x.shape.slice(0, -1), height], out);
}

/**
 * The exact interval of each output neuron, from the weights as they are rather than from their type
 * (Umuroglu et al., arXiv:2508.21493; FINN's accumulator minimisation takes the same bound).
 */
export function accumulatorRange(weights: Tensor, x: IntegerRange, axis: number): IntegerRange {
  const [height, width] = [weights.shape[0]!, weights.shape[1]!];
  const ws = numbers(weights);
  const [lo, hi] = [new Float64Array(height), new Float64Array(height)];
  const inputs = x.channels?.axis === axis ? x.channels : undefined;
  for (let n = 0; n < height; n++) {
    for (let k = 0; k < width; k++) {
      const w = ws[n * width + k]!;
      const a = w * (inputs ? inputs.lo[k]! : x.lo);
      const b = w * (inputs ? inputs.hi[k]! : x.hi);
      lo[n]! += Math.min(a, b);
      hi[n]! += Math.max(a, b);
    }
  }
  return rangeOfChannels({ axis, lo, hi });
}

/** `w` with the marked rows negated; widens the element type only when a value needs it (−128 in an i8, say). */
export function negateRows(w: Tensor, negate: ArrayLike<boolean>): Tensor {
  const width = w.data.length / w.shape[0]!;
  const values = Float64Array.from(numbers(w), (v, i) => (negate[Math.floor(i / width)] ? -v : v) + 0);
  const { min, max } = elemInfo(w.elem);
  let [lo, hi] = [min, max];
  for (const v of values) {
    lo = Math.min(lo, v);
    hi = Math.max(hi, v);
  }
  const fits = lo >= min && hi <= max;
  return tensorFrom(fits ? w.elem : elemForRange(lo, hi), w.shape, values);
}
