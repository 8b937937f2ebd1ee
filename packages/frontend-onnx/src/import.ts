import { basename } from "node:path";
import { createModule, type Diagnostic, type Location, type Module, throwIfErrors } from "@gatefold/core";
import { GraphBuilder } from "./build-graph.js";
import { type CoverageReport, checkOpset, coverageReport } from "./coverage.js";
import { annotatedInput } from "./diagnostics.js";
import { encodeInputs } from "./encode-inputs.js";
import { checkWiring, nodeRefs, sortNodes } from "./graph-check.js";
import { HandlerTable, type OnnxHandler } from "./handler.js";
import { builtinHandlers } from "./handlers/index.js";
import type { InputEncoding } from "./input-encoding.js";
import type { OnnxModel } from "./model.js";
import { openModel, readBytes } from "./open.js";
import { inputTypes } from "./shapes.js";

export interface ImportOptions {
  /** Path of the model, when bytes are given: messages name it, and external data lies beside it. */
  readonly path?: string;
  /** Sizes of open dimensions, by the name that the file gives them or as `input[axis]`. */
  readonly dims?: Readonly<Record<string, number>>;
  /** Which inputs the circuit reads as integer codes. */
  readonly inputs?: readonly InputEncoding[];
  /** Handlers beside the built-in ones; they win where both fit. */
  readonly handlers?: readonly OnnxHandler[];
  /** Limit on the elements of one tensor; 2^28 unless given. */
  readonly maxElements?: number;
}

export interface ImportResult {
  readonly module: Module;
  /** Warnings and notes; an error throws. */
  readonly diagnostics: readonly Diagnostic[];
  readonly coverage: CoverageReport;
}

/** What can be said about a model whether or not it can be imported. */
export interface Inspection {
  /** Absent when `diagnostics` has an error. */
  readonly module: Module | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly coverage: CoverageReport;
}

const DEFAULT_MAX_ELEMENTS = 2 ** 28;
const nothing = coverageReport([]);

/** Reads a model and finds everything that keeps it from being imported; never throws for the model's sake. */
export function inspectOnnx(source: Uint8Array | string, options: ImportOptions = {}): Inspection {
  const path = typeof source === "string" ? source : options.path;
  const file = locationOf(path);
  const stop = (...diagnostics: readonly Diagnostic[]): Inspection => ({
    module: undefined,
    diagnostics,
    coverage: nothing,
  });
  const bytes = typeof source === "string" ? readBytes(source) : source;
  if (!(bytes instanceof Uint8Array)) return stop(bytes);
  const model = openModel(bytes, file);
  if ("code" in model) return stop(model);
  return inspectModel(model, { ...options, ...(path === undefined ? {} : { path }) });
}

const locationOf = (path: string | undefined): Location =>
  path === undefined ? {} : { file: basename(path) };

/** `inspectOnnx` on a decoded model. */
export function inspectModel(model: OnnxModel, options: ImportOptions = {}): Inspection {
  const { graph } = model;
  const { path } = options;
  const file = locationOf(path);
  const opset = checkOpset(model, file);
  if (opset) return { module: undefined, diagnostics: [opset], coverage: nothing };
  const maxElements = options.maxElements ?? DEFAULT_MAX_ELEMENTS;
  const refs = nodeRefs(graph, file);
  const wiring = checkWiring(graph, refs, file);
  const sorted = sortNodes(refs, file);
  if ("code" in sorted || wiring.length > 0) {
    const diagnostics = "code" in sorted ? [...wiring, sorted] : wiring;
    return { module: undefined, diagnostics, coverage: nothing };
  }
  const weights = new Set(graph.initializers.map((t) => t.name));
  const realInputs = graph.inputs.filter((i) => !weights.has(i.name));
  const inputs = inputTypes(realInputs, options.dims ?? {}, maxElements, file);
  const table = new HandlerTable([...builtinHandlers, ...(options.handlers ?? [])]);
  const built = new GraphBuilder(model, { path, maxElements }, file).build(refs, sorted, inputs.types, table);
  const module = createModule(graph.name || file.file || "network", built.graph);
  const diagnostics = [...inputs.diagnostics, ...built.diagnostics];
  const hasErrors = (): boolean => diagnostics.some((d) => d.severity === "error");
  if (!hasErrors()) diagnostics.push(...encodeInputs(module, options.inputs ?? [], file));
  const encoded = new Set(module.head ? module.main.inputs.map((v) => v.name) : []);
  for (const { name } of realInputs) {
    const datatype = graph.datatypes.get(name);
    const encoding = datatype?.toLowerCase() ?? "";
    if (/^(u?int\d+|bipolar)$/.test(encoding) && !encoded.has(name)) {
      diagnostics.push(annotatedInput(name, datatype!, encoding, file));
    }
  }
  const coverage = coverageReport(built.coverage);
  return { module: hasErrors() ? undefined : module, diagnostics, coverage };
}

/**
 * Imports an ONNX, QONNX or QCDQ model, from a path or from its bytes.
 *
 * Throws `DiagnosticError` with every reason at once when the model cannot be imported.
 */
export function importOnnx(source: Uint8Array | string, options: ImportOptions = {}): ImportResult {
  const { module, diagnostics, coverage } = inspectOnnx(source, options);
  throwIfErrors(diagnostics);
  return { module: module!, diagnostics, coverage };
}
