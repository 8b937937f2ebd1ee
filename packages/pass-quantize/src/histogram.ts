/** Bins on either side of 0. */
const binsASide = 2048;
/** Of a bin; its inverse is finite. */
const leastWidth = 2 ** -1000;

/**
 * Counts reals in bins of one width, a power of two that grows with the largest magnitude: it takes any number of values
 * in memory of one size. What it holds does not depend on the order of the values, beyond the rounding of means.
 */
export class Histogram {
  #width = 0;
  #counts: Float64Array = new Float64Array(2 * binsASide);
  #sums: Float64Array = new Float64Array(2 * binsASide);
  #count = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  /** Adds values. Throws `RangeError` on one that is not finite. */
  add(values: ArrayLike<number>): void {
    let size = 0;
    for (let i = 0; i < values.length; i++) {
      const v = values[i]!;
      if (!Number.isFinite(v)) throw new RangeError(`${v} among the values`);
      if (v < this.#min) this.#min = v;
      if (v > this.#max) this.#max = v;
      if (Math.abs(v) > size) size = Math.abs(v);
    }
    this.#fit(size);
    const scale = this.#width === 0 ? 0 : 1 / this.#width;
    for (let i = 0; i < values.length; i++) {
      const bin = Math.floor(values[i]! * scale) + binsASide;
      this.#counts[bin]!++;
      this.#sums[bin]! += values[i]!;
    }
    this.#count += values.length;
  }

  /** What was seen so far. */
  observed(): Observed {
    const used = Array.from(this.#counts.keys()).filter((bin) => this.#counts[bin]! > 0);
    return {
      count: this.#count,
      min: this.#count === 0 ? 0 : this.#min,
      max: this.#count === 0 ? 0 : this.#max,
      values: Float64Array.from(used, (bin) => this.#sums[bin]! / this.#counts[bin]!),
      counts: Float64Array.from(used, (bin) => this.#counts[bin]!),
    };
  }

  /** Widens the bins until a magnitude has one. */
  #fit(size: number): void {
    if (size === 0) return;
    // Zeros, all that was seen so far, have the bin that begins at 0, whatever the width.
    if (this.#width === 0) this.#width = Math.max(leastWidth, 2 ** Math.floor(Math.log2(size)) / binsASide);
    let factor = 1;
    while (size >= this.#width * factor * binsASide) factor *= 2;
    if (factor === 1) return;
    this.#counts = merged(this.#counts, factor);
    this.#sums = merged(this.#sums, factor);
    this.#width *= factor;
  }
}

/** So many neighbouring bins become one, counted from 0. */
function merged(bins: Float64Array, factor: number): Float64Array {
  const out = new Float64Array(bins.length);
  for (let i = 0; i < bins.length; i++) out[Math.floor((i - binsASide) / factor) + binsASide]! += bins[i]!;
  return out;
}

/** What values a place of the network has seen. */
export interface Observed {
  /** How many values. */
  readonly count: number;
  /** The least and the greatest, exactly; 0 when there are none. */
  readonly min: number;
  readonly max: number;
  /** Means of the bins that are not empty, ascending. */
  readonly values: Float64Array;
  /** How many values each of these bins holds. */
  readonly counts: Float64Array;
}

/** The histogram of one array. */
export function observe(values: ArrayLike<number>): Observed {
  const histogram = new Histogram();
  histogram.add(values);
  return histogram.observed();
}
