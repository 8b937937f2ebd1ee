import { DatasetError } from "./error.js";

/** A stream of random numbers. Only +, -, ×, ÷ and shifts make them, so every engine gives the same bits. */
export interface Random {
  /** An integer from 0 to 2^32 - 1. */
  uint32(): number;
  /** A multiple of 2^-32 in [0, 1). */
  uniform(): number;
  /** In [low, high). */
  between(low: number, high: number): number;
  /** An integer from 0 to bound - 1, each exactly as likely as the others; bound from 1 to 2^32. */
  below(bound: number): number;
  /** Mean 0, variance 1, within ±6: the sum of 12 uniforms less 6 (Irwin–Hall). No tail beyond 6 and no logarithm. */
  normal(): number;
  /** 0 … length - 1 in random order (Fisher–Yates). */
  permutation(length: number): Uint32Array;
  /** An independent stream of the same seed; the same number gives the same stream, wherever this one stands. */
  stream(number: number): Random;
}

/** High and low 32 bits of a × b, from 16-bit halves: JavaScript's product is exact only to 2^53. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = (middle & 0xffff) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}

/**
 * Philox-4x32-10: `out[0..3]` = the bijection of a 128-bit counter under a 64-bit key.
 *
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 3.3 and the published known answers.
 */
export function philox4x32(
  counter: readonly number[] | Uint32Array,
  key: readonly number[],
  out: Uint32Array,
): void {
  let c0 = counter[0]!;
  let c1 = counter[1]!;
  let c2 = counter[2]!;
  let c3 = counter[3]!;
  let k0 = key[0]!;
  let k1 = key[1]!;
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = mulHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

function checkNatural(what: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new DatasetError(
    "datasets/bad-argument",
    `The ${what} is ${value}.`,
    "give an integer from 0 to 2^53 - 1",
  );
}

/**
 * The random numbers of a seed: Philox-4x32-10 with the seed as key and (position, stream) as counter.
 * Draw n of stream s depends on seed, s and n alone.
 *
 * @param seed integer from 0 to 2^53 - 1
 * @param stream integer from 0 to 2^53 - 1
 */
export function random(seed: number, stream = 0): Random {
  checkNatural("seed", seed);
  checkNatural("stream", stream);
  const key = [seed >>> 0, Math.floor(seed / 2 ** 32)];
  const counter = new Uint32Array([0, 0, stream >>> 0, Math.floor(stream / 2 ** 32)]);
  const block = new Uint32Array(4);
  let used = 4;
  const uint32 = (): number => {
    if (used === 4) {
      philox4x32(counter, key, block);
      used = 0;
      counter[0]!++;
      if (counter[0] === 0) counter[1]!++;
    }
    return block[used++]!;
  };
  const uniform = (): number => uint32() / 2 ** 32;
  const below = (bound: number): number => {
    if (!Number.isSafeInteger(bound) || bound < 1 || bound > 2 ** 32) {
      throw new DatasetError(
        "datasets/bad-argument",
        `The bound is ${bound}.`,
        "give an integer from 1 to 2^32",
      );
    }
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let draw = uint32();
    while (draw >= limit) draw = uint32();
    return draw % bound;
  };
  return {
    uint32,
    uniform,
    below,
    between: (low, high) => low + (high - low) * uniform(),
    normal: () => {
      let sum = -6;
      for (let i = 0; i < 12; i++) sum += uniform();
      return sum;
    },
    permutation: (length) => {
      const order = Uint32Array.from({ length }, (_, i) => i);
      for (let i = length - 1; i > 0; i--) {
        const j = below(i + 1);
        const kept = order[i]!;
        order[i] = order[j]!;
        order[j] = kept;
      }
      return order;
    },
    stream: (number) => random(seed, number),
  };
}
