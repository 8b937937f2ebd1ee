import type { SimError } from "../errors.js";
import type { Simulation } from "./simulation.js";
import type { VcdOptions } from "./vcd.js";

/** A stream into the design: inputs `<prefix>_tdata`, `<prefix>_tvalid` and, if it has one, `<prefix>_tlast`; output `<prefix>_tready`. */
export interface StreamInput {
  readonly prefix: string;
  /**
   * One number a beat, or the bytes of all beats one after the other, each little-endian in ceil(TDATA width / 8) bytes.
   */
  readonly beats: Uint8Array | readonly bigint[];
  /** TLAST is high on every so many beats. Default: on the last one. */
  readonly lastEvery?: number;
}

/** A stream out of the design: outputs `<prefix>_tdata`, `<prefix>_tvalid`, perhaps `<prefix>_tlast`; input `<prefix>_tready`. */
export interface StreamOutput {
  readonly prefix: string;
  /** The run ends when every output has given so many beats. */
  readonly expectedBeats: number;
}

/** A stream inside the design whose nets `<prefix>_tdata`, `_tvalid` and `_tready` were exposed when it was compiled. */
export interface WatchedStream {
  readonly prefix: string;
  /** So many beats are kept. The run does not wait for them. */
  readonly expectedBeats: number;
}

export interface RunStreamsOptions {
  /** Checked against the clock that the design has. */
  readonly clock?: string;
  /** Active-low reset, held for two cycles before cycle 0. Default `aresetn` if there is such an input; `null`: none. */
  readonly resetN?: string | null;
  readonly input: StreamInput | readonly StreamInput[];
  readonly output: StreamOutput | readonly StreamOutput[];
  /** Probabilities, each cycle, that an input has no beat to offer and that an output is not ready. Below 1. */
  readonly stalls?: { readonly input?: number; readonly output?: number; readonly seed?: number };
  /** Other inputs, constant during the run. */
  readonly constants?: Readonly<Record<string, bigint | number>>;
  /** Called once after the reset and before cycle 0, to drive other ports, a register port say. The clock edges that it gives are not counted. */
  readonly prepare?: (simulation: Simulation) => void;
  /** Default 100 million. */
  readonly maxCycles?: number;
  /** So many cycles without any handshake are a deadlock. Default 100 000. */
  readonly idleLimitCycles?: number;
  /** Called about every 2^16 cycles. */
  readonly onProgress?: (progress: { readonly cycle: number; readonly outputBeats: number }) => void;
  /** Writes waves of the run, which then takes several times as long. */
  readonly vcd?: VcdOptions;
  /** Streams between parts of the design to record. */
  readonly watch?: readonly WatchedStream[];
  /** A deadlock or too many cycles end the run and stand in the result, with the beats until then, instead of being thrown. */
  readonly keepWhenStopped?: boolean;
}

export interface StreamInputResult {
  readonly prefix: string;
  /** The cycle in which each beat was accepted; shorter than the input if the outputs were complete before. */
  readonly cycles: Float64Array;
}

export interface StreamOutputResult {
  readonly prefix: string;
  /** All beats, each little-endian in `beatBytes` bytes. */
  readonly beats: Uint8Array;
  readonly beatBytes: number;
  /** The cycle of each beat. */
  readonly cycles: Float64Array;
  /** TLAST of each beat, if the stream has one. */
  readonly last: Uint8Array | undefined;
}

export interface StreamsResult {
  /** In the order of the options. */
  readonly inputs: readonly StreamInputResult[];
  readonly outputs: readonly StreamOutputResult[];
  /** What was asked for by `watch`. */
  readonly watched: readonly StreamOutputResult[];
  /** Why the run ended before the outputs were complete, with `keepWhenStopped`. */
  readonly stopped: SimError | undefined;
  /** Cycle of the first beat of any output; cycle 0 is the first one without reset. Undefined when no beat was asked for. */
  readonly firstOutputCycle: number | undefined;
  /** Cycles from 0 to the last beat, including it. */
  readonly cycles: number;
}

/** Beat `index` of an output as a number. */
export function beatOf(output: StreamOutputResult, index: number): bigint {
  let value = 0n;
  for (let i = output.beatBytes - 1; i >= 0; i--) {
    value = (value << 8n) | BigInt(output.beats[index * output.beatBytes + i] ?? 0);
  }
  return value;
}
