import { fieldIndices, packWord } from "@gatefold/dialect-hw";
import { reachOf } from "./sum-limits.js";
import type { WeightMemory } from "./weight-port.js";

/** One 32-bit write to the AXI4-Lite slave. */
export interface WeightWrite {
  readonly address: number;
  readonly data: number;
}

/** Throws `RangeError` for weights that the circuit does not compute with rightly. */
function check(memory: WeightMemory, weights: ArrayLike<number>): void {
  const { kernel, shape, elem, low, high, sums } = memory;
  const count = shape.reduce((all, d) => all * d, 1);
  if (weights.length !== count)
    throw new RangeError(`${weights.length} weights for \`${kernel}\`, which has ${count}: [${shape}]`);
  const bad = Array.from(weights).find(
    (v) => !(Number.isInteger(v) && v >= low && v <= high) || (elem === "bipolar" && v === 0),
  );
  if (bad !== undefined)
    throw new RangeError(`${bad} is no weight of \`${kernel}\`, ${low} to ${high} as ${elem}`);
  const reach = reachOf({ shape, data: Float64Array.from(weights) }, sums);
  reach.low.forEach((least, o) => {
    const [from, to] = [sums.low[o % sums.low.length]!, sums.high[o % sums.high.length]!];
    if (least < from || reach.high[o]! > to)
      throw new RangeError(
        `sums of output ${o} of \`${kernel}\` reach from ${least} to ${reach.high[o]}; the circuit holds ${from} to ${to}`,
      );
  });
}

/**
 * The words of a weight memory for other weights: integers in the kernel's order, row-major, of the memory's shape. What
 * `KernelMemory.words` gives for the weights that it was built with. Throws `RangeError` for another number of weights, and
 * for weights or sums that the circuit does not hold.
 */
export function weightWords(memory: WeightMemory, weights: ArrayLike<number>): readonly bigint[] {
  check(memory, weights);
  const { depth, fieldsPerWord, fieldBits, order, elem } = memory;
  const at = fieldIndices(order);
  return Array.from({ length: depth }, (_, word) => {
    const own = at.subarray(word * fieldsPerWord, (word + 1) * fieldsPerWord);
    const fields = Array.from(own, (i) => (elem === "bipolar" ? Number(weights[i]! > 0) : weights[i]!));
    return packWord(fields, fieldBits);
  });
}

/** The writes, in their order, that put weights into a memory. Throws as `weightWords`. */
export function weightWrites(memory: WeightMemory, weights: ArrayLike<number>): readonly WeightWrite[] {
  const { baseBytes, strideBytes, parts } = memory;
  return weightWords(memory, weights).flatMap((word, i) =>
    Array.from({ length: parts }, (_, part) => ({
      address: baseBytes + i * strideBytes + 4 * part,
      data: Number((word >> BigInt(32 * part)) & 0xffff_ffffn),
    })),
  );
}
