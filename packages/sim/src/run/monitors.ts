import type { Design } from "../design.js";
import { SimError } from "../errors.js";
import type { Simulation } from "./simulation.js";
import type { StreamOutputResult, WatchedStream } from "./stream-types.js";

/** A stream inside the design that a run looks at without taking part in it. Addresses are bytes in the memory of the simulation. */
export interface Monitor {
  readonly prefix: string;
  readonly beatBytes: number;
  readonly dataAddress: number;
  readonly validAddress: number;
  readonly readyAddress: number;
  readonly beats: Uint8Array;
  readonly cycles: Float64Array;
  /** Beats beyond the expected number are counted only. */
  done: number;
}

/** Throws {@link SimError} (`bad-stream`) when its nets were not exposed. */
export function openMonitor(design: Design, simulation: Simulation, watched: WatchedStream): Monitor {
  const { prefix, expectedBeats } = watched;
  const port = (suffix: string): { readonly widthBits: number; readonly address: number } => {
    const name = `${prefix}_${suffix}`;
    const found = design.ports.find((p) => p.name === name && p.direction === "output");
    if (found === undefined)
      throw new SimError("bad-stream", `${design.top} does not expose ${name}, which is to be watched`);
    return { widthBits: found.widthBits, address: simulation.raw.address(name) };
  };
  const data = port("tdata");
  const beatBytes = Math.ceil(data.widthBits / 8);
  return {
    prefix,
    beatBytes,
    dataAddress: data.address,
    validAddress: port("tvalid").address,
    readyAddress: port("tready").address,
    beats: new Uint8Array(expectedBeats * beatBytes),
    cycles: new Float64Array(expectedBeats),
    done: 0,
  };
}

/** Notes the beat that changed hands at the last clock edge; true when there was one. */
export function watch(bytes: Uint8Array, monitor: Monitor, cycle: number): boolean {
  if (bytes[monitor.validAddress] !== 1 || bytes[monitor.readyAddress] !== 1) return false;
  const { beatBytes, dataAddress } = monitor;
  const index = monitor.done++;
  if (index >= monitor.cycles.length) return true;
  monitor.cycles[index] = cycle;
  monitor.beats.set(bytes.subarray(dataAddress, dataAddress + beatBytes), index * beatBytes);
  return true;
}

/** What was seen; shorter than expected where the run ended before. */
export function monitorResult({ prefix, beats, beatBytes, cycles, done }: Monitor): StreamOutputResult {
  const seen = Math.min(done, cycles.length);
  return {
    prefix,
    beats: beats.slice(0, seen * beatBytes),
    beatBytes,
    cycles: cycles.slice(0, seen),
    last: undefined,
  };
}
