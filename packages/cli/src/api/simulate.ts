import { writeFileSync } from "node:fs";
import { DiagnosticError, evaluate, type Tensor } from "@gatefold/core";
import { createToolchain } from "@gatefold/toolchain";
import { samplesFor } from "../data/inputs.js";
import { intervalDiffers, outputFailed } from "../diagnostics.js";
import { counted, grouped } from "../print/numbers.js";
import { classesOf } from "./accuracy.js";
import { codeEntry, enterCodes } from "./code-entry.js";
import { firstDifference } from "./compare.js";
import { type OpenedBuild, openBuild } from "./open-build.js";
import { type DataOptions, defaults, type PipelineOptions } from "./options.js";
import { openRtl, type RtlRun, runRtl } from "./rtl.js";

export interface SimulateOptions extends PipelineOptions, DataOptions {
  /** Inferences to run; 10 unless given, at most as many as there is data. */
  readonly count?: number | undefined;
  /** Runs once more with random stalls on every stream; the results have to be equal. */
  readonly stalls?: boolean | undefined;
  /** File for the waves. */
  readonly vcd?: string | undefined;
}

export interface SimulateResult {
  readonly name: string;
  readonly inferences: number;
  readonly cycles: number;
  readonly latencyCycles: number;
  /** Measured; absent for a single inference. */
  readonly intervalCycles: number | undefined;
  /** By the folding formula. */
  readonly formulaIntervalCycles: number;
  readonly clockMhz: number;
  /** Simulated clock cycles a second of wall time. */
  readonly cyclesPerSecond: number;
  /** Per inference, the circuit's outputs. */
  readonly deviceOutputs: readonly (readonly Tensor[])[];
  /** Per inference, the network's outputs: the host's part applied. */
  readonly outputs: readonly (readonly Tensor[])[];
  readonly accuracy: { readonly right: number; readonly samples: number } | undefined;
  readonly vcd: string | undefined;
}

/** Runs the Verilog of a model or of an output folder. Throws `DiagnosticError`, `ToolError` or `SimError`. */
export async function simulate(options: SimulateOptions): Promise<SimulateResult> {
  const opened = await openBuild(options);
  const { onEvent } = options;
  const { built, host, clockMhz, intervalCycles: formula } = opened;
  const wanted = options.count ?? defaults.simulate;
  const entry = codeEntry(host.head);
  const { rows, labels } = samplesFor(host, options, wanted);
  const frames = Array.from({ length: Math.min(wanted, rows.count) }, (_, i) =>
    enterCodes(entry, rows.row(i)),
  );
  onEvent?.({ kind: "start", stage: "simulate" });
  const label = "inferences";
  const onProgress = (done: number): void =>
    onEvent?.({ kind: "progress", stage: "simulate", done, total: frames.length, label });
  onProgress(0);
  const toolchain = createToolchain();
  let run: RtlRun;
  let seconds: number;
  const pieces: string[] = [];
  try {
    const design = await openRtl(built, toolchain);
    const start = performance.now();
    const onVcd = options.vcd === undefined ? undefined : (text: string): void => void pieces.push(text);
    run = runRtl(design, built.design, frames, { onProgress, onVcd, clockMhz });
    seconds = (performance.now() - start) / 1000;
    if (options.stalls === true) {
      const stallSeed = options.seed ?? defaults.seed;
      compareStalled(opened, run, runRtl(design, built.design, frames, { stallSeed, onProgress }));
    }
  } finally {
    await toolchain.close();
  }
  if (options.vcd !== undefined) writeWaves(options.vcd, pieces.join(""));
  if (run.intervalCycles !== undefined && run.intervalCycles !== formula)
    onEvent?.({ kind: "diagnostic", diagnostic: intervalDiffers(run.intervalCycles, formula) });
  const outputs = run.outputs.map((frame) => (host.tail ? evaluate(host.tail, frame) : frame));
  const { samplesPerFrame } = rows;
  const classes =
    labels &&
    outputs.flatMap((o) => classesOf(o, host.tail?.outputs ?? built.design.outputs, samplesPerFrame));
  const result: SimulateResult = {
    name: opened.name,
    inferences: frames.length,
    cycles: run.cycles,
    latencyCycles: run.latencyCycles,
    intervalCycles: run.intervalCycles,
    formulaIntervalCycles: formula,
    clockMhz,
    cyclesPerSecond: run.cycles / seconds,
    deviceOutputs: run.outputs,
    outputs,
    accuracy: classes && {
      right: classes.filter((each, i) => each === labels![i]).length,
      samples: classes.length,
    },
    vcd: options.vcd,
  };
  onEvent?.({ kind: "done", stage: "simulate", ...simulateFacts(result) });
  return result;
}

function compareStalled({ built }: OpenedBuild, free: RtlRun, stalled: RtlRun): void {
  for (const [frame, outputs] of free.outputs.entries()) {
    const names = built.design.outputs.map(({ name }) => ({ name }));
    const found = firstDifference(
      "Verilog = Verilog under stalls",
      frame,
      names,
      outputs,
      stalled.outputs[frame]!,
    );
    if (found) throw new DiagnosticError([found]);
  }
}

function writeWaves(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new DiagnosticError([outputFailed(path, error)], { cause: error });
  }
}

function simulateFacts(r: SimulateResult): { readonly subject: string; readonly facts: readonly string[] } {
  const { intervalCycles, formulaIntervalCycles: formula, accuracy } = r;
  return {
    subject: counted(r.inferences, "inference"),
    facts: [
      counted(r.cycles, "cycle"),
      `latency ${grouped(r.latencyCycles)}`,
      ...(intervalCycles === undefined
        ? []
        : [
            `interval ${grouped(intervalCycles)}${intervalCycles === formula ? ", as the formula says" : ""}`,
          ]),
      ...(accuracy ? [`${grouped(accuracy.right)} of ${grouped(accuracy.samples)} right`] : []),
    ],
  };
}
