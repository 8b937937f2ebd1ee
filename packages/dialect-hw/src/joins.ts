import {
  type AttrSpec,
  attr,
  beatCount,
  defineOp,
  type ElemType,
  gcd,
  InferError,
  type Op,
  type OpDef,
  type StreamType,
  sameShape,
  stream,
} from "@gatefold/core";
import { Add as QAdd, Concat as QConcat, Slice as QSlice } from "@gatefold/dialect-q";
import { evenly, Kernel } from "./kernel.js";
import { channelsOf, requireLanes, streamOperand, vectorsOf } from "./streams.js";

/**
 * Each beat to every one of `count` readers.
 *
 * - Constraints: (C1) a stream of integers; (C2) at least two readers.
 */
export const Fork: OpDef<{ readonly count: AttrSpec<number> }> = defineOp({
  name: "hw.fork",
  summary: "Each beat to every reader.",
  operands: ["x"],
  attrs: { count: attr.int(2) },
  infer: ({ operands, attrs }) => {
    const x = streamOperand(operands, 0);
    if (attrs.count < 2) throw new InferError("(C2) a fork has at least two readers");
    return Array.from({ length: attrs.count }, () => x);
  },
  evaluate: ([x], { count }) => Array.from({ length: count }, () => x!),
  interfaces: [
    Kernel.of({
      kind: "DuplicateStreams",
      plumbing: true,
      view: true,
      axes: () => [],
      schedule: (op) => {
        const beats = beatCount(op.operand(0).type as StreamType);
        return {
          intervalCycles: beats,
          latencyCycles: beats,
          inputs: [evenly(beats, 0, 1)],
          outputs: op.results.map(() => evenly(beats, 1, 1)),
        };
      },
    }),
  ],
});

/**
 * Weighted sum of two streams, PE channels a cycle: `z = m · x + n · y`.
 *
 * - Constraints: (C1) two streams of integers of one shape; (C2) PE divides the channels; (C3) both have PE lanes;
 *   (C4) none is bipolar: the adder reads two's complement.
 */
export const AddStreams: OpDef<{
  readonly elem: AttrSpec<ElemType>;
  readonly m: AttrSpec<number>;
  readonly n: AttrSpec<number>;
  readonly pe: AttrSpec<number>;
}> = defineOp({
  name: "hw.add_streams",
  summary: "Weighted sum of two streams, PE channels a cycle.",
  operands: ["x", "y"],
  attrs: { elem: attr.elem(), m: attr.int(1), n: attr.int(1), pe: attr.int(1) },
  infer: ({ operands, attrs }) => {
    const [x, y] = [streamOperand(operands, 0), streamOperand(operands, 1)];
    if (!sameShape(x.shape, y.shape))
      throw new InferError(`(C1) shapes [${x.shape}] and [${y.shape}] differ`);
    requireLanes(x, attrs.pe, "PE");
    requireLanes(y, attrs.pe, "PE");
    if (x.elem === "bipolar" || y.elem === "bipolar")
      throw new InferError("(C4) a stream is bipolar; make it two bits wide by a threshold");
    return [stream(attrs.elem, x.shape, attrs.pe)];
  },
  evaluate: (operands, { elem, m, n }) => QAdd.evaluate!(operands, { elem, m, n }),
  interfaces: [
    Kernel.of({
      kind: "AddStreams",
      axes: (op) => {
        const value = op.attrs["pe"] as number;
        return [
          {
            name: "PE",
            attr: "pe",
            extent: channelsOf(op.operand(0).type),
            value,
            operands: [0, 1],
            results: [0],
          },
        ];
      },
      schedule: (op) => {
        const beats = beatCount(op.result().type as StreamType);
        return {
          intervalCycles: beats,
          latencyCycles: beats,
          inputs: [evenly(beats, 0, 1), evenly(beats, 0, 1)],
          outputs: [evenly(beats, 1, 1)],
        };
      },
    }),
  ],
});

/** Channels that every operand of a concatenation can be folded by. */
function commonChannels(op: Op): number {
  return op.operands.map((v) => channelsOf(v.type)).reduce(gcd);
}

/**
 * Channels of two streams one behind the other, pixel by pixel.
 *
 * - Constraints: (C1) two streams of one integer type, alike but for their channels; (C2) SIMD divides both numbers of
 *   channels; (C3) both have SIMD lanes.
 */
export const Concat: OpDef<{ readonly simd: AttrSpec<number> }> = defineOp({
  name: "hw.concat",
  summary: "Channels of two streams one behind the other.",
  operands: ["x", "y"],
  attrs: { simd: attr.int(1) },
  infer: ({ operands, attrs }) => {
    const [x, y] = [streamOperand(operands, 0), streamOperand(operands, 1)];
    if (x.elem !== y.elem || !sameShape(x.shape.slice(0, -1), y.shape.slice(0, -1)))
      throw new InferError("(C1) the streams differ");
    requireLanes(x, attrs.simd, "SIMD");
    requireLanes(y, attrs.simd, "SIMD");
    return [stream(x.elem, [...x.shape.slice(0, -1), channelsOf(x) + channelsOf(y)], attrs.simd)];
  },
  evaluate: (operands) => QConcat.evaluate!(operands, {}),
  interfaces: [
    Kernel.of({
      kind: "StreamingConcat",
      axes: (op) => {
        const value = op.attrs["simd"] as number;
        return [
          { name: "SIMD", attr: "simd", extent: commonChannels(op), value, operands: [0, 1], results: [0] },
        ];
      },
      schedule: (op) => {
        const simd = op.attrs["simd"] as number;
        const [a, b] = op.operands.map((v) => channelsOf(v.type) / simd) as [number, number];
        const beats = beatCount(op.result().type as StreamType);
        const pixels = vectorsOf(op.result().type);
        return {
          intervalCycles: beats,
          latencyCycles: beats,
          inputs: [
            { count: pixels * a, at: (k) => Math.floor(k / a) * (a + b) + (k % a) },
            { count: pixels * b, at: (k) => Math.floor(k / b) * (a + b) + a + (k % b) },
          ],
          outputs: [evenly(beats, 1, 1)],
        };
      },
    }),
  ],
});

/**
 * Channels `first … first + count − 1` of each pixel.
 *
 * - Constraints: (C1) a stream of integers; (C2) SIMD divides the channels, `first` and `count`; (C3) the stream has
 *   SIMD lanes.
 */
export const Slice: OpDef<{
  readonly first: AttrSpec<number>;
  readonly count: AttrSpec<number>;
  readonly simd: AttrSpec<number>;
}> = defineOp({
  name: "hw.slice",
  summary: "Some of the channels of each pixel.",
  operands: ["x"],
  attrs: { first: attr.int(), count: attr.int(), simd: attr.int(1) },
  infer: ({ operands, attrs }) => {
    const x = streamOperand(operands, 0);
    requireLanes(x, attrs.simd, "SIMD");
    if (attrs.first % attrs.simd !== 0 || attrs.count % attrs.simd !== 0)
      throw new InferError("(C2) SIMD does not divide the slice");
    return [stream(x.elem, [...x.shape.slice(0, -1), attrs.count], attrs.simd)];
  },
  evaluate: (operands, { first, count }) => QSlice.evaluate!(operands, { first, count }),
  interfaces: [
    Kernel.of({
      kind: "StreamingSplit",
      axes: (op) => {
        const { first, count, simd } = op.attrs as { first: number; count: number; simd: number };
        const extent = [channelsOf(op.operand(0).type), first, count].reduce(gcd);
        return [{ name: "SIMD", attr: "simd", extent, value: simd, operands: [0], results: [0] }];
      },
      schedule: (op) => {
        const { first, count, simd } = op.attrs as { first: number; count: number; simd: number };
        const beats = beatCount(op.operand(0).type as StreamType);
        const [folds, kept] = [channelsOf(op.operand(0).type) / simd, count / simd];
        return {
          intervalCycles: beats,
          latencyCycles: beats,
          registerBeats: 2,
          inputs: [evenly(beats, 0, 1)],
          outputs: [
            {
              count: (beats / folds) * kept,
              at: (k) => Math.floor(k / kept) * folds + first / simd + (k % kept) + 1,
            },
          ],
        };
      },
    }),
  ],
});
