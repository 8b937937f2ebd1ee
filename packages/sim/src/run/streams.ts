import type { Design } from "../design.js";
import { SimError } from "../errors.js";
import { monitorResult, openMonitor, watch } from "./monitors.js";
import { seededRandom } from "./random.js";
import type { Simulation } from "./simulation.js";
import { openSink, openSource, type Sink, type Source, sinkResult } from "./stream-ports.js";
import type { RunStreamsOptions, StreamsResult } from "./stream-types.js";
import { openVcd } from "./vcd.js";

const progressMask = 0xffff;

/**
 * Feeds AXI4-Streams into a design from power-on and collects what comes out. A source offers a beat until it is taken; a stalled source
 * or sink is seeded, so a run can be repeated. Source of the rules: AMBA AXI4-Stream protocol specification, IHI 0051A, section 2.2.
 *
 * Throws {@link SimError}: `deadlock` with the state of every stream, `too-many-cycles`, `stream-protocol` when the design takes back or
 * changes a beat that was not yet accepted, `bad-stream` when ports are missing.
 */
export function runStreams(design: Design, options: RunStreamsOptions): StreamsResult {
  checkOptions(design, options);
  const simulation = design.simulate();
  for (const [name, value] of Object.entries(options.constants ?? {})) simulation.poke(name, value);
  const sources = [options.input].flat().map((input) => openSource(design, simulation, input));
  const sinks = [options.output].flat().map((output) => openSink(design, simulation, output));
  const monitors = (options.watch ?? []).map((watched) => openMonitor(design, simulation, watched));
  applyReset(design, simulation, options.resetN);
  options.prepare?.(simulation);

  const stallRandom = [...sources, ...sinks].map((_, i) =>
    seededRandom((options.stalls?.seed ?? 1) * 65537 + i),
  );
  const sourceStall = options.stalls?.input ?? 0;
  const sinkStall = options.stalls?.output ?? 0;
  const maxCycles = options.maxCycles ?? 1e8;
  const idleLimit = options.idleLimitCycles ?? 100_000;
  const vcd = options.vcd === undefined ? undefined : openVcd(design, simulation, options.vcd);
  const { raw } = simulation;
  const bytes = raw.bytes();
  let missing = sinks.reduce((sum, sink) => sum + sink.count, 0);
  let firstOutputCycle: number | undefined;
  let lastHandshake = -1;
  let cycle = 0;
  let ended: SimError | undefined;
  const late = (): SimError | undefined => {
    if (cycle >= maxCycles) return stopped("too-many-cycles", `${maxCycles} cycles`, bytes, sources, sinks);
    if (cycle - lastHandshake <= idleLimit) return undefined;
    const why = `no handshake for ${idleLimit} cycles, now cycle ${cycle}`;
    return stopped("deadlock", why, bytes, sources, sinks);
  };

  for (; missing > 0; cycle++) {
    ended = late();
    if (ended !== undefined) {
      if (options.keepWhenStopped !== true) throw ended;
      break;
    }
    sources.forEach((source, i) => {
      if (source.active || source.done === source.count) return;
      if (sourceStall === 0 || (stallRandom[i] as () => number)() >= sourceStall) offer(bytes, source);
    });
    sinks.forEach((sink, i) => {
      sink.ready = sinkStall === 0 || (stallRandom[sources.length + i] as () => number)() >= sinkStall;
      if (sink.readyAddress === undefined) sink.ready = true;
      else bytes[sink.readyAddress] = sink.ready ? 1 : 0;
    });
    vcd?.sample(cycle);
    raw.step(1);
    for (const source of sources) {
      if (!source.active || (source.readyAddress !== undefined && bytes[source.readyAddress] !== 1)) continue;
      source.cycles[source.done++] = cycle;
      source.active = false;
      bytes[source.validAddress] = 0;
      lastHandshake = cycle;
    }
    for (const sink of sinks) {
      if (!takeBeat(bytes, sink, cycle)) continue;
      missing -= sink.done <= sink.count ? 1 : 0;
      firstOutputCycle ??= cycle;
      lastHandshake = cycle;
    }
    for (const monitor of monitors) if (watch(bytes, monitor, cycle)) lastHandshake = cycle;
    if ((cycle & progressMask) === progressMask) options.onProgress?.({ cycle, outputBeats: beatsOf(sinks) });
  }
  vcd?.end(cycle);
  options.onProgress?.({ cycle, outputBeats: beatsOf(sinks) });
  const inputs = sources.map((s) => ({ prefix: s.prefix, cycles: s.cycles.slice(0, s.done) }));
  const watched = monitors.map(monitorResult);
  return {
    inputs,
    outputs: sinks.map(sinkResult),
    watched,
    stopped: ended,
    firstOutputCycle,
    cycles: cycle,
  };
}

function offer(bytes: Uint8Array, source: Source): void {
  const from = source.done * source.beatBytes;
  for (let i = 0; i < source.beatBytes; i++) bytes[source.dataAddress + i] = source.beats[from + i] as number;
  bytes[source.validAddress] = 1;
  if (source.lastAddress !== undefined) {
    bytes[source.lastAddress] = (source.done + 1) % source.lastEvery === 0 ? 1 : 0;
  }
  source.active = true;
}

/** Reads what the design offered before the clock edge; true when a beat changed hands. A beat beyond the expected number is counted only. */
function takeBeat(bytes: Uint8Array, sink: Sink, cycle: number): boolean {
  const { dataAddress, beatBytes, held } = sink;
  const valid = bytes[sink.validAddress] === 1;
  if (held !== undefined) {
    const same = valid && held.every((byte, i) => byte === bytes[dataAddress + i]);
    if (!same) {
      const what = valid ? "changed TDATA" : "lowered TVALID";
      throw new SimError(
        "stream-protocol",
        `${sink.prefix} ${what} in cycle ${cycle}, before beat ${sink.done} was accepted`,
      );
    }
    sink.held = undefined;
  }
  if (!valid) return false;
  if (!sink.ready) {
    sink.held = bytes.slice(dataAddress, dataAddress + beatBytes);
    return false;
  }
  const index = sink.done++;
  if (index >= sink.count) return true;
  for (let i = 0; i < beatBytes; i++) sink.beats[index * beatBytes + i] = bytes[dataAddress + i] as number;
  sink.cycles[index] = cycle;
  if (sink.last !== undefined && sink.lastAddress !== undefined)
    sink.last[index] = bytes[sink.lastAddress] as number;
  return true;
}

function beatsOf(sinks: readonly Sink[]): number {
  return sinks.reduce((sum, sink) => sum + Math.min(sink.done, sink.count), 0);
}

function applyReset(design: Design, simulation: Simulation, resetN: string | null | undefined): void {
  if (resetN === null) return;
  const port = resetN ?? "aresetn";
  if (resetN === undefined && !design.ports.some((p) => p.name === port && p.direction === "input")) return;
  simulation.reset({ port });
}

function checkOptions(design: Design, { clock, stalls }: RunStreamsOptions): void {
  if (clock !== undefined && design.clock !== undefined && clock !== design.clock) {
    throw new SimError("bad-stream", `the clock of ${design.top} is ${design.clock}, not ${clock}`);
  }
  for (const [side, probability] of [
    ["input", stalls?.input ?? 0],
    ["output", stalls?.output ?? 0],
  ] as const) {
    if (!(probability >= 0 && probability < 1)) {
      throw new SimError("bad-stream", `the probability ${probability} of ${side} stalls is not in [0, 1)`);
    }
  }
}

/** An error that says what every stream waits for. */
function stopped(
  code: "deadlock" | "too-many-cycles",
  why: string,
  bytes: Uint8Array,
  sources: readonly Source[],
  sinks: readonly Sink[],
): SimError {
  const high = (address: number | undefined): boolean => address === undefined || bytes[address] === 1;
  const lines = [
    ...sources.map((s) => {
      const state =
        s.done === s.count
          ? "all beats accepted"
          : s.active && !high(s.readyAddress)
            ? "the design is not ready"
            : "moving";
      return `${s.prefix}: ${s.done} of ${s.count} beats accepted, ${state}`;
    }),
    ...sinks.map((s) => {
      const state =
        s.done >= s.count
          ? "complete"
          : high(s.validAddress)
            ? "a beat is offered"
            : "waits for the design to offer a beat";
      return `${s.prefix}: ${Math.min(s.done, s.count)} of ${s.count} beats received, ${state}`;
    }),
  ];
  return new SimError(code, `${why}; ${lines.join("; ")}`);
}
