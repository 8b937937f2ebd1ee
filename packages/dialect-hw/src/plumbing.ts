import {
  type AttrSpec,
  attr,
  beatBits,
  beatCount,
  defineOp,
  InferError,
  lcm,
  type OpDef,
  product,
  reshaped,
  type StreamType,
  stream,
} from "@gatefold/core";
import { evenly, Kernel } from "./kernel.js";
import { streamOperand } from "./streams.js";

/**
 * The same elements at another number of lanes.
 *
 * - Constraints: (C1) a stream of integers; (C2) `lanes` divides the frame.
 *
 * A frame takes as many cycles as the longer of the two sides has beats.
 */
export const WidthConverter: OpDef<{ readonly lanes: AttrSpec<number> }> = defineOp({
  name: "hw.width_converter",
  summary: "The same elements at another number of lanes.",
  operands: ["x"],
  attrs: { lanes: attr.int() },
  infer: ({ operands, attrs }) => {
    const x = streamOperand(operands, 0);
    const result = stream(x.elem, x.shape, attrs.lanes);
    if (!(attrs.lanes >= 1) || !Number.isInteger(beatCount(result))) {
      throw new InferError(`(C2) ${attrs.lanes} lanes do not divide a frame of shape [${x.shape}]`);
    }
    return [result];
  },
  evaluate: ([x]) => [x!],
  interfaces: [
    Kernel.of({
      kind: "StreamingDataWidthConverter",
      plumbing: true,
      axes: () => [],
      schedule: (op) => {
        const [from, to] = [op.operand(0).type as StreamType, op.result().type as StreamType];
        const interval = Math.max(beatCount(from), beatCount(to));
        const group = lcm(from.lanes, to.lanes) / from.lanes;
        return {
          intervalCycles: interval,
          latencyCycles: interval + group,
          inputs: [evenly(beatCount(from), 0, interval / beatCount(from))],
          outputs: [evenly(beatCount(to), group, interval / beatCount(to))],
        };
      },
    }),
  ],
});

/**
 * Room for `depth` beats between a producer and a consumer.
 *
 * - Constraints: (C1) a stream of integers; (C2) `depth` is at least 2.
 */
export const Fifo: OpDef<{ readonly depth: AttrSpec<number> }> = defineOp({
  name: "hw.fifo",
  summary: "Room for `depth` beats.",
  operands: ["x"],
  attrs: { depth: attr.int(2) },
  infer: ({ operands, attrs }) => {
    if (attrs.depth < 2) throw new InferError(`(C2) a depth of ${attrs.depth} is less than 2`);
    return [streamOperand(operands, 0)];
  },
  evaluate: ([x]) => [x!],
  interfaces: [
    Kernel.of({
      kind: "StreamingFIFO",
      plumbing: true,
      axes: () => [],
      schedule: (op) => {
        const beats = beatCount(op.operand(0).type as StreamType);
        return {
          intervalCycles: beats,
          latencyCycles: beats,
          inputs: [evenly(beats, 0, 1)],
          outputs: [evenly(beats, 1, 1)],
        };
      },
    }),
  ],
});

/**
 * The same beats under another shape: wires only.
 *
 * - Constraints: (C1) a stream of integers; (C2) the element count stays; (C3) the lanes divide both innermost axes.
 */
export const Reshape: OpDef<{ readonly shape: AttrSpec<readonly number[]> }> = defineOp({
  name: "hw.reshape",
  summary: "The same beats under another shape; wires only.",
  operands: ["x"],
  attrs: { shape: attr.ints() },
  infer: ({ operands, attrs }) => {
    const x = streamOperand(operands, 0);
    if (product(attrs.shape) !== product(x.shape))
      throw new InferError(`(C2) [${x.shape}] and [${attrs.shape}] differ`);
    return [stream(x.elem, attrs.shape, x.lanes)];
  },
  evaluate: ([x], { shape }) => [reshaped(x!, shape)],
  interfaces: [
    Kernel.of({
      kind: "Reshape",
      plumbing: true,
      view: true,
      axes: () => [],
      schedule: (op) => {
        const beats = evenly(beatCount(op.operand(0).type as StreamType), 0, 1);
        return { intervalCycles: beats.count, latencyCycles: 0, inputs: [beats], outputs: [beats] };
      },
    }),
  ],
});

/** Bits that a FIFO stores. */
export function fifoBits(type: StreamType, depth: number): number {
  return beatBits(type) * depth;
}
