import type { Graph, InterfaceTable, Op, Value } from "@gatefold/core";
import { type BeatTimes, Kernel } from "@gatefold/dialect-hw";

/** Beats in flight between a producer and a consumer. */
interface Channel {
  readonly value: Value;
  readonly capacity: number;
  beats: number;
  /** Greatest number of beats at the end of a cycle. */
  most: number;
}

interface Port {
  /** Cycles of the beats of one frame, in the kernel's own time. */
  readonly cycles: Float64Array;
  /** `undefined` at the graph's own inputs and outputs, which never wait. */
  readonly channel: Channel | undefined;
  readonly isInput: boolean;
  frame: number;
  beat: number;
  /** The kernel's own time of the next beat; infinite after the last frame. */
  next: number;
}

/** A kernel that runs by its token schedule; what it waits for delays everything behind it. */
interface Actor {
  readonly op: Op;
  readonly ports: readonly Port[];
  /** Cycles from frame to frame in the kernel's own time. */
  readonly frameCycles: number;
  /** Global cycle minus the kernel's own time. */
  delay: number;
  /** Global cycle of the next beat; infinite when it waits or is done. */
  next: number;
  waiting: boolean;
}

export interface TokenRun {
  /** Most beats that each stream held. */
  readonly occupancy: ReadonlyMap<Value, number>;
  /** Cycle in which the last output beat of each frame left. */
  readonly frameCycles: readonly number[];
  /** Kernels that wait for ever; empty unless the network deadlocks. */
  readonly stuck: readonly Op[];
}

export interface TokenOptions {
  readonly frames: number;
  /** Slows every kernel down, evenly, to a frame in this many cycles. */
  readonly paceCycles?: number;
  /** Beats that fit into a stream; unbounded where it gives none. */
  readonly capacityOf?: (value: Value) => number | undefined;
}

/**
 * Runs a graph of kernels on tokens: each kernel moves its beats at the cycles of its schedule, counted in its own
 * time, which stands still while a beat has not come or has no room. A beat is seen one cycle after it was sent.
 * Only cycles in which something moves cost anything.
 */
export function simulateTokens(graph: Graph, interfaces: InterfaceTable, options: TokenOptions): TokenRun {
  const { channels, actors } = build(graph, interfaces, options);
  const frameCycles: number[] = [];
  for (const actor of actors) actor.next = ownNext(actor);
  const moving: Actor[] = [];
  for (;;) {
    let now = Number.POSITIVE_INFINITY;
    for (const actor of actors) if (actor.next < now) now = actor.next;
    if (now === Number.POSITIVE_INFINITY) break;
    moving.length = 0;
    for (const actor of actors) {
      if (actor.next !== now) continue;
      if (isFree(actor, now - actor.delay)) moving.push(actor);
      else {
        actor.waiting = true;
        actor.next = Number.POSITIVE_INFINITY;
      }
    }
    for (const actor of moving) {
      if (move(actor, now - actor.delay, options.frames)) frameCycles.push(now);
      actor.next = ownNext(actor) + actor.delay;
    }
    if (moving.length === 0) continue;
    for (const actor of actors) {
      if (!actor.waiting) continue;
      actor.waiting = false;
      actor.delay = now + 1 - ownNext(actor);
      actor.next = now + 1;
    }
  }
  return {
    occupancy: new Map(channels.map((c) => [c.value, c.most])),
    frameCycles,
    stuck: actors.filter((a) => a.waiting).map((a) => a.op),
  };
}

function ownNext({ ports }: Actor): number {
  let next = Number.POSITIVE_INFINITY;
  for (const port of ports) if (port.next < next) next = port.next;
  return next;
}

/** Whether every beat that is due has come or has room. */
function isFree({ ports }: Actor, own: number): boolean {
  for (const { next, channel, isInput } of ports) {
    if (next === own && channel && !(isInput ? channel.beats > 0 : channel.beats < channel.capacity))
      return false;
  }
  return true;
}

/** Moves the beats that are due; tells whether a frame left the graph. */
function move({ ports, frameCycles }: Actor, own: number, frames: number): boolean {
  let left = false;
  for (const port of ports) {
    if (port.next !== own) continue;
    const { channel, cycles, isInput } = port;
    if (channel) {
      channel.beats += isInput ? -1 : 1;
      if (channel.beats > channel.most) channel.most = channel.beats;
    }
    if (++port.beat === cycles.length) {
      port.beat = 0;
      port.frame++;
      if (!isInput && !channel) left = true;
    }
    port.next =
      port.frame === frames ? Number.POSITIVE_INFINITY : port.frame * frameCycles + cycles[port.beat]!;
  }
  return left;
}

function build(
  graph: Graph,
  interfaces: InterfaceTable,
  { capacityOf, paceCycles }: TokenOptions,
): { readonly channels: readonly Channel[]; readonly actors: readonly Actor[] } {
  const channels = new Map<Value, Channel>();
  const actors: Actor[] = [];
  const sources = new Map<Value, Value>();
  const source = (v: Value): Value => sources.get(v) ?? v;
  for (const op of graph.ops()) {
    const model = interfaces.get(op.def, Kernel);
    if (!model) continue;
    if (model.view && op.results.length === 1) {
      sources.set(op.result(), source(op.operand(0)));
      continue;
    }
    const schedule = model.schedule(op);
    const frameCycles = Math.max(schedule.intervalCycles, paceCycles ?? 0);
    const slowness = frameCycles / schedule.intervalCycles;
    const streams = op.operands.filter((v) => v.type.kind === "stream").map(source);
    const inputs = streams.map((v, i) => makePort(schedule.inputs[i]!, slowness, channels.get(v), true));
    const outputs = op.results.map((v, i) => {
      if (staysInside(v, interfaces)) {
        channels.set(v, {
          value: v,
          beats: 0,
          most: 0,
          capacity: capacityOf?.(v) ?? Number.POSITIVE_INFINITY,
        });
      }
      return makePort(schedule.outputs[i]!, slowness, channels.get(v), false);
    });
    actors.push({ op, ports: [...inputs, ...outputs], frameCycles, delay: 0, next: 0, waiting: false });
  }
  return { channels: [...channels.values()], actors };
}

/** Whether a kernel reads the stream, be it through ops that are wires only. */
function staysInside(v: Value, interfaces: InterfaceTable): boolean {
  return v.uses.some(({ op }) => {
    const model = interfaces.get(op.def, Kernel);
    return model?.view && op.results.length === 1
      ? staysInside(op.result(), interfaces)
      : model !== undefined;
  });
}

function makePort(
  { count, at }: BeatTimes,
  slowness: number,
  channel: Channel | undefined,
  isInput: boolean,
): Port {
  const cycles = Float64Array.from({ length: count }, (_, k) => Math.floor(at(k) * slowness));
  return { cycles, channel, isInput, frame: 0, beat: 0, next: cycles[0]! };
}
