import { makeTensor, product, type Tensor } from "@gatefold/core";
import { reals } from "./tensors.js";

/**
 * Runs `fn` on each line of elements along `axis` (counted from the front). `fn` reads `lane` and fills `out`, of
 * `length` elements, which becomes the line of the result. The result is real; its other axes are the operand's.
 */
export function mapLanes(
  x: Tensor,
  axis: number,
  length: number,
  fn: (lane: Float64Array, out: Float64Array) => void,
): Tensor {
  const data = reals(x);
  const count = x.shape[axis]!;
  const inner = product(x.shape.slice(axis + 1));
  const outer = product(x.shape.slice(0, axis));
  const result = new Float64Array(outer * length * inner);
  const [lane, out] = [new Float64Array(count), new Float64Array(length)];
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      for (let j = 0; j < count; j++) lane[j] = data[(o * count + j) * inner + i]!;
      fn(lane, out);
      for (let j = 0; j < length; j++) result[(o * length + j) * inner + i] = out[j]!;
    }
  }
  return makeTensor(
    "f64",
    x.shape.map((d, i) => (i === axis ? length : d)),
    result,
  );
}

/** Largest element; −∞ when there is none. */
export function largest(lane: Float64Array): number {
  let best = Number.NEGATIVE_INFINITY;
  for (const v of lane) if (v > best) best = v;
  return best;
}
