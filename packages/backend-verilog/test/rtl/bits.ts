/** Packing of lanes into AXI4-Stream words and a seeded generator, for the RTL tests. */

/** Packs integers into one word, lane 0 in the least significant bits, `laneBits` bits each (two's complement). */
export function packLanes(lanes: readonly number[], laneBits: number): bigint {
  return lanes.reduceRight(
    (word, lane) => (word << BigInt(laneBits)) | BigInt.asUintN(laneBits, BigInt(lane)),
    0n,
  );
}

/** Packs a vector into beats of `laneCount` lanes, in order; the vector's length is a multiple of `laneCount`. */
export function packBeats(vector: readonly number[], laneCount: number, laneBits: number): readonly bigint[] {
  return Array.from({ length: vector.length / laneCount }, (_, beat) =>
    packLanes(vector.slice(beat * laneCount, (beat + 1) * laneCount), laneBits),
  );
}

/** Uniform integers in `[low, high]` from a seed (mulberry32). */
export type RandomInteger = (low: number, high: number) => number;

export function randomIntegers(seed: number): RandomInteger {
  let state = seed >>> 0;
  return (low, high) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return low + (((mixed ^ (mixed >>> 14)) >>> 0) % (high - low + 1));
  };
}

/** Smallest and greatest integer of a type of `bits` bits. */
export function integerRange(bits: number, signed: boolean): readonly [number, number] {
  return signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
}

/** `⌈log2 n⌉`, as Verilog's `$clog2`. */
export function clog2(n: number): number {
  return n < 2 ? 0 : 32 - Math.clz32(n - 1);
}
