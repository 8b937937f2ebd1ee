import { numbers, type Tensor } from "@gatefold/core";
import type { MatMulChoice } from "./matmul.js";
import type { MemoryPlan } from "./memory.js";

/** Neurons whose counts a row of a table holds, one byte each. */
const group = 64;
/** Bytes of one row's counts between two passes over its signs. */
export const countBytes: number = 2 * group;
/** Numbers of four bits. */
const entries = 16;
/** Tables up to here stay in a second-level cache beside what they meet. */
const mostBytes = 640 << 10;
/** A table is read once a block of rows; below that, forming the counts is as quick. */
const leastRows = 16;

/** Bytes of a row of signs, without padding to words. */
const rowBytes = ({ taps, tapBytes }: MatMulChoice): number => taps * tapBytes;
const padded = (height: number): number => Math.ceil(height / group) * group;
const tableBytes = (choice: MatMulChoice): number => padded(choice.height) * rowBytes(choice) * 2 * entries;

/**
 * Whether tables of counts beat counting, for `rows` products of signs a sample. Measured for 64 neurons of 576 signs and
 * 128 of 1152, on one thread of an EPYC: 660 Gop/s and 640 against 320 and 330.
 */
export function usesTables(choice: MatMulChoice, rows: number): boolean {
  const counted = choice.kernel === "matmul_bits" && choice.width < 2 ** 15;
  return counted && rows >= leastRows && tableBytes(choice) <= mostBytes;
}

const bitCounts = Uint8Array.from(
  { length: entries },
  (_, v) => [0, 1, 2, 3].filter((b) => (v >> b) & 1).length,
);

/** What `matmul_tables_sign` reads: of packed weights, one row of `strideBytes` for each neuron. */
export interface Tables {
  readonly at: number;
  readonly limitsAt: number;
  readonly bytes: number;
  readonly neurons: number;
}

/** Writes the tables of packed weights, and the limits (see `popcountLimits`), padded with such as no count reaches. */
export function packTables(
  choice: MatMulChoice,
  weights: Uint8Array,
  limits: Int32Array,
  memory: MemoryPlan,
): Tables {
  const { strideBytes } = choice.form;
  const [bytes, neurons] = [rowBytes(choice), padded(choice.height)];
  const out = new Uint8Array(tableBytes(choice));
  let at = 0;
  for (let first = 0; first < neurons; first += group)
    for (let nibble = 0; nibble < 2 * bytes; nibble++)
      for (let entry = 0; entry < entries; entry++)
        for (let n = first; n < first + group; n++) {
          const byte = n < choice.height ? weights[n * strideBytes + (nibble >> 1)]! : 0;
          out[at++] = bitCounts[((byte >> (nibble & 1 ? 4 : 0)) & (entries - 1)) ^ entry]!;
        }
  const short = new Int16Array(neurons).fill(-1);
  short.set(limits.subarray(0, choice.height));
  return { at: memory.constant(out), limitsAt: memory.constant(short), bytes, neurons };
}

/** Neurons that `matmul_sums` takes at once. */
const sumGroup = 32;

/** Bytes of a pixel's eight sums. */
export const signSumBytes: number = 16;

/** Whether looking up a pixel's sums beats multiplying its codes: they are 2 or 3, and all sums fit 16 bits. */
export function usesSignSums(
  channels: number,
  { lo, hi }: { readonly lo: number; readonly hi: number },
): boolean {
  return (channels === 2 || channels === 3) && lo >= -(2 ** 15) && hi < 2 ** 15;
}

/** Where in each pixel's sums each neuron finds its own: two bytes' places, as `matmul_sums` reads them. */
export function packPlaces(
  { height, width, taps }: MatMulChoice,
  weights: Tensor,
  memory: MemoryPlan,
): number {
  const ws = numbers(weights);
  const channels = width / taps;
  const out = new Uint8Array(Math.ceil(height / sumGroup) * taps * sumGroup * 2);
  for (let n = 0; n < height; n++)
    for (let tap = 0; tap < taps; tap++) {
      let entry = 0;
      for (let c = 0; c < channels; c++) if (ws[n * width + tap * channels + c]! > 0) entry |= 1 << c;
      const at = 2 * ((Math.floor(n / sumGroup) * taps + tap) * sumGroup + (n % sumGroup));
      out[at] = 2 * entry;
      out[at + 1] = 2 * entry + 1;
    }
  return memory.constant(out);
}

/** The sums of a pixel of that many codes `value`. */
export function signSumsOf(value: number, channels: number): Int16Array {
  return Int16Array.from({ length: 8 }, (_, entry) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += (entry >> c) & 1 ? value : -value;
    return sum;
  });
}
