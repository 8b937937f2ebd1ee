import { packBeats, type StreamPort, unpackBeats, type VerilogDesign } from "@gatefold/backend-verilog";
import { DiagnosticError, type EmittedFiles, makeTensor, type Tensor } from "@gatefold/core";
import {
  compileDesign,
  type Design,
  type RunStreamsOptions,
  runStreams,
  type StreamInput,
  type StreamsResult,
} from "@gatefold/sim";
import type { FileTree, Toolchain } from "@gatefold/toolchain";
import { noDesign } from "../diagnostics.js";

/** The emitted Verilog as simulators and synthesis need it, without the module that it came from. */
export type StreamDesign = Omit<VerilogDesign, "instances">;

export interface BuiltDesign {
  readonly design: StreamDesign;
  /** Sources and memory files, by their paths in the output. */
  readonly files: FileTree;
}

export interface RtlRunOptions {
  /** Random stalls on every stream, with this seed. */
  readonly stallSeed?: number | undefined;
  /** Receives waves, piece by piece. */
  readonly onVcd?: ((text: string) => void) | undefined;
  readonly clockMhz?: number | undefined;
  readonly onProgress?: ((doneFrames: number) => void) | undefined;
}

export interface RtlRun {
  /** Per frame, one tensor an output of the circuit. */
  readonly outputs: readonly (readonly Tensor[])[];
  /** From the first cycle without reset to the last beat. */
  readonly cycles: number;
  /** From a frame's first input beat to its last output beat, for the first frame. */
  readonly latencyCycles: number;
  /** Cycles between the last beats of the last two frames; absent for one frame. */
  readonly intervalCycles: number | undefined;
}

/** The Verilog of a build among its files. */
export function builtDesign(design: StreamDesign, files: EmittedFiles, where: string): BuiltDesign {
  const paths = [...design.sources, ...design.memories];
  const missing = paths.filter((path) => !files.has(path));
  if (paths.length === 0 || missing.length > 0) throw new DiagnosticError([noDesign(where)]);
  return { design, files: Object.fromEntries(paths.map((path) => [path, files.get(path)!])) };
}

/** Compiles Verilog for simulation, with inner nets to watch. Throws `ToolError` or `SimError`: neither is the user's mistake. */
export async function openRtl(
  { design, files }: BuiltDesign,
  toolchain: Toolchain,
  expose: readonly string[] = [],
): Promise<Design> {
  return compileDesign({ files, top: design.top, toolchain, expose });
}

/** Frames as the beats of the inputs. */
function packInputs(design: StreamDesign, frames: readonly (readonly Tensor[])[]): readonly StreamInput[] {
  return design.inputs.map((port, i) => ({ prefix: port.prefix, beats: packFrames(frames, port, i) }));
}

/** Cycles without a handshake after which a circuit has stopped. */
const idleLimitCycles = (design: StreamDesign): number => Math.max(100_000, 4 * design.patienceCycles);

function packFrames(frames: readonly (readonly Tensor[])[], port: StreamPort, index: number): Uint8Array {
  const packed = frames.map((frame) => packBeats(frame[index]!, port.type));
  const out = new Uint8Array(packed.reduce((sum, bytes) => sum + bytes.length, 0));
  let at = 0;
  for (const bytes of packed) {
    out.set(bytes, at);
    at += bytes.length;
  }
  return out;
}

function unpackFrames(bytes: Uint8Array, port: StreamPort, count: number): readonly Tensor[] {
  const { elem, shape } = port.type;
  const { data } = unpackBeats(bytes, port.type);
  const size = data.length / count;
  return Array.from({ length: count }, (_, i) =>
    makeTensor(elem, shape, data.slice(i * size, (i + 1) * size)),
  );
}

/** Cycle of the last beat of each frame, over all outputs. */
function frameEnds(result: StreamsResult, ports: readonly StreamPort[], count: number): readonly number[] {
  return Array.from({ length: count }, (_, frame) =>
    Math.max(
      ...ports.map(({ beatsPerFrame }, i) => result.outputs[i]!.cycles[(frame + 1) * beatsPerFrame - 1]!),
    ),
  );
}

/** What the simulator needs to run frames through a circuit, one after the other without a pause. */
export function framesRun(
  design: StreamDesign,
  frames: readonly (readonly Tensor[])[],
  onProgress: ((doneFrames: number) => void) | undefined,
): RunStreamsOptions {
  const beatsPerFrame = design.outputs.reduce((sum, port) => sum + port.beatsPerFrame, 0);
  return {
    clock: design.clock,
    resetN: design.resetN,
    input: packInputs(design, frames),
    output: design.outputs.map((port) => ({
      prefix: port.prefix,
      expectedBeats: port.beatsPerFrame * frames.length,
    })),
    idleLimitCycles: idleLimitCycles(design),
    onProgress: ({ outputBeats }) => onProgress?.(Math.floor(outputBeats / beatsPerFrame)),
  };
}

/** Runs frames through the circuit, one after the other without a pause. */
export function runRtl(
  compiled: Design,
  design: StreamDesign,
  frames: readonly (readonly Tensor[])[],
  options: RtlRunOptions = {},
): RtlRun {
  const { stallSeed, onVcd, clockMhz, onProgress } = options;
  const count = frames.length;
  const result = runStreams(compiled, {
    ...framesRun(design, frames, onProgress),
    ...(stallSeed === undefined ? {} : { stalls: { input: 0.3, output: 0.3, seed: stallSeed } }),
    ...(onVcd === undefined
      ? {}
      : { vcd: { onVcd, labels: labelsOf(design), periodNs: 1000 / (clockMhz ?? 100) } }),
  });
  const byOutput = design.outputs.map((port, i) => unpackFrames(result.outputs[i]!.beats, port, count));
  const ends = frameEnds(result, design.outputs, count);
  const firstIn = Math.min(...result.inputs.map(({ cycles }) => cycles[0]!));
  return {
    outputs: frames.map((_, frame) => byOutput.map((tensors) => tensors[frame]!)),
    cycles: result.cycles,
    latencyCycles: ends[0]! - firstIn + 1,
    intervalCycles: count < 2 ? undefined : ends[count - 1]! - ends[count - 2]!,
  };
}

/** The tensors' names beside the ports that carry them. */
function labelsOf(design: StreamDesign): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...design.inputs, ...design.outputs].map((port) => [`${port.prefix}_tdata`, port.name]),
  );
}
