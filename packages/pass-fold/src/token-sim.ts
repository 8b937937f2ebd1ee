import type { Op } from "@gatefold/core";
import { type Actor, buildTokenNet, type Channel, type NetOptions, type Tap } from "./token-net.js";

export interface TokenRun {
  /** Cycle in which the last output beat of each frame left. */
  readonly frameCycles: readonly number[];
  /** Kernels that wait for ever; empty unless the network deadlocks. */
  readonly stuck: readonly Op[];
  /** Whether two settled frames in a row took no longer than wanted. */
  readonly keepsPace: boolean;
}

export interface TokenOptions extends NetOptions {
  /** Cycles that a frame may take; the run ends as soon as two settled frames in a row keep to it. */
  readonly wantedCycles?: number;
  /** Most frames to run. */
  readonly frames?: number;
}

/** Frames that fill the network: their pace says nothing. */
const fillingFrames = 2;
/** Frames after which a network that still does not keep pace never will. */
const patienceFrames = 10;

/** An actor as it runs. Its own time stands still while its last stage has no room. */
interface Running {
  readonly actor: Actor;
  /** Number of the next step's entry. */
  entry: number;
  frame: number;
  /** Own time of the next step; in the past while it waits for a beat. */
  next: number;
  /** Global less own time. */
  delay: number;
  /** Global cycle since which the last stage has no room; −1 when it has. */
  since: number;
  /** Whether it waits for somebody else; else it knows itself when to look again. */
  waits: boolean;
  /** Own times, and ports, of what is under way to the outputs: a ring. */
  readonly times: Float64Array;
  readonly ports: Int32Array;
  head: number;
  count: number;
}

const never = Number.POSITIVE_INFINITY;

/**
 * Runs a graph of kernels on tokens, cycle by cycle as the hardware does: sources always offer, sinks always take, a
 * kernel is a pipeline that stands still as a whole or a buffer with two sides, and between kernels there are the
 * registers and FIFOs that are there. Only cycles in which something can move cost anything.
 */
export function simulateTokens(options: TokenOptions): TokenRun {
  const { actors, outputBeats } = buildTokenNet(options);
  const { frames = patienceFrames, wantedCycles = 0 } = options;
  const running = actors.map(start);
  const wake = new Float64Array(actors.length);
  const frameCycles: number[] = [];
  let sent = 0;
  let now = 0;
  let following = 0;
  const wakeAt = (actor: number, cycle: number): void => {
    if (!running[actor]!.waits) return;
    if (wake[actor]! > cycle) wake[actor] = cycle;
    if (cycle < following) following = cycle;
  };

  const push = ({ outputs }: Actor, ports: number): void => {
    for (let i = 0; i < outputs.length; i++) {
      if ((ports & (1 << (16 + i))) === 0) continue;
      const channel = outputs[i];
      if (!channel) continue;
      channel.units += channel.pushUnits;
      channel.before = channel.last;
      channel.last = now;
      for (const reader of channel.readers) wakeAt(reader, now + channel.latencyCycles);
    }
  };
  const pop = ({ inputs }: Actor, ports: number): void => {
    for (let i = 0; i < inputs.length; i++) {
      const tap = inputs[i];
      if ((ports & (1 << i)) === 0 || !tap) continue;
      const { channel, bit } = tap;
      channel.waiting &= ~bit;
      if (channel.waiting !== 0) continue;
      channel.waiting = channel.all;
      channel.units -= channel.popUnits;
      channel.headFrom = now + 1;
      wakeAt(channel.producer, now + 1);
      if (channel.readers.length > 1) for (const reader of channel.readers) wakeAt(reader, now + 1);
    }
  };
  /** The cycle from which all beats of a step can be taken, as far as is known; `now` when they can. */
  const arrival = ({ inputs }: Actor, ports: number): number => {
    let latest = now;
    for (let i = 0; i < inputs.length; i++) {
      const tap = inputs[i];
      if ((ports & (1 << i)) !== 0 && tap) latest = Math.max(latest, offered(tap, now));
    }
    return latest;
  };

  /** Moves what an actor can move in this cycle; gives the cycle in which to look again. */
  const run = (r: Running): number => {
    const { actor } = r;
    if (r.since >= 0) {
      if (!hasRoom(actor.outputs, r.ports[r.head]!)) return never;
      r.waits = false;
      r.delay += now - r.since;
      r.since = -1;
    }
    const own = now - r.delay;
    if (r.count > 0 && r.times[r.head]! <= own) {
      const ports = r.ports[r.head]!;
      if (!hasRoom(actor.outputs, ports)) {
        r.since = now;
        r.waits = true;
        return never;
      }
      push(actor, ports);
      r.head = r.head + 1 === r.times.length ? 0 : r.head + 1;
      r.count--;
    }
    let again = never;
    if (r.next <= own) {
      r.waits = true;
      again = step(r, own);
    }
    const leaves = r.count > 0 ? r.times[r.head]! + r.delay : never;
    return Math.min(leaves, r.next > own ? r.next + r.delay : again);
  };

  /** Takes the next step if it can; gives the cycle in which it may when it cannot. */
  const step = (r: Running, own: number): number => {
    const { actor } = r;
    const { cycles, ports, frameCycles: length, depth } = actor.steps;
    const moved = ports[r.entry]!;
    const free = actor.buffer ? bufferFree(actor, r) : now;
    const can = free > now ? free : arrival(actor, moved);
    if (can > now) return can;
    const isLast = depth === 1 && moved >= 1 << 16;
    if (isLast && !hasRoom(actor.outputs, moved)) return never;
    r.waits = false;
    pop(actor, moved);
    if (actor.role === "sink" && ++sent % outputBeats === 0) frameCycles.push(now);
    if (isLast) push(actor, moved);
    else if (moved >= 1 << 16) {
      const at = (r.head + r.count++) % r.times.length;
      r.times[at] = own + depth - 1;
      r.ports[at] = moved;
    }
    if (actor.buffer) passBuffer(actor);
    const before = cycles[r.entry]!;
    if (++r.entry === cycles.length) {
      r.entry = 0;
      r.frame++;
      r.next = own + length - before + cycles[0]!;
    } else r.next = own + cycles[r.entry]! - before;
    return never;
  };
  /** The cycle from which the other side of the buffer lets the next beat pass; infinite when that side has to move first. */
  const bufferFree = ({ role, buffer }: Actor, r: Running): number => {
    const { needs, waitsFor, entered, made, lastEntered, lastMade } = buffer!;
    const isRead = role === "read";
    const [own, other] = isRead ? [needs, waitsFor] : [waitsFor, needs];
    const frame = Math.floor(r.frame / own.length);
    const wanted = frame * other.length + own[r.frame - frame * own.length]! + (isRead ? 1 : 0);
    const moved = isRead ? entered : made;
    if (moved < wanted) return never;
    // What moves in this very cycle is seen in the next, which nobody else would tell.
    return moved === wanted && (isRead ? lastEntered : lastMade) === now ? now + 1 : now;
  };
  const passBuffer = ({ role, buffer }: Actor): void => {
    if (role === "read") {
      buffer!.made++;
      buffer!.lastMade = now;
      wakeAt(buffer!.writer, now + 1);
    } else {
      buffer!.entered++;
      buffer!.lastEntered = now;
      wakeAt(buffer!.reader, now + 1);
    }
  };

  while (frameCycles.length < frames && !keepsPace(frameCycles, wantedCycles)) {
    following = never;
    for (let i = 0; i < running.length; i++) {
      if (wake[i]! <= now) {
        wake[i] = never;
        const again = run(running[i]!);
        if (again < wake[i]!) wake[i] = again;
      }
      if (wake[i]! < following) following = wake[i]!;
    }
    if (following === never) break;
    now = following;
  }
  const isStuck = following === never && frameCycles.length < frames;
  return {
    frameCycles,
    stuck: isStuck ? waitingOps(running) : [],
    keepsPace: keepsPace(frameCycles, wantedCycles),
  };
}

function keepsPace(frameCycles: readonly number[], wantedCycles: number): boolean {
  const last = frameCycles.length - 1;
  return last > fillingFrames + 1 && frameCycles[last]! - frameCycles[last - 2]! <= 2 * wantedCycles;
}

function start(actor: Actor): Running {
  const { cycles, depth } = actor.steps;
  const room = depth + 1;
  return {
    actor,
    entry: 0,
    frame: 0,
    next: cycles[0]!,
    delay: 0,
    since: -1,
    waits: false,
    times: new Float64Array(room),
    ports: new Int32Array(room),
    head: 0,
    count: 0,
  };
}

function hasRoom(outputs: readonly (Channel | undefined)[], ports: number): boolean {
  for (let i = 0; i < outputs.length; i++) {
    const channel = outputs[i];
    if (channel && (ports & (1 << (16 + i))) !== 0 && channel.units > channel.limitUnits) return false;
  }
  return true;
}

/** The cycle from which a beat is offered to a reader: `now` when it is, infinite when none is under way. */
function offered({ channel, bit }: Tap, now: number): number {
  const { units, pushUnits, popUnits, latencyCycles, last, before, headFrom, waiting } = channel;
  if ((waiting & bit) === 0 || units < popUnits) return never;
  if (headFrom > now) return headFrom;
  let visible = units;
  if (last + latencyCycles > now) visible -= pushUnits;
  if (before + latencyCycles > now) visible -= pushUnits;
  return visible >= popUnits ? now : now + 1;
}

function waitingOps(running: readonly Running[]): Op[] {
  return [
    ...new Set(running.filter((r) => r.since >= 0 || r.frame > 0 || r.entry > 0).map((r) => r.actor.op)),
  ];
}
