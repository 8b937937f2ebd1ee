/** Which elements share a scale: element `i` has channel `⌊i / inner⌋ mod count`. */
export interface Sharing {
  readonly count: number;
  readonly inner: number;
}

/** The channel of an element. */
export function channelOf(i: number, { count, inner }: Sharing): number {
  return count === 1 ? 0 : Math.floor(i / inner) % count;
}

/** Mean of |x| of each channel, in float64; elements that the mask holds at 0 do not count. 0 where none is left. */
export function meanAbsolute(x: Float32Array, sharing: Sharing, mask?: Float32Array): Float64Array {
  const sums = new Float64Array(sharing.count);
  const counts = new Float64Array(sharing.count);
  for (let i = 0; i < x.length; i++) {
    if (mask && mask[i] === 0) continue;
    const c = channelOf(i, sharing);
    sums[c]! += Math.abs(x[i]!);
    counts[c]!++;
  }
  return sums.map((sum, c) => (counts[c] === 0 ? 0 : sum / counts[c]!));
}

/** Largest |x| of each channel. */
export function maxAbsolute(x: Float32Array, sharing: Sharing): Float64Array {
  const largest = new Float64Array(sharing.count);
  for (let i = 0; i < x.length; i++) {
    const c = channelOf(i, sharing);
    const size = Math.abs(x[i]!);
    if (size > largest[c]!) largest[c] = size;
  }
  return largest;
}
