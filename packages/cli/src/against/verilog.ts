import { beatCount, type StreamType, type Tensor } from "@gatefold/core";
import { runStreams } from "@gatefold/sim";
import { createToolchain } from "@gatefold/toolchain";
import { type BuiltDesign, idleLimitCycles, openRtl, packInputs } from "../api/rtl.js";
import type { CircuitExecution, CircuitRun, CircuitStream } from "./circuit.js";

const suffixes = ["tdata", "tvalid", "tready"] as const;

/** The Verilog in the embedded simulator, with the nets of every stream watched. */
export function verilogExecution(
  built: BuiltDesign,
  onProgress: (doneFrames: number) => void,
): CircuitExecution {
  return {
    by: "simulated Verilog",
    run: async (frames, streams) => {
      const toolchain = createToolchain();
      try {
        const nets = streams.flatMap(({ net }) => suffixes.map((suffix) => `${net}_${suffix}`));
        return watchedRun(await openRtl(built, toolchain, nets), built, frames, streams, onProgress);
      } finally {
        await toolchain.close();
      }
    },
  };
}

function watchedRun(
  compiled: Awaited<ReturnType<typeof openRtl>>,
  { design }: BuiltDesign,
  frames: readonly (readonly Tensor[])[],
  streams: readonly CircuitStream[],
  onProgress: (doneFrames: number) => void,
): CircuitRun {
  const count = frames.length;
  const beatsPerFrame = design.outputs.reduce((sum, port) => sum + port.beatsPerFrame, 0);
  const result = runStreams(compiled, {
    clock: design.clock,
    resetN: design.resetN,
    input: packInputs(design, frames),
    output: design.outputs.map((port) => ({
      prefix: port.prefix,
      expectedBeats: port.beatsPerFrame * count,
    })),
    watch: streams.map(({ net, value }) => ({
      prefix: net,
      expectedBeats: beatCount(value.type as StreamType) * count,
    })),
    keepWhenStopped: true,
    idleLimitCycles: idleLimitCycles(design),
    onProgress: ({ outputBeats }) => onProgress(Math.floor(outputBeats / beatsPerFrame)),
  });
  return {
    streams: new Map(result.watched.map(({ prefix, beats }) => [prefix, beats])),
    outputs: result.outputs.map(({ beats }) => beats),
    stopped: result.stopped?.message,
  };
}
