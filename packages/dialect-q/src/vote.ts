import {
  type AttrSpec,
  attr,
  defineOp,
  InferError,
  isInt,
  numbers,
  type OpDef,
  type Tensor,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import { ranged } from "./ranged.js";

/** Input channel of each output channel's first copy, and whether two more follow. */
export interface VoteChannel {
  readonly first: number;
  readonly voted: boolean;
}

/** Channels behind a vote over `inputs` channels in which `triples` are the first copies, ascending. */
export function voteChannels(inputs: number, triples: readonly number[]): readonly VoteChannel[] {
  const voted = new Set(triples);
  const channels: VoteChannel[] = [];
  for (let first = 0; first < inputs; first += voted.has(first) ? 3 : 1) {
    channels.push({ first, voted: voted.has(first) });
  }
  return channels;
}

/**
 * Majority vote over channels that are there three times (triple modular redundancy of some channels): of three copies next to each
 * other, the code that any two share goes on; when all differ, the first copy's. Other channels pass.
 *
 * - Operand: `x`, integer codes, channels last. Result: the same without the second and third copies.
 * - `triples`: the channels of `x` that are first copies.
 * - Constraints: (C1) an integer tensor; (C2) triples ascend, do not overlap and are there.
 *
 * Two copies that fail alike outvote the good one.
 * Source: FINN's TMR units (finn-hlslib); Gambardella et al., arXiv:1912.07394.
 */
export const Vote: OpDef<{ readonly triples: AttrSpec<readonly number[]> }> = defineOp({
  name: "q.vote",
  summary: "Majority vote over channels that are there three times.",
  operands: ["x"],
  attrs: { triples: attr.ints() },
  infer: ({ operands, attrs: { triples } }) => {
    const x = operands[0]!;
    if (!isInt(x.elem)) throw new InferError("(C1) `x` is not an integer tensor");
    const count = x.shape.at(-1) ?? 0;
    if (triples.some((t, i) => t < 0 || t + 3 > count || (i > 0 && t < triples[i - 1]! + 3))) {
      throw new InferError(
        `(C2) triples [${triples}] of ${count} channels overlap, descend or are not there`,
      );
    }
    return [tensor(x.elem, [...x.shape.slice(0, -1), count - 2 * triples.length])];
  },
  evaluate: ([x], { triples }) => [vote(x!, triples)],
  interfaces: [ranged((_, [x]) => ({ lo: x!.lo, hi: x!.hi }))],
});

function vote(x: Tensor, triples: readonly number[]): Tensor {
  const count = x.shape.at(-1)!;
  const channels = voteChannels(count, triples);
  const data = numbers(x);
  const pixels = data.length / count;
  const out = new Float64Array(pixels * channels.length);
  for (let pixel = 0; pixel < pixels; pixel++) {
    channels.forEach(({ first, voted }, c) => {
      const at = pixel * count + first;
      const [a, b, d] = [data[at]!, data[at + 1]!, data[at + 2]!];
      out[pixel * channels.length + c] = voted && a !== b && b === d ? b : a;
    });
  }
  return tensorFrom(x.elem, [...x.shape.slice(0, -1), channels.length], out);
}
