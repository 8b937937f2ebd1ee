import {
  type AttrSpec,
  attr,
  ceilLog2,
  constantOf,
  defineOp,
  type ElemType,
  elemInfo,
  InferError,
  numbers,
  type Op,
  type OpDef,
  stream,
  type Tensor,
  tensorFrom,
  type ValueType,
} from "@gatefold/core";
import { Affine as QAffine, Lookup as QLookup, Threshold as QThreshold } from "@gatefold/dialect-q";
import {
  evenly,
  fieldOf,
  Kernel,
  type KernelMemory,
  type KernelModel,
  packWord,
  type Schedule,
} from "./kernel.js";
import { channelsOf, requireLanes, streamOperand, vectorsOf } from "./streams.js";

export type PeAttrs = { readonly elem: AttrSpec<ElemType>; readonly pe: AttrSpec<number> };

/** Shape rule of the ops that treat PE channels a cycle and keep the shape. */
export function inferLanes(
  operands: readonly ValueType[],
  attrs: { readonly elem: ElemType; readonly pe: number },
): ValueType[] {
  const x = streamOperand(operands, 0);
  requireLanes(x, attrs.pe, "PE");
  for (const parameters of operands.slice(1)) {
    const rows = parameters.shape[0];
    if (rows !== 1 && rows !== channelsOf(x)) {
      throw new InferError(`(C4) parameters have ${rows} rows for ${channelsOf(x)} channels`);
    }
  }
  return [stream(attrs.elem, x.shape, attrs.pe)];
}

/** PE channels a cycle, `latency` cycles after their beat. */
function laneSchedule(op: Op, latency: number): Schedule {
  const type = op.operand(0).type;
  const beats = (vectorsOf(type) * channelsOf(type)) / (op.attrs["pe"] as number);
  return {
    intervalCycles: beats,
    latencyCycles: beats - 1 + latency,
    inputs: [evenly(beats, 0, 1)],
    outputs: [evenly(beats, latency, 1)],
  };
}

export function peKernel(
  kind: string,
  latency: (op: Op) => number,
  memories: (op: Op) => KernelMemory[],
): KernelModel {
  return {
    kind,
    axes: (op) => {
      const value = op.attrs["pe"] as number;
      return [
        {
          name: "PE",
          attr: "pe",
          extent: channelsOf(op.operand(0).type),
          value,
          operands: [0],
          results: [0],
        },
      ];
    },
    schedule: (op) => laneSchedule(op, latency(op)),
    memories,
  };
}

/**
 * Rows of parameters, PE channels a word: word `c / PE` holds the rows of its channels, each row's first field lowest.
 * Fields are `widthBits` wide, or each parameter's as wide as its own entry says.
 */
export function parameterMemory(
  op: Op,
  name: string,
  parameters: readonly Tensor[],
  widthBits: number | readonly number[],
): KernelMemory {
  const widths = parameters.map((_, i) => (typeof widthBits === "number" ? widthBits : widthBits[i]!));
  const pe = op.attrs["pe"] as number;
  const channels = channelsOf(op.operand(0).type);
  const perRow = parameters.map((p) => p.data.length / p.shape[0]!);
  const depth = parameters.every((p) => p.shape[0] === 1) ? 1 : channels / pe;
  return {
    name,
    widthBits: pe * perRow.reduce((sum, fields, i) => sum + fields * widths[i]!, 0),
    depth,
    words: () => {
      const values = parameters.map(numbers);
      return Array.from({ length: depth }, (_, at) => {
        let [word, filled] = [0n, 0n];
        for (let lane = 0; lane < pe; lane++) {
          parameters.forEach((p, i) => {
            const start = p.shape[0] === 1 ? 0 : (at * pe + lane) * perRow[i]!;
            const row = Array.from({ length: perRow[i]! }, (_, k) => fieldOf(p, values[i]![start + k]!));
            word |= packWord(row, widths[i]!) << filled;
            filled += BigInt(row.length * widths[i]!);
          });
        }
        return word;
      });
    },
  };
}

export function constants(op: Op): Tensor[] {
  return op.operands.slice(1).map((v) => {
    const value = constantOf(v);
    if (!value) throw new TypeError(`\`${op.def.name}\` has parameters that are not constant`);
    return value;
  });
}

/**
 * Threshold unit: `y = bias + #{ t : x >= t }`, PE channels a cycle; `bipolar` as in `q.threshold`.
 *
 * - Constraints: (C1) `x` is a stream of integers; (C2) PE divides the channels; (C3) the stream has PE lanes;
 *   (C4) one row of thresholds, or one a channel.
 */
export const Threshold: OpDef<PeAttrs & { readonly bias: AttrSpec<number> }> = defineOp({
  name: "hw.threshold",
  summary: "Threshold unit for PE channels a cycle.",
  operands: ["x", "thresholds"],
  attrs: { elem: attr.elem(), pe: attr.int(1), bias: attr.int(0) },
  infer: ({ operands, attrs }) => inferLanes(operands, attrs),
  evaluate: (operands, { elem, bias }) => QThreshold.evaluate!(operands, { elem, bias, axis: -1 }),
  interfaces: [
    Kernel.of(
      peKernel(
        "Thresholding",
        (op) => (searches(op) ? 1 + ceilLog2(thresholdCount(op) + 1) : 2),
        (op) => [parameterMemory(op, "thresholds", [thresholdsAsStored(op)], thresholdBits(op))],
      ),
    ),
  ],
});

/** Bits of one stored threshold: it may lie one beyond the input's range, for a level that is never reached. */
export function thresholdBits(op: Op): number {
  return elemInfo(thresholdsAsStored(op).elem).widthBits;
}

/** Thresholds a channel. */
export function thresholdCount(op: Op): number {
  return op.operand(1).type.shape[1]!;
}

/** Whether a threshold unit searches, one comparator a stage, instead of comparing with all thresholds at once. */
export function searches(op: Op): boolean {
  return thresholdCount(op) > 15;
}

/**
 * The thresholds as they are stored: signed where the input is, which is how the unit reads them; those below every
 * unsigned input are 0. A bipolar input is stored as `b` of `x = 2b − 1`, so that `x >= t` is `b >= ⌈(t + 1) / 2⌉`.
 */
function thresholdsAsStored(op: Op): Tensor {
  const [t] = constants(op) as [Tensor];
  const { signed, widthBits } = elemInfo(t.elem);
  const x = op.operand(0).type.elem;
  const stored = (elem: ElemType, value: (v: number) => number): Tensor =>
    tensorFrom(elem, t.shape, Float64Array.from(numbers(t), value));
  if (x === "bipolar") return stored("u2", (v) => Math.min(Math.max(Math.ceil((v + 1) / 2), 0), 2));
  if (elemInfo(x).signed === signed) return t;
  if (signed) return stored(`u${Math.max(1, widthBits - 1)}` as ElemType, (v) => Math.max(v, 0));
  return stored(`i${widthBits + 1}` as ElemType, (v) => v);
}

/**
 * A table per channel, PE channels a cycle: `y = table[c, x − lo]`.
 *
 * - Constraints: as `hw.threshold`.
 */
export const Lookup: OpDef<PeAttrs & { readonly lo: AttrSpec<number> }> = defineOp({
  name: "hw.lookup",
  summary: "One table a channel, PE channels a cycle.",
  operands: ["x", "table"],
  attrs: { elem: attr.elem(), pe: attr.int(1), lo: attr.int(0) },
  infer: ({ operands, attrs }) => inferLanes(operands, attrs),
  evaluate: (operands, { elem, lo }) => QLookup.evaluate!(operands, { elem, lo, axis: -1 }),
  interfaces: [
    Kernel.of(
      peKernel(
        "Lookup",
        () => 2,
        (op) => lookupMemories(op),
      ),
    ),
  ],
});

/** The table by the code as it is stored: a bipolar input has two entries, those of −1 and +1. */
export function tableAsStored(op: Op): Tensor {
  const [table] = constants(op) as [Tensor];
  if (!Lookup.is(op) || op.operand(0).type.elem !== "bipolar") return table;
  const [rows, length] = [table.shape[0]!, table.shape[1]!];
  const kept = numbers(table).filter((_, i) => [-1, 1].includes((i % length) + op.attrs.lo));
  return tensorFrom(table.elem, [rows, 2], Float64Array.from(kept));
}

/** One memory a lane: lane `l` holds the tables of channels `l`, `l + PE`, … one after the other. */
function lookupMemories(op: Op): KernelMemory[] {
  const pe = op.attrs["pe"] as number;
  const table = tableAsStored(op);
  const [rows, length] = [table.shape[0]!, table.shape[1]!];
  const widthBits = elemInfo(table.elem).widthBits;
  const perLane = rows === 1 ? 1 : rows / pe;
  const values = numbers(table);
  return Array.from({ length: pe }, (_, lane) => ({
    name: `table_${lane}`,
    widthBits,
    depth: perLane * length,
    words: () =>
      Array.from({ length: perLane * length }, (_, at) => {
        const row = rows === 1 ? 0 : Math.floor(at / length) * pe + lane;
        return packWord([fieldOf(table, values[row * length + (at % length)]!)], widthBits);
      }),
  }));
}

/** Width of a scale or offset of an affine kernel, which reads both as signed: an unsigned one gets a bit for its sign. */
export function affineBits(op: Op): number {
  const widths = op.operands.slice(1).map((v) => {
    const { widthBits, signed } = elemInfo(v.type.elem);
    return signed ? widthBits : widthBits + 1;
  });
  return Math.max(...widths);
}

/**
 * Integer scale and offset per channel, PE channels a cycle: `y = a[c] · x + b[c]`.
 *
 * - Constraints: as `hw.threshold`; (C5) `x` is not bipolar: the multiplier reads two's complement.
 */
export const Affine: OpDef<PeAttrs> = defineOp({
  name: "hw.affine",
  summary: "Integer scale and offset per channel, PE channels a cycle.",
  operands: ["x", "a", "b"],
  attrs: { elem: attr.elem(), pe: attr.int(1) },
  infer: ({ operands, attrs }) => {
    if (operands[0]?.elem === "bipolar")
      throw new InferError("(C5) the stream is bipolar; make it two bits wide by a threshold");
    return inferLanes(operands, attrs);
  },
  evaluate: (operands, { elem }) => QAffine.evaluate!(operands, { elem, axis: -1 }),
  interfaces: [
    Kernel.of(
      peKernel(
        "ChannelwiseOp",
        () => 3,
        (op) => {
          return [parameterMemory(op, "parameters", constants(op), affineBits(op))];
        },
      ),
    ),
  ],
});
