import {
  beatCount,
  type Graph,
  type InterfaceTable,
  type Op,
  type StreamType,
  type Value,
} from "@gatefold/core";
import { type BeatTimes, Fifo, Fork, Kernel, type Schedule, WidthConverter } from "@gatefold/dialect-hw";
import { type ConverterUnits, converterUnits, memoryLatency, registerBeats } from "./token-net.js";

/** Cycles from a beat's handing over to a FIFO's output: the register before it, and the FIFO (`gf_fifo` as a memory). */
const fifoLagCycles = 3;
const leastFifo = 2;

/** What a producer has between itself and its reader. */
interface Room {
  /** Cycles in which units come, in one frame. */
  readonly pushes: Float64Array;
  readonly pushUnits: number;
  readonly popUnits: number;
  /** Units may come while at most this many are held at the start of the cycle. */
  readonly limitUnits: number;
  /** Whether what leaves in the cycle counts as gone: where readers wait for each other. */
  readonly sameCycle: boolean;
}

/** Beats of one frame, at the value that a kernel gave, whatever shape it has now. */
interface Produced {
  readonly value: Value;
  /** Cycle in which each beat is handed over; it is offered from the next on. */
  readonly cycles: Float64Array;
  readonly room: Room;
}

/**
 * The FIFOs that streams need when every kernel is slowed down, evenly, to a frame in `paceCycles` and starts as early
 * as it can without ever waiting for a beat: as deep as the most beats they then hold. With that room this schedule is
 * possible; so kernels that move beats as soon as they can are never later than it. A width converter that gathers
 * takes beats as they come. Streams that are not named need none.
 */
export function pacedDepths(
  graph: Graph,
  interfaces: InterfaceTable,
  paceCycles: number,
): ReadonlyMap<Value, number> {
  const produced = new Map<Value, Produced>();
  const depths = new Map<Value, number>();
  for (const op of graph.ops()) {
    const model = interfaces.get(op.def, Kernel);
    if (!model) continue;
    const streams = op.operands.filter((v) => v.type.kind === "stream");
    const from = streams.map((v) => produced.get(v));
    const units = WidthConverter.is(op) ? converterUnits(op) : undefined;
    if ((model.view && op.results.length === 1) || (units && units.taken === units.given)) {
      if (from[0]) produced.set(op.result(), from[0]);
      continue;
    }
    const { intervalCycles, taken, given, limits } = ownTimes(op, model.schedule(op), units);
    const slowly = (own: Float64Array): Float64Array =>
      own.map((cycle) => Math.floor((cycle * paceCycles) / intervalCycles));
    const pops = taken.map(slowly);
    if (units && units.taken < units.given) {
      const pushes = from[0] ? from[0].cycles.map((cycle) => cycle + 1) : pops[0]!;
      produced.set(op.result(), gathered(op.result(), pushes, units));
      continue;
    }
    const lags = streams.map(() => 0);
    let delay = 0;
    for (let settled = false; !settled; ) {
      settled = true;
      from.forEach((f, i) => {
        f?.cycles.forEach((cycle, k) => {
          delay = Math.max(delay, cycle + 1 + lags[i]! - pops[i]![k]!);
        });
      });
      from.forEach((f, i) => {
        if (!f || lags[i]! > 0 || mostUnits(f.room, pops[i]!, delay, paceCycles) <= f.room.limitUnits) return;
        lags[i] = fifoLagCycles;
        settled = false;
      });
    }
    from.forEach((f, i) => {
      if (!f || lags[i] === 0) return;
      const room: Room = { ...single(f.cycles.map((c) => c + 1)), limitUnits: 0 };
      depths.set(f.value, Math.max(leastFifo, mostUnits(room, pops[i]!, delay, paceCycles) + 1));
    });
    op.results.forEach((value, i) => {
      const cycles = slowly(given[i]!).map((cycle) => cycle + delay);
      const room = { ...single(cycles), limitUnits: limits[i]!, sameCycle: Fork.is(op) };
      produced.set(value, { value, cycles, room });
    });
  }
  return depths;
}

const single = (pushes: Float64Array): Omit<Room, "limitUnits"> => ({
  pushes,
  pushUnits: 1,
  popUnits: 1,
  sameCycle: false,
});

/** A kernel's own times in one frame, without anything in the way. */
interface OwnTimes {
  readonly intervalCycles: number;
  readonly taken: readonly Float64Array[];
  /** Cycles in which beats are handed over, one before they are offered. */
  readonly given: readonly Float64Array[];
  /** Beats at each output with which another may come. */
  readonly limits: readonly number[];
}

function ownTimes(op: Op, schedule: Schedule, units: ConverterUnits | undefined): OwnTimes {
  const times = (count: number, at: (k: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, k) => Math.floor(at(k)));
  const { intervalCycles, inputs, outputs } = schedule;
  const taken = inputs.map(({ count, at }) => times(count, at));
  if (units) {
    const { taken: a, given: b } = units;
    const count = beatCount(op.operand(0).type as StreamType);
    // Of several beats that make several, each is taken in the cycle in which its first unit leaves.
    const enters = times(count, (k) => Math.floor(k / b) * a + ((k % b) * a) / b);
    const leaves = times(intervalCycles, (k) => k);
    return { intervalCycles, taken: a > b ? [enters] : taken, given: [leaves], limits: [1] };
  }
  if (Fork.is(op))
    return { intervalCycles, taken, given: op.results.map(() => taken[0]!), limits: op.results.map(() => 0) };
  if (Fifo.is(op)) {
    const { depth } = op.attrs;
    const lag = memoryLatency(depth) - 1;
    return { intervalCycles, taken, given: [taken[0]!.map((c) => c + lag)], limits: [depth - 1 - lag] };
  }
  const given = outputs.map(({ count, at }: BeatTimes) => times(count, (k) => Math.floor(at(k)) - 1));
  return { intervalCycles, taken, given, limits: outputs.map((_, i) => registerBeats(schedule, i) - 1) };
}

/** The gathering side of a width converter: the word that is offered shares its room with the next one. */
function gathered(value: Value, pushes: Float64Array, { taken, given }: ConverterUnits): Produced {
  const count = (pushes.length * taken) / given;
  const cycles = Float64Array.from(
    { length: count },
    (_, k) => pushes[Math.ceil(((k + 1) * given) / taken) - 1]!,
  );
  const limitUnits = taken + given - 1;
  return { value, cycles, room: { pushes, pushUnits: taken, popUnits: given, limitUnits, sameCycle: false } };
}

/** Most units held at the start of a cycle in which some come; readers begin `delay` cycles late, both repeat every `pace`. */
function mostUnits(
  { pushes, pushUnits, popUnits, sameCycle }: Room,
  pops: Float64Array,
  delay: number,
  pace: number,
): number {
  const count = pops.length;
  const frames = Math.ceil((pops[count - 1]! + delay - pushes[0]!) / pace) + 1;
  let gone = -frames * count;
  let most = 0;
  for (let k = 0; k < pushes.length; k++) {
    const until = sameCycle ? pushes[k]! + 1 : pushes[k]!;
    for (;;) {
      const frame = Math.floor(gone / count);
      if (pops[gone - frame * count]! + delay + frame * pace >= until) break;
      gone++;
    }
    most = Math.max(most, k * pushUnits - gone * popUnits);
  }
  return most;
}
