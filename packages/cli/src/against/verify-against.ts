import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { StreamNet } from "@gatefold/backend-verilog";
import { type Diagnostic, DiagnosticError, inputDomains, type Source } from "@gatefold/core";
import { streamlineSummary } from "@gatefold/pass-streamline";
import { codeEntry, enterCodes } from "../api/code-entry.js";
import { isFolder, type OpenedBuild, openBuild, readFolder } from "../api/open-build.js";
import { defaults, type OnEvent, type PipelineOptions, type VerifyOptions } from "../api/options.js";
import { usualCycles, usualMacs } from "../api/verification.js";
import { samplesFor } from "../data/inputs.js";
import { spread } from "../data/rows.js";
import { againstNeedsModel, changedAfterBuild, diverges, notABuild, unseenChanges } from "../diagnostics.js";
import { streamlineFacts } from "../print/facts.js";
import { counted } from "../print/numbers.js";
import { type CircuitExecution, circuitStreams, compareCircuit } from "./circuit.js";
import type { Comparison, Divergence } from "./divergence.js";
import { hlsExecution, openHls } from "./hls.js";
import { compareModels } from "./models.js";
import { compareIntegers, readNetwork } from "./network.js";
import { verilogExecution } from "./verilog.js";

/** What a model is compared with, tensor by tensor. */
export const againstKinds = ["rtl", "hls", "onnx"] as const;
export type AgainstKind = (typeof againstKinds)[number];

export interface VerifyAgainstOptions extends PipelineOptions, VerifyOptions {
  /**
   * - `rtl`: the kernels and their simulated Verilog, at every stream between kernels. `model` may be a folder of `build`;
   *   its sources and memories are taken as they lie there.
   * - `hls`: the same with the C++ for high-level synthesis, compiled for this machine.
   * - `onnx`: the network in real numbers and its integers, at every quantizer; or, with `other`, two networks in real
   *   numbers, at every op.
   */
  readonly against: AgainstKind;
  /** With `onnx`: another model of the same structure. */
  readonly other?: string | Source | undefined;
}

export interface AgainstResult {
  readonly against: AgainstKind;
  /** The two executions; what the first one gave is `expected`. */
  readonly by: readonly [string, string];
  /** Frames that both ran. */
  readonly samples: number;
  readonly origin: string;
  readonly seed: number;
  /** Tensors that were compared, outputs included. */
  readonly tensors: readonly string[];
  readonly outputsEqual: boolean;
  readonly divergence: Divergence | undefined;
  /** The same in words; a warning where only inner tensors differ. */
  readonly difference: Diagnostic | undefined;
}

/** What both kinds of comparison end with. */
interface Compared {
  readonly by: readonly [string, string];
  readonly samples: number;
  readonly origin: string;
  readonly comparison: Comparison;
  readonly outputsEqual: boolean;
  readonly notes: readonly string[];
  /** What is worth knowing where no tensor differs. */
  readonly warning: Diagnostic | undefined;
  readonly hint: string;
}

const fewFrames = 8;
const someFrames = 100;

/**
 * Runs two executions of a network on the same inputs and finds the first tensor, in the order of the graph, in which they
 * differ. A difference is part of the result, not an error.
 *
 * Throws `DiagnosticError` when the model or the folder cannot be used or the inputs don't fit, `ToolError` or `SimError` when
 * the Verilog cannot be simulated.
 */
export async function verifyAgainst(options: VerifyAgainstOptions): Promise<AgainstResult> {
  const { against, other, onEvent } = options;
  if (against !== "onnx" && other !== undefined)
    throw new TypeError("`other` is a second model, and goes with `onnx` alone");
  const compared =
    against !== "onnx"
      ? await circuit(options)
      : other === undefined
        ? await network(options)
        : await twoModels(options, other);
  const { comparison, outputsEqual, by, samples, origin, notes, hint, warning } = compared;
  const divergence = comparison.first();
  const difference = divergence && diverges(divergence, by, { outputsEqual, notes, hint });
  const tensors = comparison.places.map(({ tensor }) => tensor);
  const seed = options.seed ?? defaults.seed;
  const facts = [
    `${by[0]} = ${by[1]}${divergence ? ": NOT equal" : ""}`,
    counted(tensors.length, "tensor") + (divergence ? "" : " equal"),
  ];
  onEvent?.({ kind: "done", stage: "verify", subject: counted(samples, "input"), facts });
  if (warning) onEvent?.({ kind: "diagnostic", diagnostic: warning });
  return { against, by, samples, origin, seed, tensors, outputsEqual, divergence, difference };
}

const progress =
  (onEvent: OnEvent | undefined, total: number, label: string) =>
  (done: number): void =>
    onEvent?.({ kind: "progress", stage: "verify", done: Math.min(done, total), total, label });

/** A form of the circuit that can be run, and the files of a folder that it is made of. */
async function executionOf(
  opened: OpenedBuild,
  options: VerifyAgainstOptions,
  frameCount: number,
): Promise<{
  readonly execution: CircuitExecution;
  readonly nets: readonly StreamNet[] | undefined;
  readonly folder: string;
}> {
  if (options.against === "hls") {
    const built = await openHls(opened, options);
    return { execution: hlsExecution(built), nets: built.design.streams, folder: built.design.folder };
  }
  const { built } = opened;
  const tell = progress(options.onEvent, frameCount, "kernels = Verilog");
  const execution = verilogExecution(built, tell);
  return { execution, nets: built.design.streams, folder: "rtl" };
}

async function circuit(options: VerifyAgainstOptions): Promise<Compared> {
  const { model, onEvent } = options;
  const opened = await openBuild(options);
  const { host, intervalCycles } = opened;
  const kernels = opened.kernels();
  onEvent?.({ kind: "start", stage: "verify" });
  const few = Math.max(2, Math.min(fewFrames, Math.round(usualCycles / Math.max(intervalCycles, 1))));
  const wanted = Math.max(1, options.rtlVerify ?? few);
  const entry = codeEntry(host.head);
  const { rows } = samplesFor(host, options, wanted);
  const frames = spread(rows.count, wanted).map((i) => enterCodes(entry, rows.row(i)));
  const { execution, nets, folder } = await executionOf(opened, options, frames.length);
  const streams = circuitStreams(kernels, nets ?? []);
  if (!streams || streams.length === 0)
    throw new DiagnosticError([notABuild(opened.name, "it does not name the streams between kernels")]);
  const { stopped, ...compared } = await compareCircuit(
    kernels,
    streams,
    frames,
    rows.samplesPerFrame,
    execution,
  );
  const where = isFolder(model) ? model : undefined;
  const changed = where === undefined ? [] : changedFiles(where, [folder, "host"]);
  const equal = compared.comparison.firstPlace() === undefined;
  return {
    ...compared,
    by: ["reference evaluator on kernels", execution.by],
    samples: frames.length,
    origin: rows.origin,
    notes: [
      ...(stopped === undefined ? [] : [`the circuit stops: ${stopped}`]),
      ...changed.map((path) => `\`${path}\` was changed after it was built`),
    ],
    warning:
      where !== undefined && equal && changed.length > 0 ? changedAfterBuild(where, changed) : undefined,
    hint:
      where === undefined
        ? "this is a defect of the backend or of a plugin; report it with the model"
        : "build the folder anew, or look at the sources and memories of that kernel in it",
  };
}

/** Files in some folders of a build that are no longer what was built. */
function changedFiles(where: string, folders: readonly string[]): readonly string[] {
  const hashOf = (path: string): string =>
    createHash("sha256")
      .update(readFileSync(join(where, path)))
      .digest("hex");
  return readFolder(where)
    .files.filter(({ path }) => folders.some((folder) => path.startsWith(`${folder}/`)))
    .filter(({ path, sha256 }) => !existsSync(join(where, path)) || hashOf(path) !== sha256)
    .map(({ path }) => path);
}

const reals = "reference evaluator on reals";

async function network(options: VerifyAgainstOptions): Promise<Compared> {
  const { model, onEvent } = options;
  if (isFolder(model)) throw new DiagnosticError([againstNeedsModel(model)]);
  onEvent?.({ kind: "start", stage: "streamline" });
  const { module: imported } = await readNetwork(options, model, "imported");
  const { module: canonical } = await readNetwork(options, model, "canonical");
  const { module: integers, facts } = await readNetwork(options, model, "integers");
  const summary = facts.get(streamlineSummary);
  onEvent?.({ kind: "done", stage: "streamline", ...streamlineFacts(summary) });
  onEvent?.({ kind: "start", stage: "verify" });
  const macs = summary?.layers.reduce((sum, layer) => sum + (layer.macs ?? 0), 0) ?? 0;
  const some = Math.max(fewFrames, Math.min(someFrames, Math.round(usualMacs / Math.max(macs, 1))));
  const wanted = Math.max(1, options.verify ?? some);
  const { rows } = samplesFor(imported, options, wanted, facts.get(inputDomains));
  const frames = spread(rows.count, wanted);
  const tell = progress(onEvent, frames.length, "network = integers");
  return {
    ...compareIntegers(integers, canonical, rows, frames, tell),
    by: [reals, "reference evaluator on integers"],
    samples: frames.length,
    origin: rows.origin,
    notes: [],
    warning: undefined,
    hint: "run again with --check semantics to find the pass, and report it with the model",
  };
}

async function twoModels(options: VerifyAgainstOptions, other: string | Source): Promise<Compared> {
  const { model, onEvent } = options;
  const folder = [model, other].find(isFolder);
  if (folder !== undefined) throw new DiagnosticError([againstNeedsModel(folder)]);
  onEvent?.({ kind: "start", stage: "verify" });
  const nameOf = (source: string | Source): string =>
    typeof source === "string" ? basename(source) : source.name;
  const name = nameOf(other);
  const { module: own, facts } = await readNetwork(options, model, "imported");
  const { module } = await readNetwork(options, other, "imported");
  const wanted = Math.max(1, options.verify ?? fewFrames);
  const { rows } = samplesFor(own, options, wanted, facts.get(inputDomains));
  const frames = spread(rows.count, wanted);
  const tell = progress(onEvent, frames.length, "model = model");
  const { comparison, outputsEqual, changes } = compareModels(own, { module, name }, rows, frames, tell);
  const first = comparison.firstPlace();
  const found = changes(first);
  return {
    comparison,
    outputsEqual,
    by: [nameOf(model), name],
    samples: frames.length,
    origin: rows.origin,
    notes: found.map(
      (c) =>
        `constant \`${c.name}\` differs in ${c.differingCount} of ${c.elementCount} elements, first in element ${c.index}: ${c.got}, should be ${c.expected}`,
    ),
    warning:
      first === undefined && found.length > 0
        ? unseenChanges(
            name,
            found.map((c) => c.name),
          )
        : undefined,
    hint: "compare the parameters of this node in both models",
  };
}
