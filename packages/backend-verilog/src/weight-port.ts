import { ceilLog2, type ElemType } from "@gatefold/core";
import type { VPort } from "./ast.js";

/** A weight memory that the host writes: `gf_axi_window` at a memory. Plain data, for reports and drivers. */
export interface WeightMemory {
  /** The kernel's name as `namedKernels` gives it: `MVAU_0`. */
  readonly kernel: string;
  /** Node of the model. */
  readonly node?: string;
  /** Of the weights as the kernel takes them: `[neurons, inputs]`, `[taps, channels]`, `[filters, taps, channels]`. */
  readonly shape: readonly number[];
  readonly elem: ElemType;
  /** Bits of a weight. */
  readonly fieldBits: number;
  /** Least and greatest weight that the kernel multiplies rightly. −1/+1 has no 0. */
  readonly low: number;
  readonly high: number;
  /** Words of the memory, and bits of one. */
  readonly depth: number;
  readonly widthBits: number;
  readonly fieldsPerWord: number;
  /** Byte address of word 0 at the port; word `i` is at `baseBytes + i · strideBytes`. */
  readonly baseBytes: number;
  /** A power of two; the first `4 · parts` bytes hold the word, low bits first. */
  readonly strideBytes: number;
  /** 32-bit parts of a word, written in order; the last one writes the word. */
  readonly parts: number;
  /** Where the fields stand in the flat weights: counters, slowest first. See `WordPacking`. */
  readonly order: readonly { readonly count: number; readonly step: number }[];
  readonly sums: SumLimits;
}

/** What other weights may sum up to. For outputs `o`: `low ≤ Σ (least of weight · input)` and `Σ (greatest of weight · input) ≤ high`. */
export interface SumLimits {
  /** Axis of the shape that counts the outputs. */
  readonly outputAxis: number;
  readonly inputLow: number;
  readonly inputHigh: number;
  /** One for all outputs, or one an output. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /**
   * Whether sums within the limits cannot overflow. Else not even the built weights prove it by the codes' ranges, as some codes
   * never come; the limits are what those weights reach by the ranges.
   */
  readonly isProof: boolean;
}

/** The AXI4-Lite slave of a top with writable weights: ports `s_axi_awaddr`, …, 32 bits of data. */
export interface WeightPort {
  readonly prefix: "s_axi";
  readonly addressBits: number;
  readonly memories: readonly WeightMemory[];
}

/** Least bits of a byte address: buses give a slave 4 KiB. */
const leastAddressBits = 12;

/** Where a memory of these words lies from `from` on: its size is a power of two, and its base a multiple of it. */
export function placeMemory(
  from: number,
  depth: number,
  widthBits: number,
): Pick<WeightMemory, "baseBytes" | "strideBytes" | "parts"> & { readonly endBytes: number } {
  const parts = Math.ceil(widthBits / 32);
  const strideBytes = 4 * 2 ** ceilLog2(parts);
  const size = strideBytes * 2 ** ceilLog2(depth);
  const baseBytes = Math.ceil(from / size) * size;
  return { baseBytes, strideBytes, parts, endBytes: baseBytes + size };
}

/** Bits of a byte address below `endBytes`. Throws `RangeError` beyond 32. */
export function addressBitsOf(endBytes: number): number {
  const bits = Math.max(leastAddressBits, ceilLog2(endBytes));
  if (bits > 32) throw new RangeError(`the weights take ${endBytes} bytes of addresses; 2^32 are there`);
  return bits;
}

/** The slave's ports. */
export function axiLitePorts({
  prefix,
  addressBits,
}: Pick<WeightPort, "prefix" | "addressBits">): readonly VPort[] {
  const port = (direction: VPort["direction"], end: string, widthBits = 1): VPort => ({
    direction,
    name: `${prefix}_${end}`,
    widthBits,
  });
  return [
    port("input", "awaddr", addressBits),
    port("input", "awvalid"),
    port("output", "awready"),
    port("input", "wdata", 32),
    port("input", "wstrb", 4),
    port("input", "wvalid"),
    port("output", "wready"),
    port("output", "bresp", 2),
    port("output", "bvalid"),
    port("input", "bready"),
    port("input", "araddr", addressBits),
    port("input", "arvalid"),
    port("output", "arready"),
    port("output", "rdata", 32),
    port("output", "rresp", 2),
    port("output", "rvalid"),
    port("input", "rready"),
  ];
}
