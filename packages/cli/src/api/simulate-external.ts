import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DiagnosticError } from "@gatefold/core";
import { type ExternalResult, runExternal } from "@gatefold/sim";
import { benchFailed, noSimulator, noTestBench } from "../diagnostics.js";
import { emitModel } from "./compile.js";
import { isFolder, openBuild } from "./open-build.js";
import type { PipelineOptions } from "./options.js";

/** Simulators by the names of the option: the one that is part of Gatefold, and those that may be installed. */
export const simulators = ["embedded", "icarus", "verilator"] as const;
export type Simulator = (typeof simulators)[number];

export interface ExternalOptions extends PipelineOptions {
  readonly simulator: Exclude<Simulator, "embedded">;
  /** Holds back inputs and outputs at random. */
  readonly stalls?: boolean | undefined;
}

/** What the emitted test bench said in an installed simulator. */
export interface ExternalSimulation {
  readonly simulator: ExternalOptions["simulator"];
  readonly version: string;
  /** Inferences of the test bench, and clock cycles that they took. */
  readonly inferences: number;
  readonly cycles: number;
  readonly wallSeconds: number;
}

const tools = { icarus: "iverilog", verilator: "verilator" } as const;

/** Files of the folders `rtl` and `tb`, by their paths. */
async function projectFiles(
  options: PipelineOptions,
): Promise<{ readonly name: string; readonly files: Readonly<Record<string, string>> }> {
  const { model } = options;
  if (!isFolder(model)) {
    const { compilation, source } = await emitModel(options);
    const own = compilation.outputs.filter(({ path }) => /^(rtl|tb)\//.test(path));
    return {
      name: source.file,
      files: Object.fromEntries(own.map(({ path, content }) => [path, content as string])),
    };
  }
  // Says what is wrong with the folder.
  await openBuild(options);
  const files = ["rtl", "tb"].flatMap((folder) => {
    const at = join(model, folder);
    if (!existsSync(at)) return [];
    return readdirSync(at).map(
      (name) => [`${folder}/${name}`, readFileSync(join(at, name), "utf8")] as const,
    );
  });
  return { name: model, files: Object.fromEntries(files) };
}

/**
 * Drives the emitted self-checking test bench of a model or of an output folder with a simulator that is installed.
 * Throws `DiagnosticError`: `cli/no-simulator`, `cli/no-test-bench`, `cli/verification-difference`.
 */
export async function simulateExternal(options: ExternalOptions): Promise<ExternalSimulation> {
  const { simulator, onEvent, stalls } = options;
  const { name, files } = await projectFiles(options);
  const bench = Object.keys(files).find((path) => /^tb\/tb_.*\.v$/.test(path));
  if (bench === undefined) throw new DiagnosticError([noTestBench(name)]);
  onEvent?.({ kind: "start", stage: "simulate" });
  const ran = await runExternal({
    tool: tools[simulator],
    files,
    top: bench.slice("tb/".length, -".v".length),
    folder: "rtl",
    args: stalls === true ? ["+stall"] : [],
  });
  if (!ran) throw new DiagnosticError([noSimulator(simulator, tools[simulator])]);
  const result = read(ran, simulator);
  const { inferences, cycles, version } = result;
  onEvent?.({
    kind: "done",
    stage: "simulate",
    subject: `${inferences} inferences`,
    facts: [`${cycles} cycles`, `the test bench passes in ${version}`],
  });
  return result;
}

function read(
  { passed, log, toolVersion, wallSeconds }: ExternalResult,
  simulator: Simulator,
): ExternalSimulation {
  const said = /^PASS (\d+) frames, (\d+) cycles/m.exec(log);
  if (!passed || !said) throw new DiagnosticError([benchFailed(simulator, toolVersion, log)]);
  return {
    simulator: simulator as ExternalOptions["simulator"],
    version: toolVersion,
    inferences: Number(said[1]),
    cycles: Number(said[2]),
    wallSeconds,
  };
}
