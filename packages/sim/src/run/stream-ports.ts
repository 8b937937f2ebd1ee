import type { Design } from "../design.js";
import { SimError } from "../errors.js";
import type { Port } from "../netlist/build.js";
import type { Simulation } from "./simulation.js";
import type { StreamInput, StreamOutput, StreamOutputResult } from "./stream-types.js";

/** A stream source at work. Addresses are bytes in the memory of the simulation. */
export interface Source {
  readonly prefix: string;
  readonly beats: Uint8Array;
  readonly beatBytes: number;
  readonly count: number;
  readonly dataAddress: number;
  readonly validAddress: number;
  /** Undefined: the design takes a beat in every cycle. */
  readonly readyAddress: number | undefined;
  readonly lastAddress: number | undefined;
  readonly lastEvery: number;
  readonly cycles: Float64Array;
  /** Beats accepted. */
  done: number;
  /** A beat is being offered. */
  active: boolean;
}

/** A stream sink at work. */
export interface Sink {
  readonly prefix: string;
  readonly beats: Uint8Array;
  readonly beatBytes: number;
  readonly count: number;
  readonly dataAddress: number;
  readonly validAddress: number;
  readonly readyAddress: number | undefined;
  readonly lastAddress: number | undefined;
  readonly cycles: Float64Array;
  readonly last: Uint8Array | undefined;
  done: number;
  ready: boolean;
  /** The beat that was offered while the sink was not ready: it has to stay. */
  held: Uint8Array | undefined;
}

function portOf(design: Design, name: string, direction: Port["direction"]): Port | undefined {
  const port = design.ports.find((p) => p.name === name);
  if (port !== undefined && port.direction !== direction) {
    throw new SimError(
      "bad-stream",
      `${design.top}.${name} is an ${port.direction}; the stream needs an ${direction}`,
    );
  }
  return port;
}

function needPort(design: Design, name: string, direction: Port["direction"]): Port {
  const port = portOf(design, name, direction);
  if (port !== undefined) return port;
  const others = design.ports.filter((p) => p.direction === direction).map((p) => p.name);
  throw new SimError(
    "bad-stream",
    `${design.top} has no ${direction} ${name}; it has: ${others.join(", ") || "none"}`,
  );
}

export function openSource(design: Design, simulation: Simulation, input: StreamInput): Source {
  const { prefix } = input;
  const data = needPort(design, `${prefix}_tdata`, "input");
  needPort(design, `${prefix}_tvalid`, "input");
  const beatBytes = Math.ceil(data.widthBits / 8);
  const beats = packBeats(input, data, beatBytes);
  const count = beats.length / beatBytes;
  const addressIf = (port: Port | undefined): number | undefined =>
    port === undefined ? undefined : simulation.raw.address(port.name);
  return {
    prefix,
    beats,
    beatBytes,
    count,
    dataAddress: simulation.raw.address(data.name),
    validAddress: simulation.raw.address(`${prefix}_tvalid`),
    readyAddress: addressIf(portOf(design, `${prefix}_tready`, "output")),
    lastAddress: addressIf(portOf(design, `${prefix}_tlast`, "input")),
    lastEvery: input.lastEvery ?? count,
    cycles: new Float64Array(count),
    done: 0,
    active: false,
  };
}

export function openSink(design: Design, simulation: Simulation, output: StreamOutput): Sink {
  const { prefix, expectedBeats: count } = output;
  const data = needPort(design, `${prefix}_tdata`, "output");
  needPort(design, `${prefix}_tvalid`, "output");
  const beatBytes = Math.ceil(data.widthBits / 8);
  const addressIf = (port: Port | undefined): number | undefined =>
    port === undefined ? undefined : simulation.raw.address(port.name);
  const lastAddress = addressIf(portOf(design, `${prefix}_tlast`, "output"));
  return {
    prefix,
    beats: new Uint8Array(count * beatBytes),
    beatBytes,
    count,
    dataAddress: simulation.raw.address(data.name),
    validAddress: simulation.raw.address(`${prefix}_tvalid`),
    readyAddress: addressIf(portOf(design, `${prefix}_tready`, "input")),
    lastAddress,
    cycles: new Float64Array(count),
    last: lastAddress === undefined ? undefined : new Uint8Array(count),
    done: 0,
    ready: false,
    held: undefined,
  };
}

export function sinkResult(sink: Sink): StreamOutputResult {
  const { prefix, beats, beatBytes, cycles, last, done, count } = sink;
  if (done >= count) return { prefix, beats, beatBytes, cycles, last };
  const seen = { beats: beats.slice(0, done * beatBytes), cycles: cycles.slice(0, done) };
  return { prefix, beatBytes, ...seen, last: last?.slice(0, done) };
}

/** All beats as bytes; each must fit the port. */
function packBeats(input: StreamInput, data: Port, beatBytes: number): Uint8Array {
  const { beats, prefix } = input;
  const spare = 8 * beatBytes - data.widthBits;
  if (beats instanceof Uint8Array) {
    if (beats.length % beatBytes !== 0) {
      const what = `${beats.length} bytes are no whole number of beats of ${beatBytes} bytes`;
      throw new SimError("bad-stream", `${prefix}: ${what} (${data.name} has ${data.widthBits} bits)`);
    }
    for (let i = beatBytes - 1; spare > 0 && i < beats.length; i += beatBytes) {
      if ((beats[i] ?? 0) >> (8 - spare) !== 0) throw tooWide(prefix, Math.floor(i / beatBytes), data);
    }
    return beats;
  }
  const out = new Uint8Array(beats.length * beatBytes);
  beats.forEach((beat, i) => {
    if (beat < 0n || beat >> BigInt(data.widthBits) !== 0n) throw tooWide(prefix, i, data);
    for (let k = 0, rest = beat; rest !== 0n; k++, rest >>= 8n) out[i * beatBytes + k] = Number(rest & 255n);
  });
  return out;
}

function tooWide(prefix: string, beat: number, data: Port): SimError {
  return new SimError(
    "value-too-wide",
    `${prefix}: beat ${beat} does not fit the ${data.widthBits} bits of ${data.name}`,
  );
}
