import {
  type AttrValue,
  defineInterface,
  divisors,
  elemInfo,
  numbers,
  type Op,
  type OpInterface,
  type Tensor,
} from "@gatefold/core";

/** One way in which a kernel can be made wider: `PE` output channels or `SIMD` input elements a cycle. */
export interface FoldAxis {
  /** The field's name for it: `PE`, `SIMD`, `parallel_window`. Also the key in a folding file. */
  readonly name: string;
  /** The op's attribute that holds it. */
  readonly attr: string;
  /** Elements along the axis: its greatest value. */
  readonly extent: number;
  /** Legal values, ascending; the divisors of the extent where absent. */
  readonly legal?: readonly number[];
  readonly value: number;
  /** Stream operands and results whose lanes follow this axis; the lanes of one that follows several are their product. */
  readonly operands: readonly number[];
  readonly results: readonly number[];
  /** Lanes that a value stands for; the value itself where absent. */
  lanesOf?(value: number): number;
}

/** Legal values of an axis, ascending. */
export function axisValues({ legal, extent }: FoldAxis): readonly number[] {
  return legal ?? divisors(extent);
}

/** One end of a stream at a kernel. */
export interface StreamEnd {
  readonly side: "operands" | "results";
  readonly index: number;
}

/** The lanes of a stream's end when axes have these values, else their own; `undefined` when it follows no axis. */
export function lanesAt(
  axes: readonly FoldAxis[],
  { side, index }: StreamEnd,
  values: Readonly<Record<string, number>>,
): number | undefined {
  const followed = axes.filter((a) => a[side].includes(index));
  if (followed.length === 0) return undefined;
  return followed.reduce((lanes, axis) => {
    const value = values[axis.name] ?? axis.value;
    return lanes * (axis.lanesOf?.(value) ?? value);
  }, 1);
}

/** When the beats of one port move, in cycles from the frame's first input beat, with nothing in the way. */
export interface BeatTimes {
  readonly count: number;
  /** Cycle of beat `k` of a frame, `0 ≤ k < count`. */
  at(k: number): number;
}

/** What holds back the beats of a kernel whose two sides run apart, a buffer between them; of its only two streams. */
export interface TokenBuffer {
  /** For each output beat of a frame the input beat of that frame that it waits for. */
  readonly needs: Int32Array;
  /** For each input beat of a frame the output beats, counted from that frame's first, that come before it has room. */
  readonly waitsFor: Int32Array;
  /** From the cycle in which an output beat is read to the one in which it is offered. */
  readonly latencyCycles: number;
}

/** The token schedule of one frame. A new frame may start `intervalCycles` after the last. */
export interface Schedule {
  readonly intervalCycles: number;
  /** From the first input beat to the last output beat. */
  readonly latencyCycles: number;
  readonly inputs: readonly BeatTimes[];
  readonly outputs: readonly BeatTimes[];
  /**
   * Where absent, input and output are one pipeline, `latencyCycles − intervalCycles + 1` deep, that stands still as a
   * whole when its last stage cannot leave.
   */
  readonly buffer?: TokenBuffer | undefined;
  /** Beats that the output register holds: where absent, 1 if beats never leave in neighbouring cycles, else 2. */
  readonly registerBeats?: 1 | 2 | undefined;
}

/** A read-only memory of a kernel: one word a fold step. */
export interface KernelMemory {
  readonly name: string;
  readonly widthBits: number;
  readonly depth: number;
  /** Element (r, c) of the constant stands where in which word is the kernel's own affair: this packs it. */
  words(): readonly bigint[];
  /** What a host needs to make the words of another constant; absent where the words are more than one constant's elements. */
  readonly packing?: WordPacking;
}

/** How the elements of one constant fill the words of a memory: every element once, all words full. */
export interface WordPacking {
  readonly constant: Tensor;
  /** Elements of a word, the first in the low bits. */
  readonly fieldsPerWord: number;
  /**
   * Where the fields of all words, one after the other, stand in the constant, which is flat and row-major: counters from
   * the slowest to the fastest, of which each adds `step` for each of its `count`.
   */
  readonly order: readonly { readonly count: number; readonly step: number }[];
}

/** A memory that holds one constant. */
export function packedMemory(name: string, packing: WordPacking): KernelMemory {
  const { constant, fieldsPerWord, order } = packing;
  const fieldBits = elemInfo(constant.elem).widthBits;
  const depth = order.reduce((all, { count }) => all * count, 1) / fieldsPerWord;
  return {
    name,
    widthBits: fieldsPerWord * fieldBits,
    depth,
    packing,
    words: () => {
      const values = numbers(constant);
      const at = fieldIndices(order);
      return Array.from({ length: depth }, (_, word) => {
        const own = at.subarray(word * fieldsPerWord, (word + 1) * fieldsPerWord);
        return packWord(
          Array.from(own, (i) => fieldOf(constant, values[i]!)),
          fieldBits,
        );
      });
    },
  };
}

/** Index in the flat constant of every field, word by word. */
export function fieldIndices(order: WordPacking["order"]): Uint32Array {
  let indices = Uint32Array.of(0);
  for (const { count, step } of order) {
    const slower = indices;
    indices = Uint32Array.from(
      { length: slower.length * count },
      (_, i) => slower[Math.floor(i / count)]! + (i % count) * step,
    );
  }
  return indices;
}

/** Arithmetic of one frame, for BOPs and LUT rules. */
export interface KernelWork {
  /** Multiply–accumulates. */
  readonly macs: number;
  readonly weightBits: number;
  readonly activationBits: number;
}

/** What folding, scheduling, costing and emission need to know of a streaming op. Nobody keeps a list of op names. */
export interface KernelModel {
  /** FINN's name of the kind, for folding files and reports: `MVAU`, `Thresholding`, … */
  readonly kind: string;
  axes(op: Op): readonly FoldAxis[];
  /**
   * The shape of a stream's end at a folding that changes the order of its elements, and with it the shape; `undefined`
   * where the order is the tensor's own. Two ends fit when they agree about it.
   */
  shapeAt?(op: Op, end: StreamEnd, values: Readonly<Record<string, number>>): readonly number[] | undefined;
  schedule(op: Op): Schedule;
  memories?(op: Op): readonly KernelMemory[];
  work?(op: Op): KernelWork;
  /** Widths of the product that the kernel makes a lane and cycle beside its work; absent where it makes none. */
  products?(op: Op): { readonly aBits: number; readonly bBits: number } | undefined;
  /** Whether the op is free plumbing that folding inserts and may drop (`width_converter`, `fifo`). */
  readonly plumbing?: boolean;
  /** Whether the op is wires only and takes whatever lanes come. */
  readonly view?: boolean;
}

export const Kernel: OpInterface<KernelModel> = defineInterface<KernelModel>("hw.kernel");

/** The kernel of an op that is known to be one. Throws on any other op. */
export function kernelOf(op: Op): KernelModel {
  const model = op.def.interfaces.find((i) => i.key === Kernel)?.implementation as KernelModel | undefined;
  if (!model) throw new TypeError(`\`${op.def.name}\` declares no kernel`);
  return model;
}

/** The op's attributes with axes set to `values`; an axis that is not named stays. */
export function foldedAttrs(
  op: Op,
  axes: readonly FoldAxis[],
  values: Readonly<Record<string, number>>,
): Readonly<Record<string, AttrValue>> {
  const changes = axes
    .filter((a) => values[a.name] !== undefined)
    .map((a) => [a.attr, values[a.name]!] as const);
  return { ...op.attrs, ...Object.fromEntries(changes) };
}

/** `count` beats, one every `strideCycles`, the first at `firstCycle`. */
export function evenly(count: number, firstCycle: number, strideCycles: number): BeatTimes {
  return { count, at: (k) => firstCycle + k * strideCycles };
}

/** Packs two's-complement fields into one word, the first in the low bits. */
export function packWord(values: Iterable<number>, widthBits: number): bigint {
  const mask = (1n << BigInt(widthBits)) - 1n;
  let word = 0n;
  let at = 0n;
  for (const v of values) {
    word |= (BigInt(v) & mask) << at;
    at += BigInt(widthBits);
  }
  return word;
}

/** One bit for −1/+1, the two's-complement number otherwise. */
export function fieldOf(tensor: Tensor, value: number): number {
  return tensor.elem === "bipolar" ? (value > 0 ? 1 : 0) : value;
}
