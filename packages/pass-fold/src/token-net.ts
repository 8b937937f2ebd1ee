import { type Graph, type InterfaceTable, lcm, type Op, type StreamType, type Value } from "@gatefold/core";
import { type BeatTimes, Fifo, Fork, Kernel, type Schedule, WidthConverter } from "@gatefold/dialect-hw";

/**
 * Registers or memory between a producer and its readers, as `gf_skid`, `gf_fifo`, `gf_fork` and the gathering side of
 * `gf_width_converter` are. Counts units of data; all decisions look at the state at the start of a cycle.
 */
export interface Channel {
  /** A beat may come while at most this many units are held. */
  readonly limitUnits: number;
  readonly pushUnits: number;
  readonly popUnits: number;
  /** Cycles from a beat's coming until it is offered. */
  readonly latencyCycles: number;
  /** Bits of readers that have not taken the first beat yet; a beat goes when all have. */
  readonly all: number;
  waiting: number;
  units: number;
  /** Cycles of the last two beats that came. */
  last: number;
  before: number;
  /** Cycle from which the first beat may be taken. */
  headFrom: number;
  /** Actors at either end, by number. */
  producer: number;
  readonly readers: number[];
}

/** One reader's end of a channel. */
export interface Tap {
  readonly channel: Channel;
  readonly bit: number;
}

/** The beats of one frame of a kernel that is one pipeline: steps in which beats enter, or begin their way out. */
export interface Steps {
  readonly cycles: Int32Array;
  /** Ports that have a beat at the step: inputs in the low 16 bits, outputs above. */
  readonly ports: Int32Array;
  readonly frameCycles: number;
  /** Cycles from a step to the one in which its beat is handed to the output register, and one. */
  readonly depth: number;
}

/** The inside of a kernel whose sides run apart, shared by the two actors that it is. */
export interface Buffer {
  readonly needs: Int32Array;
  readonly waitsFor: Int32Array;
  entered: number;
  lastEntered: number;
  made: number;
  lastMade: number;
  /** The other actor, by number. */
  readonly writer: number;
  readonly reader: number;
}

/** A kernel, or one side of it. */
export interface Actor {
  readonly op: Op;
  /** `write` and `read` are the sides of a buffer; a `sink` takes a beat of an output whenever there is one. */
  readonly role: "pipeline" | "write" | "read" | "sink";
  /** `undefined` at the graph's inputs, which always offer a beat. */
  readonly inputs: readonly (Tap | undefined)[];
  /** `undefined` where nothing reads the beats. */
  readonly outputs: readonly (Channel | undefined)[];
  readonly steps: Steps;
  readonly buffer: Buffer | undefined;
}

export interface TokenNet {
  readonly actors: readonly Actor[];
  /** Beats of a frame at each of the graph's outputs, together. */
  readonly outputBeats: number;
}

export interface NetOptions {
  readonly graph: Graph;
  readonly interfaces: InterfaceTable;
  /** Depth of a FIFO behind a stream that has none in the graph; none where it gives nothing. */
  readonly depthOf?: ((value: Value) => number | undefined) | undefined;
  /** Depth of a FIFO of the graph, other than its own. */
  readonly fifoDepth?: ((fifo: Op) => number) | undefined;
}

/** One beat a cycle in and out. */
const passes: Steps = {
  cycles: Int32Array.of(0),
  ports: Int32Array.of(1 | (1 << 16)),
  frameCycles: 1,
  depth: 1,
};
const enters: Steps = { ...passes, ports: Int32Array.of(1) };

/** A FIFO of more beats than this is a memory, with one cycle more of latency (`gf_fifo`). */
const registerDepth = 4;
/** Deeper pipelines that do not move a beat in every cycle are none: the schedule is that of a kernel that holds much back. */
const deepestPipeline = 64;

const stepsOf = new WeakMap<Schedule, Steps>();

/** The network as channels and actors, actors in the order of the data. */
export function buildTokenNet({ graph, interfaces, depthOf, fifoDepth }: NetOptions): TokenNet {
  const actors: Actor[] = [];
  const ends = new Map<Value, Tap>();
  const attach = (actor: Actor): void => {
    const number = actors.push(actor) - 1;
    for (const tap of actor.inputs) tap?.channel.readers.push(number);
    for (const channel of actor.outputs) if (channel) channel.producer = number;
  };
  const pass = (op: Op, from: Tap | undefined, to: Channel): Tap => {
    attach({ op, role: "pipeline", inputs: [from], outputs: [to], steps: passes, buffer: undefined });
    return { channel: to, bit: 1 };
  };
  const link = (value: Value, channel: Channel): void => {
    const depth = depthOf?.(value);
    ends.set(value, { channel, bit: 1 });
    if (depth !== undefined && depth > 0) pending.push({ value, depth });
  };
  let pending: { value: Value; depth: number }[] = [];
  for (const op of graph.ops()) {
    const model = interfaces.get(op.def, Kernel);
    if (!model) continue;
    const streams = op.operands.filter((v) => v.type.kind === "stream");
    const inputs = streams.map((v) => ends.get(v));
    if (model.view && op.results.length === 1) {
      if (inputs[0]) ends.set(op.result(), inputs[0]);
      continue;
    }
    if (Fork.is(op)) {
      const channel = register(2, op.results.length);
      pass(op, inputs[0], channel);
      op.results.forEach((v, i) => {
        ends.set(v, { channel, bit: 1 << i });
        const depth = depthOf?.(v);
        if (depth !== undefined && depth > 0) pending.push({ value: v, depth });
      });
    } else if (Fifo.is(op)) {
      const depth = fifoDepth?.(op) ?? op.attrs.depth;
      ends.set(op.result(), pass(op, inputs[0], memory(depth)));
    } else if (WidthConverter.is(op)) {
      const { taken: a, given: b } = converterUnits(op);
      if (a === b) ends.set(op.result(), inputs[0]!);
      else if (a < b) {
        const channel = { ...register(1, 1), limitUnits: a + b - 1, pushUnits: a, popUnits: b, readers: [] };
        pass(op, inputs[0], channel);
        link(op.result(), channel);
      } else {
        const channel = register(2, 1);
        attach({ op, role: "pipeline", inputs, outputs: [channel], steps: shifts(a, b), buffer: undefined });
        link(op.result(), channel);
      }
    } else {
      const schedule = model.schedule(op);
      const outputs = op.results.map((v, i) =>
        v.uses.length === 0 ? undefined : register(registerBeats(schedule, i), 1),
      );
      if (schedule.buffer) attachBuffer(op, schedule, inputs, outputs, actors.length, attach);
      else
        attach({ op, role: "pipeline", inputs, outputs, steps: pipelineSteps(schedule), buffer: undefined });
      op.results.forEach((v, i) => {
        const channel = outputs[i];
        if (channel) link(v, channel);
      });
    }
    for (const { value, depth } of pending) ends.set(value, pass(op, ends.get(value), memory(depth)));
    pending = [];
  }
  let outputBeats = 0;
  for (const v of graph.outputs) {
    const tap = ends.get(v);
    if (!tap) continue;
    outputBeats += beatsOf(v);
    attach({ op: v.op!, role: "sink", inputs: [tap], outputs: [], steps: enters, buffer: undefined });
  }
  return { actors, outputBeats };
}

function attachBuffer(
  op: Op,
  schedule: Schedule,
  inputs: readonly (Tap | undefined)[],
  outputs: readonly (Channel | undefined)[],
  writer: number,
  attach: (actor: Actor) => void,
): void {
  const { needs, waitsFor, latencyCycles } = schedule.buffer!;
  const none = Number.NEGATIVE_INFINITY;
  const buffer: Buffer = {
    needs,
    waitsFor,
    entered: 0,
    lastEntered: none,
    made: 0,
    lastMade: none,
    writer,
    reader: writer + 1,
  };
  const leaves: Steps = { ...passes, ports: Int32Array.of(1 << 16), depth: latencyCycles };
  attach({ op, role: "write", inputs, outputs: [], steps: enters, buffer });
  attach({ op, role: "read", inputs: [], outputs, steps: leaves, buffer });
}

/** Lanes of a width converter's beats, in units of the most that are in both. */
export interface ConverterUnits {
  readonly taken: number;
  readonly given: number;
}

export function converterUnits(op: Op): ConverterUnits {
  const [from, to] = [op.operand(0).type as StreamType, op.result().type as StreamType];
  const unit = (from.lanes * to.lanes) / lcm(from.lanes, to.lanes);
  return { taken: from.lanes / unit, given: to.lanes / unit };
}

const beatsOf = (v: Value): number => v.type.shape.reduce((a, b) => a * b, 1) / (v.type as StreamType).lanes;

/** `gf_skid`: a beat or two, one cycle. */
function register(beats: number, readers: number): Channel {
  const all = (1 << readers) - 1;
  return {
    limitUnits: beats - 1,
    pushUnits: 1,
    popUnits: 1,
    latencyCycles: 1,
    all,
    waiting: all,
    units: 0,
    last: Number.NEGATIVE_INFINITY,
    before: Number.NEGATIVE_INFINITY,
    headFrom: 0,
    producer: -1,
    readers: [],
  };
}

/** `gf_fifo`. */
function memory(depth: number): Channel {
  return { ...register(depth, 1), latencyCycles: memoryLatency(depth), readers: [] };
}

/** Cycles from a beat's coming into a FIFO until it is offered. */
export function memoryLatency(depth: number): 1 | 2 {
  return depth > registerDepth ? 2 : 1;
}

/** One output register is enough where a cycle at least lies between any two beats. */
export function registerBeats(
  { intervalCycles, outputs, buffer, registerBeats: own }: Schedule,
  index: number,
): 1 | 2 {
  if (own !== undefined || buffer) return own ?? 2;
  const { count, at } = outputs[index]!;
  for (let k = 1; k < count; k++) if (at(k) - at(k - 1) < 2) return 2;
  return at(0) + intervalCycles - at(count - 1) >= 2 ? 1 : 2;
}

/** A width converter from `a` units to fewer, `b`: a beat leaves a cycle, one comes when less than `b` units are left. */
function shifts(a: number, b: number): Steps {
  const ports = new Int32Array(a).fill(1 << 16);
  for (let k = 0; k < b; k++) ports[Math.floor((k * a) / b)]! |= 1;
  return { cycles: ports.map((_, i) => i), ports, frameCycles: a, depth: 1 };
}

function pipelineSteps(schedule: Schedule): Steps {
  const known = stepsOf.get(schedule);
  if (known) return known;
  const { intervalCycles, latencyCycles, inputs, outputs } = schedule;
  const span = latencyCycles - intervalCycles + 1;
  const first = Math.min(...outputs.map((o) => o.at(0)));
  // A beat in and a beat out in every cycle: nothing is held back, however deep it is.
  const isSteady = [...inputs, ...outputs].every(({ count }) => count === intervalCycles);
  const isPipeline = span >= 1 && span <= first && (isSteady || span <= deepestPipeline);
  const depth = isPipeline ? span : 1;
  const at = new Map<number, number>();
  const note = ({ count, at: cycleOf }: BeatTimes, bit: number, less: number): void => {
    for (let k = 0; k < count; k++) {
      const cycle = Math.floor(cycleOf(k)) - less;
      at.set(cycle, (at.get(cycle) ?? 0) | bit);
    }
  };
  inputs.forEach((beats, i) => {
    note(beats, 1 << i, 0);
  });
  outputs.forEach((beats, i) => {
    note(beats, 1 << (16 + i), depth);
  });
  const cycles = Int32Array.from(at.keys()).sort();
  const ports = cycles.map((c) => at.get(c)!);
  const steps = { cycles, ports, frameCycles: intervalCycles, depth };
  stepsOf.set(schedule, steps);
  return steps;
}
