import {
  type Diagnostic,
  DiagnosticError,
  evaluate,
  evaluateModule,
  inputDomains,
  type Module,
  type Tensor,
} from "@gatefold/core";
import type { Toolchain } from "@gatefold/toolchain";
import { samplesFor } from "../data/inputs.js";
import { type Rows, spread } from "../data/rows.js";
import { intervalDiffers } from "../diagnostics.js";
import { counted, grouped } from "../print/numbers.js";
import { classesOf } from "./accuracy.js";
import { firstDifference } from "./compare.js";
import type { Compiled } from "./compile.js";
import { deviceInputs, integerRunner, networkOutputs } from "./integers.js";
import { defaults, type OnEvent, type VerifyOptions } from "./options.js";
import { type BuiltDesign, openRtl, type RtlRun, runRtl } from "./rtl.js";

/** Two executions that gave equal outputs, and on how many samples. */
export interface Check {
  readonly claim: string;
  readonly samples: number;
  readonly by: readonly [string, string];
}

export interface Verification {
  /** In the order in which they were made; the last one failed when there is a `difference`. */
  readonly checks: readonly Check[];
  readonly difference: Diagnostic | undefined;
  readonly origin: string;
  readonly seed: number;
  /** Share of right classes of the integers, with `labels`. */
  readonly accuracy: { readonly right: number; readonly samples: number } | undefined;
  /** Of the simulated Verilog. */
  readonly rtl: Omit<RtlRun, "outputs"> | undefined;
}

const blockFrames = 128;
/** Frames on which the folded kernels run in the reference evaluator too. */
const referenceFrames = 4;

/** The network on a frame, with real values throughout. */
function runNetwork(network: Module, entry: Rows["entry"], row: readonly Tensor[]): readonly Tensor[] {
  return evaluateModule(entry === "codes" ? { ...network, head: undefined } : network, row);
}

/** Multiply–accumulates that the reference evaluator is given by default, and cycles that the simulator is. */
export const usualMacs = 2.5e9;
export const usualCycles = 4e6;

/** How many inputs are verified when nobody says: the defaults, fewer where a large network would take minutes. */
function usualCounts({ fold }: Compiled): { readonly verify: number; readonly rtlVerify: number } {
  const macs = fold?.kernels.reduce((sum, k) => sum + k.macs, 0) ?? 0;
  return {
    verify: Math.min(defaults.verify, Math.max(8, Math.round(usualMacs / Math.max(macs, 1)))),
    rtlVerify: Math.min(
      defaults.rtlVerify,
      Math.max(2, Math.round(usualCycles / (fold?.intervalCycles ?? 1))),
    ),
  };
}

/** Collects checks until one fails. */
class Checks {
  readonly done: Check[] = [];
  difference: Diagnostic | undefined;

  add(
    claim: string,
    by: readonly [string, string],
    samples: number,
    difference: Diagnostic | undefined,
  ): boolean {
    this.done.push({ claim, samples, by });
    this.difference = difference;
    return difference === undefined;
  }
}

/** What the integers made of the frames. */
interface IntegerResults {
  /** Device inputs and outputs of the frames that later checks run on, by frame. */
  readonly kept: ReadonlyMap<number, { readonly in: readonly Tensor[]; readonly out: readonly Tensor[] }>;
  readonly classes: readonly number[];
  readonly by: string;
  readonly difference: Diagnostic | undefined;
  readonly compared: number;
}

function runIntegers(
  compiled: Compiled,
  rows: Rows,
  plan: {
    readonly compare: number;
    readonly total: number;
    readonly keep: ReadonlySet<number>;
    readonly classes: boolean;
  },
  onEvent: OnEvent | undefined,
): IntegerResults {
  const { network, integers } = compiled;
  const runner = integerRunner(integers.main, onEvent);
  const kept = new Map<number, { readonly in: readonly Tensor[]; readonly out: readonly Tensor[] }>();
  const classes: number[] = [];
  let compared = 0;
  const declared = network.tail?.outputs ?? network.main.outputs;
  const claim = "network = integers";
  for (let first = 0; first < plan.total; first += blockFrames) {
    const frames = Array.from({ length: Math.min(blockFrames, plan.total - first) }, (_, i) => first + i);
    const inputs = frames.map((frame) => deviceInputs(integers, rows, frame));
    const outputs = runner.run(inputs);
    for (const [i, frame] of frames.entries()) {
      if (plan.keep.has(frame)) kept.set(frame, { in: inputs[i]!, out: outputs[i]! });
      const wanted = frame < plan.compare;
      if (!wanted && !plan.classes) continue;
      const found = networkOutputs(integers, outputs[i]!);
      if (plan.classes) classes.push(...classesOf(found, declared, rows.samplesPerFrame));
      if (!wanted) continue;
      compared++;
      const difference = firstDifference(
        claim,
        frame,
        declared,
        runNetwork(network, rows.entry, rows.row(frame)),
        found,
      );
      if (difference) return { kept, classes, by: runner.by, difference, compared };
    }
    const done = first + frames.length;
    onEvent?.({ kind: "progress", stage: "verify", done, total: plan.total, label: claim });
  }
  return { kept, classes, by: runner.by, difference: undefined, compared };
}

/**
 * Runs the network, its integers and its Verilog on the same inputs and compares: integer outputs have to be equal, real
 * ones agree within 1e-9. Stops at the first difference, which the result holds.
 *
 * Throws `DiagnosticError` when the inputs cannot be used, `ToolError` or `SimError` when the Verilog cannot be run.
 */
export async function verifyCompiled(
  compiled: Compiled,
  built: BuiltDesign | undefined,
  options: VerifyOptions,
  toolchain: Toolchain,
  onEvent?: OnEvent,
): Promise<Verification> {
  onEvent?.({ kind: "start", stage: "verify" });
  const usual = usualCounts(compiled);
  const wanted = options.verify ?? usual.verify;
  const wantedRtl = built ? (options.rtlVerify ?? usual.rtlVerify) : 0;
  const seed = options.seed ?? defaults.seed;
  const domains = compiled.compilation.facts.get(inputDomains);
  const { rows, labels } = samplesFor(compiled.network, options, Math.max(wanted, wantedRtl, 1), domains);
  const compare = Math.min(wanted, rows.count);
  const rtlFrames = spread(compare > 0 ? compare : rows.count, wantedRtl);
  const reference = spread(compare, Math.min(compare, referenceFrames));
  const total = labels ? rows.count : Math.max(compare, ...rtlFrames.map((frame) => frame + 1));
  const results = runIntegers(
    compiled,
    rows,
    { compare, total, keep: new Set([...rtlFrames, ...reference]), classes: labels !== undefined },
    onEvent,
  );
  const checks = new Checks();
  const accuracy = labels && {
    right: results.classes.filter((each, i) => each === labels[i]).length,
    samples: results.classes.length,
  };
  const result = (rtl?: Omit<RtlRun, "outputs">): Verification => ({
    checks: checks.done,
    difference: checks.difference,
    origin: rows.origin,
    seed,
    accuracy,
    rtl,
  });
  const real = ["reference evaluator on reals", results.by] as const;
  if (compare > 0 && !checks.add("network = integers", real, results.compared, results.difference))
    return result();
  const kernels = compareKernels(compiled, reference, results);
  if (reference.length > 0) {
    const by = [results.by, "reference evaluator on kernels"] as const;
    if (!checks.add("integers = kernels", by, reference.length, kernels)) return result();
  }
  if (!built || rtlFrames.length === 0) return result();
  return result(await compareRtl(compiled, built, rtlFrames, results, options, checks, toolchain, onEvent));
}

function compareKernels(
  { hardware }: Compiled,
  frames: readonly number[],
  { kept }: IntegerResults,
): Diagnostic | undefined {
  for (const frame of frames) {
    const { in: inputs, out } = kept.get(frame)!;
    const found = evaluate(hardware.main, inputs);
    const difference = firstDifference("integers = kernels", frame, hardware.main.outputs, out, found);
    if (difference) return difference;
  }
  return undefined;
}

async function compareRtl(
  compiled: Compiled,
  built: BuiltDesign,
  frames: readonly number[],
  { kept, by }: IntegerResults,
  options: VerifyOptions,
  checks: Checks,
  toolchain: Toolchain,
  onEvent: OnEvent | undefined,
): Promise<Omit<RtlRun, "outputs">> {
  const label = "integers = Verilog";
  const tell = (done: number): void =>
    onEvent?.({ kind: "progress", stage: "verify", done, total: frames.length, label });
  tell(0);
  const design = await openRtl(built, toolchain);
  const inputs = frames.map((frame) => kept.get(frame)!.in);
  const names = compiled.hardware.main.outputs;
  const check = (claim: string, run: RtlRun): boolean => {
    const at = frames.findIndex(
      (frame, i) => firstDifference(claim, frame, names, kept.get(frame)!.out, run.outputs[i]!) !== undefined,
    );
    const frame = frames[at];
    const found =
      frame === undefined
        ? undefined
        : firstDifference(claim, frame, names, kept.get(frame)!.out, run.outputs[at]!);
    return checks.add(claim, [by, "simulated Verilog"], frames.length, found);
  };
  const run = runRtl(design, built.design, inputs, { onProgress: tell });
  const { outputs: _, ...measured } = run;
  if (!check(label, run)) return measured;
  const formula = compiled.fold?.intervalCycles;
  if (run.intervalCycles !== undefined && formula !== undefined && run.intervalCycles !== formula) {
    onEvent?.({ kind: "diagnostic", diagnostic: intervalDiffers(run.intervalCycles, formula) });
  }
  if (options.stalls === true) {
    const stallSeed = options.seed ?? defaults.seed;
    check(
      "integers = Verilog under stalls",
      runRtl(design, built.design, inputs, { stallSeed, onProgress: tell }),
    );
  }
  return measured;
}

/** Throws the difference, when there is one. */
export function throwDifference({ difference }: Verification): void {
  if (difference) throw new DiagnosticError([difference]);
}

/** What the verify line says. */
export function verifyFacts(v: Verification): {
  readonly subject: string;
  readonly facts: readonly string[];
} {
  const samples = v.checks[0]?.samples ?? 0;
  const claims = v.checks.filter((c) => c.claim !== "integers = kernels");
  const said = claims.map(({ claim, samples: n }) => (n === samples ? claim : `${claim} on ${grouped(n)}`));
  const { accuracy, rtl } = v;
  return {
    subject: counted(samples, "input"),
    facts: [
      ...(said.length > 0 ? [`${v.difference ? "NOT bit-exact" : "bit-exact"} (${said.join("; ")})`] : []),
      ...(rtl?.intervalCycles === undefined
        ? []
        : [`${counted(rtl.intervalCycles, "cycle")} an inference measured`]),
      ...(accuracy
        ? [`${grouped((100 * accuracy.right) / accuracy.samples, 2)} % of ${grouped(accuracy.samples)} right`]
        : []),
    ],
  };
}
