import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  createModule,
  DiagnosticError,
  Graph,
  type Module,
  parseGraph,
  type Target,
  tensor,
} from "@gatefold/core";
import { type NamedKernel, namedKernels } from "@gatefold/dialect-hw";
import { type Report, readReport } from "@gatefold/report";
import { noDesign, notABuild } from "../diagnostics.js";
import { reasonOf } from "../load/target-file.js";
import { reportFile } from "../output/folder.js";
import { codeEntry } from "./code-entry.js";
import { emitModel, openSession } from "./compile.js";
import { headFile, kernelsFile, tailFile } from "./host-graphs.js";
import type { PipelineOptions } from "./options.js";
import { type BuiltDesign, builtDesign, type StreamDesign } from "./rtl.js";
import { standardTargets } from "./standard.js";
import { findTarget, targetsOf } from "./target.js";

/** A circuit that was built, from a folder or just now: its Verilog, and what the host does around it. */
export interface OpenedBuild {
  readonly name: string;
  readonly built: BuiltDesign;
  /** `main` has the codes of the circuit's inputs, in the network's order, and no ops; head and tail are the host's. */
  readonly host: Module;
  readonly target: Target;
  readonly clockMhz: number;
  /** Cycles an inference by the folding formula. */
  readonly intervalCycles: number;
  /** What the circuit computes. Throws `DiagnosticError` (`cli/not-a-build`) for a folder that does not say it. */
  readonly kernels: () => KernelGraph;
}

/** The kernels that a circuit was built from, with the names that the circuit gives them. */
export interface KernelGraph {
  readonly graph: Graph;
  readonly named: readonly NamedKernel[];
}

/** Inputs and outputs of a circuit as a graph without ops, to draw and read frames for. */
function hostModule(design: StreamDesign, head: Graph | undefined, tail: Graph | undefined): Module {
  const graph = new Graph(design.top);
  const codes = codeEntry(head)?.inputs;
  design.inputs.forEach(({ name, type }, i) => {
    graph.addInput(codes?.[i]?.type ?? tensor(type.elem, type.shape), name);
  });
  return { ...createModule(design.top, graph), head, tail };
}

/** Whether a path names a folder, and so an output of `build` and not a model. */
export function isFolder(path: unknown): path is string {
  return typeof path === "string" && existsSync(path) && statSync(path).isDirectory();
}

/** Compiles a model, or opens the folder of an earlier build. Throws `DiagnosticError`. */
export async function openBuild(options: PipelineOptions): Promise<OpenedBuild> {
  return isFolder(options.model) ? openFolder(options.model, options) : openModel(options);
}

async function openModel(options: PipelineOptions): Promise<OpenedBuild> {
  const { design, files, hardware, target, clockMhz, fold, source, compiler } = await emitModel(options);
  if (!design) throw new DiagnosticError([noDesign(source.file)]);
  return {
    name: source.file,
    built: builtDesign(design, files, source.file),
    host: hostModule(design, hardware.head, hardware.tail),
    target,
    clockMhz,
    intervalCycles: fold?.intervalCycles ?? 0,
    kernels: () => ({ graph: hardware.main, named: namedKernels(hardware.main, compiler.interfaces) }),
  };
}

/** The report of an output folder. Throws `DiagnosticError` (`cli/not-a-build`). */
export function readFolder(folder: string): Report {
  let text: string;
  try {
    text = readFileSync(join(folder, reportFile), "utf8");
  } catch (error) {
    throw new DiagnosticError([notABuild(folder, `${reportFile}: ${reasonOf(error)}`)]);
  }
  const read = readReport(text);
  if ("reason" in read) throw new DiagnosticError([notABuild(folder, `${reportFile}: ${read.reason}`)]);
  return read.report;
}

function openFolder(folder: string, options: PipelineOptions): OpenedBuild {
  const report = readFolder(folder);
  const design = report.design as StreamDesign | undefined;
  if (!design) throw new DiagnosticError([noDesign(folder)]);
  const files = new Map<string, string>();
  for (const path of [...design.sources, ...design.memories]) {
    const file = join(folder, path);
    if (!existsSync(file)) throw new DiagnosticError([notABuild(folder, `${path} is not there`)]);
    files.set(path, readFileSync(file, "utf8"));
  }
  const { plugins = [] } = options;
  const { ops, interfaces } = openSession({ plugins }).compiler;
  const graph = (path: string): Graph | undefined => {
    const file = join(folder, path);
    return existsSync(file) ? parseGraph(readFileSync(file, "utf8"), { ops, file: path }) : undefined;
  };
  const kernels = (): KernelGraph => {
    const found = graph(kernelsFile);
    if (!found) throw new DiagnosticError([notABuild(folder, `${kernelsFile} is not there`)]);
    return { graph: found, named: namedKernels(found, interfaces) };
  };
  const target = findTarget(options.target ?? report.target.name, targetsOf([standardTargets(), plugins]));
  return {
    name: folder,
    built: builtDesign(design, files, folder),
    host: hostModule(design, graph(headFile), graph(tailFile)),
    target,
    clockMhz: options.clockMhz ?? report.target.clockMhz.value,
    intervalCycles: report.performance.intervalCycles.value,
    kernels,
  };
}
