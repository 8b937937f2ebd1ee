import { DiagnosticError, numbers, type Tensor } from "@gatefold/core";
import { simulate } from "../api/simulate.js";
import { type Simulator, simulateExternal } from "../api/simulate-external.js";
import { conflicting } from "../diagnostics.js";
import { exitCodes } from "../exit-codes.js";
import { grouped } from "../print/numbers.js";
import type { CliCommand } from "./command.js";
import { dataFlags, pathAt, pipelineFlags, readOptions, simulateFlags } from "./flags.js";

const plain = (frames: readonly (readonly Tensor[])[]): readonly (readonly (readonly number[])[])[] =>
  frames.map((frame) => frame.map((tensor) => Array.from(numbers(tensor))));

/** What only the embedded simulator does: the emitted test bench has its own inputs and keeps no waves. */
const embeddedOnly = { count: "--count", vcd: "--vcd", data: "--data", labels: "--labels" } as const;

export const simulateCommand: CliCommand = {
  name: "simulate",
  summary: "Runs the Verilog of a model or of an output folder: cycles, latency, interval, waves.",
  argument: { name: "source", text: "an output folder of `build`, or a model" },
  addFlags: (command) => {
    simulateFlags(command);
    dataFlags(command);
    pipelineFlags(command);
  },
  run: async ({ io, reporter, flags }, source) => {
    const vcd = typeof flags["vcd"] === "string" ? pathAt(io, flags["vcd"]) : undefined;
    const { vcd: _, ...options } = await readOptions(io, flags);
    const simulator = (flags["simulator"] ?? "embedded") as Simulator;
    if (simulator !== "embedded") {
      for (const [key, name] of Object.entries(embeddedOnly))
        if (flags[key] !== undefined)
          throw new DiagnosticError([conflicting(name, `--simulator ${simulator}`)]);
      const model = pathAt(io, source);
      const json = await simulateExternal({ ...options, model, simulator, onEvent: reporter.onEvent });
      return { exitCode: exitCodes.ok, json };
    }
    const result = await simulate({
      ...options,
      model: pathAt(io, source),
      count: flags["count"] as number | undefined,
      vcd,
      onEvent: reporter.onEvent,
    });
    const { deviceOutputs, outputs, ...figures } = result;
    reporter.line(`  ${grouped(result.cyclesPerSecond)} clock cycles simulated a second`);
    if (vcd !== undefined) reporter.line(`  waves in ${vcd}`);
    return {
      exitCode: exitCodes.ok,
      json: { ...figures, deviceOutputs: plain(deviceOutputs), outputs: plain(outputs) },
    };
  },
};
