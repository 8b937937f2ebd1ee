import {
  beatBits,
  elemInfo,
  lcm,
  type Op,
  type Resources,
  type StreamType,
  type Value,
} from "@gatefold/core";
import type { BeatTimes, KernelModel, Schedule } from "@gatefold/dialect-hw";

/** Memories of at least this many words stand in block RAM. */
const blockWords = 64;
/** Words of a memory that one bit of a look-up table ROM or RAM holds. */
const lutWords = 64;
/** Fields of a word that an element is compared with side by side; of more a search reads one after the other. */
const comparedAtOnce = 15;
/** Valid, ready and counters of any kernel. */
const controlLuts = 20;

/**
 * What a kernel costs as far as its architecture says, in look-up tables and block RAMs, when no rule is fitted.
 *
 * Counted are: a product of `weight bits · activation bits` and its place in the adder tree for each multiply–accumulate
 * of a cycle; a product a lane that is no work; an accumulator for each lane out; the words that a beat is compared with, or a search in them; read-only memories by geometry;
 * as a buffer, the beats that enter before the first result leaves; in plumbing, the least common multiple of the
 * lanes; one table a bit of output register and some control. Multipliers are tables, never DSPs. It orders foldings;
 * it is no estimate of a circuit. Knows no op by name: all comes from the kernel model.
 */
export function proxyCost(op: Op, model: KernelModel, schedule: Schedule, bramBits: number): Resources {
  const inputs = op.operands.filter(isStream).map((v) => v.type as StreamType);
  const outputs = op.results.filter(isStream).map((v) => v.type as StreamType);
  const work = model.work?.(op);
  let lutCount = controlLuts + sum(outputs.map(beatBits));
  let bramCount = 0;
  const store = (widthBits: number, depth: number): void => {
    if (depth >= blockWords) bramCount += blockRamCount(widthBits, depth, bramBits);
    else if (depth > 1) lutCount += widthBits * Math.ceil(depth / lutWords);
  };
  for (const { widthBits, depth } of model.memories?.(op) ?? []) {
    const elemBits = elemInfo(inputs[0]?.elem ?? "u1").widthBits;
    const lanes = inputs[0]?.lanes ?? 1;
    const compared = widthBits / (lanes * elemBits);
    if (!work && compared > comparedAtOnce) {
      for (let lane = 0; lane < lanes; lane++) store(elemBits, Math.round(compared * depth));
      lutCount += lanes * elemBits * Math.ceil(Math.log2(compared + 1));
      continue;
    }
    store(widthBits, depth);
    if (!work) lutCount += widthBits;
  }
  if (work) {
    const { macs, weightBits, activationBits } = work;
    const perCycle = macs / schedule.intervalCycles;
    lutCount += perCycle * (weightBits * activationBits + (weightBits + activationBits) / 2);
    lutCount += sum(outputs.map(beatBits));
  }
  const made = model.products?.(op);
  if (made) lutCount += (outputs[0]?.lanes ?? 1) * (made.aBits * made.bBits + (made.aBits + made.bBits) / 2);
  const [from, to] = [inputs[0], outputs[0]];
  if (model.plumbing && from && to) {
    if (from.lanes !== to.lanes) lutCount += lcm(from.lanes, to.lanes) * elemInfo(from.elem).widthBits;
  } else {
    inputs.forEach((type, i) => {
      store(beatBits(type), beatsHeld(schedule, i));
    });
  }
  return { lutCount: Math.round(lutCount), ffCount: 0, bramCount, dspCount: 0 };
}

const isStream = (v: Value): boolean => v.type.kind === "stream";
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Beats of an input that enter before the first beat of the result leaves. */
function beatsHeld({ inputs, outputs }: Schedule, index: number): number {
  const beats = inputs[index] as BeatTimes;
  const first = outputs[0]?.at(0) ?? 0;
  let [low, high] = [0, beats.count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (beats.at(middle) < first) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Block RAMs of a memory in the best of the shapes that a block takes: 1, 2, 4, … bits wide. */
export function blockRamCount(widthBits: number, depth: number, bramBits: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let w = Math.max(16, bramBits / 512); w >= 1; w /= 2) {
    best = Math.min(best, Math.ceil(widthBits / w) * Math.ceil(depth / Math.floor(bramBits / w)));
  }
  return best;
}
