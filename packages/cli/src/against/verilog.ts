import { beatCount, type StreamType, type Tensor } from "@gatefold/core";
import { runStreams } from "@gatefold/sim";
import { createToolchain } from "@gatefold/toolchain";
import { type BuiltDesign, framesRun, openRtl } from "../api/rtl.js";
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
  const result = runStreams(compiled, {
    ...framesRun(design, frames, onProgress),
    watch: streams.map(({ net, value }) => ({
      prefix: net,
      expectedBeats: beatCount(value.type as StreamType) * frames.length,
    })),
    keepWhenStopped: true,
  });
  return {
    streams: new Map(result.watched.map(({ prefix, beats }) => [prefix, beats])),
    outputs: result.outputs.map(({ beats }) => beats),
    stopped: result.stopped?.message,
  };
}
