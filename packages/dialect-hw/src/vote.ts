import {
  type AttrSpec,
  attr,
  defineOp,
  InferError,
  type Op,
  type OpDef,
  stream,
  tensor,
} from "@gatefold/core";
import { Vote as QVote, type VoteChannel, voteChannels } from "@gatefold/dialect-q";
import { Kernel } from "./kernel.js";
import { channelsOf, requireLanes, streamOperand } from "./streams.js";
import { wholePixelAxes, wholePixelSchedule } from "./whole-pixel.js";

type VoteAttrs = {
  readonly triples: AttrSpec<readonly number[]>;
  readonly simd: AttrSpec<number>;
  readonly pe: AttrSpec<number>;
};

/** Of a `hw.vote`, where each channel that leaves comes from. */
export function votedChannels(op: Op): readonly VoteChannel[] {
  return voteChannels(channelsOf(op.operand(0).type), op.attrs["triples"] as readonly number[]);
}

/**
 * Majority vote over channels that are there three times, a whole pixel a cycle: all channels come in one beat (SIMD is their number)
 * and leave in one (PE).
 *
 * - Constraints: (C1) a stream of integers; (C2) triples ascend, do not overlap and are there; (C3) SIMD and PE divide the channels
 *   of either side, and folding sets both to all of them.
 */
export const Vote: OpDef<VoteAttrs> = defineOp<VoteAttrs>({
  name: "hw.vote",
  summary: "Majority vote over channels that are there three times.",
  operands: ["x"],
  attrs: { triples: attr.ints(), simd: attr.int(1), pe: attr.int(1) },
  infer: ({ operands, attrs: { triples, simd, pe } }) => {
    const x = streamOperand(operands, 0);
    requireLanes(x, simd, "SIMD");
    const [voted] = QVote.infer({ operands: [tensor(x.elem, x.shape)], attrs: { triples } });
    const { shape } = voted!;
    if (shape.at(-1)! % pe !== 0)
      throw new InferError(`(C3) PE ${pe} does not divide ${shape.at(-1)} channels`);
    return [stream(x.elem, shape, pe)];
  },
  evaluate: (operands, { triples }) => QVote.evaluate!(operands, { triples }),
  interfaces: [
    Kernel.of({
      kind: "TMRCheck",
      axes: wholePixelAxes,
      schedule: (op) => wholePixelSchedule(op, 1),
    }),
  ],
});
