import { setImmediate } from "node:timers/promises";
import {
  type Compilation,
  type Compiler,
  cloneModule,
  DiagnosticError,
  defineConfig,
  evaluateModule,
  type Module,
  type Phase,
  type Plugin,
  type PluginInput,
  type Source,
} from "@gatefold/core";
import { exportQonnx } from "@gatefold/frontend-onnx";
import { streamlineSummary } from "@gatefold/pass-streamline";
import { samplesFor } from "../data/inputs.js";
import { type Rows, spread } from "../data/rows.js";
import { dataNeedsLabels } from "../diagnostics.js";
import { writeWhole } from "../output/file.js";
import { importFacts, streamlineFacts } from "../print/facts.js";
import { counted, grouped } from "../print/numbers.js";
import { classesOf } from "./accuracy.js";
import { openSession, sourceOf } from "./compile.js";
import type { OnEvent, Stage, StandardOptions } from "./options.js";

/** What the calls take that change a network and write it as QONNX. */
export interface RewriteOptions
  extends Pick<StandardOptions, "inputs" | "dims" | "handlers" | "maxElements"> {
  /** A path, or bytes with a name. */
  readonly model: string | Source;
  /** The QONNX file; nothing is written without. */
  readonly out?: string | undefined;
  readonly plugins?: readonly PluginInput[] | undefined;
  /** Samples and classes to measure the accuracy on, before and after; as for `verify`. */
  readonly data?: string | readonly string[] | undefined;
  readonly labels?: string | undefined;
  /** Of these, how many are taken, evenly spread; all unless given. */
  readonly count?: number | undefined;
  readonly onEvent?: OnEvent | undefined;
}

/** Right classes of the network as it was and as it is now, in real numbers. */
export interface AccuracyChange {
  readonly samples: number;
  readonly rightBefore: number;
  readonly rightAfter: number;
  /** Samples that have the same class as before. */
  readonly same: number;
}

/** A network as imported. */
export interface OpenNetwork {
  readonly file: string;
  readonly network: Module;
}

/** Reads a model. Throws `DiagnosticError`. */
export async function openNetwork(options: RewriteOptions): Promise<OpenNetwork> {
  const { inputs, dims, handlers, maxElements, plugins, onEvent } = options;
  const { compiler } = openSession({ inputs, dims, handlers, maxElements, plugins });
  onEvent?.({ kind: "start", stage: "import" });
  const source = sourceOf(options.model);
  const { module: network, diagnostics } = await compiler.import(source);
  onEvent?.({ kind: "done", stage: "import", subject: source.name, facts: importFacts(network) });
  for (const diagnostic of diagnostics.all) onEvent?.({ kind: "diagnostic", diagnostic });
  return { file: source.name, network };
}

/** A compiler of the standard plugins, those of the options and one more, of which only the passes of the last run. */
function compilerOf(options: RewriteOptions, plugin: Plugin): Compiler {
  const others = defineConfig({ plugins: options.plugins ?? [] }).plugins.filter(
    ({ name }) => name !== plugin.name,
  );
  const { compiler } = openSession({ plugins: [...others, plugin] });
  compiler.hooks.pipeline.tap((passes) => passes.filter(({ name }) => name.startsWith(`${plugin.name}/`)));
  return compiler;
}

/** Runs a plugin's passes on a copy of a network. Throws `DiagnosticError`. */
export async function runPlugin(
  network: Module,
  plugin: Plugin,
  stage: Stage,
  options: RewriteOptions,
): Promise<Compilation> {
  const { onEvent } = options;
  const compiler = compilerOf(options, plugin);
  const compilation = compiler.start(cloneModule(network));
  onEvent?.({ kind: "start", stage });
  await compiler.run(compilation, {
    onProgress: ({ done, total, label }) => onEvent?.({ kind: "progress", stage, done, total, label }),
  });
  return compilation;
}

/** Measures the accuracy of two networks on labelled samples; `undefined` when none are given. Throws `DiagnosticError`. */
export async function accuracyChange(
  before: Module,
  after: Module,
  options: RewriteOptions,
): Promise<AccuracyChange | undefined> {
  const { data, labels: labelled, count, onEvent } = options;
  if (data === undefined && labelled === undefined) return undefined;
  const { rows, labels } = samplesFor(before, { data, labels: labelled }, 1);
  if (!labels) throw new DiagnosticError([dataNeedsLabels()]);
  const frames = spread(rows.count, count ?? rows.count);
  const change = { samples: 0, rightBefore: 0, rightAfter: 0, same: 0 };
  onEvent?.({ kind: "start", stage: "accuracy" });
  for (const [i, frame] of frames.entries()) {
    // Lets signals through.
    if (i % 32 === 0) await setImmediate();
    const [was, is] = [before, after].map((module) => classesOfFrame(module, rows, frame));
    for (const [sample, found] of was!.entries()) {
      const right = labels[frame * rows.samplesPerFrame + sample];
      change.samples++;
      if (found === right) change.rightBefore++;
      if (is![sample] === right) change.rightAfter++;
      if (is![sample] === found) change.same++;
    }
    onEvent?.({ kind: "progress", stage: "accuracy", done: i + 1, total: frames.length, label: rows.origin });
  }
  const percent = (right: number): string => `${((100 * right) / change.samples).toFixed(2)} %`;
  onEvent?.({
    kind: "done",
    stage: "accuracy",
    subject: counted(change.samples, "sample"),
    facts: [
      `${percent(change.rightBefore)} right before`,
      `${percent(change.rightAfter)} after`,
      `${percent(change.same)} in the same class as before`,
    ],
  });
  return change;
}

function classesOfFrame(module: Module, rows: Rows, frame: number): readonly number[] {
  const network = rows.entry === "codes" ? { ...module, head: undefined } : module;
  const declared = (module.tail ?? module.main).outputs;
  return classesOf(evaluateModule(network, rows.row(frame)), declared, rows.samplesPerFrame);
}

const loweringPhases: readonly Phase[] = ["canonicalize", "streamline"];

/**
 * Whether a network has an integer form: what hinders is told as warnings, since the network may be written all the same, and
 * built with other plugins.
 */
export async function hasIntegers(network: Module, options: RewriteOptions): Promise<boolean> {
  const { plugins, onEvent } = options;
  const { compiler } = openSession({ plugins });
  const compilation = compiler.start(cloneModule(network));
  onEvent?.({ kind: "start", stage: "streamline" });
  try {
    await compiler.run(compilation, { phases: loweringPhases });
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    for (const diagnostic of error.diagnostics)
      onEvent?.({ kind: "diagnostic", diagnostic: { ...diagnostic, severity: "warning" } });
    return false;
  }
  onEvent?.({
    kind: "done",
    stage: "streamline",
    ...streamlineFacts(compilation.facts.get(streamlineSummary)),
  });
  return true;
}

/** Writes a network as QONNX, whole or not at all. Throws `DiagnosticError`. */
export async function writeNetwork(network: Module, { out, onEvent }: RewriteOptions): Promise<void> {
  if (out === undefined) return;
  const bytes = exportQonnx(network);
  await writeWhole(out, bytes);
  onEvent?.({ kind: "done", stage: "write", subject: out, facts: [`QONNX, ${grouped(bytes.length)} bytes`] });
}
