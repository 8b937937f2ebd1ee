import {
  Constant,
  constantOf,
  type Diagnostic,
  DiagnosticError,
  type Module,
  moduleGraphs,
  printType,
  product,
  Return,
  type Value,
} from "@gatefold/core";
import { broughtHandlers, type CoverageReport, inspectOnnx } from "@gatefold/frontend-onnx";
import { defined } from "../defined.js";
import { type Compiled, compileModel, openSession, readModel } from "./compile.js";
import type { PipelineOptions } from "./options.js";

export interface PortInfo {
  readonly name: string;
  readonly type: string;
}

export interface InspectResult {
  readonly file: string;
  /** Ops of the imported network by name, most frequent first; empty when it cannot be imported. */
  readonly ops: Readonly<Record<string, number>>;
  readonly inputs: readonly PortInfo[];
  readonly outputs: readonly PortInfo[];
  /** Elements of constant operands: weights, biases, scales. */
  readonly parameterCount: number;
  /** What became of each node; absent for models that are not ONNX. */
  readonly coverage: CoverageReport | undefined;
  /** Whether the pipeline runs to its end with these options. */
  readonly buildable: boolean;
  /** Everything found on the way, warnings and notes included. */
  readonly diagnostics: readonly Diagnostic[];
}

const ports = (values: readonly Value[]): readonly PortInfo[] =>
  values.map((value) => ({ name: value.name ?? "", type: printType(value.type) }));

function describe(module: Module): Pick<InspectResult, "ops" | "inputs" | "outputs" | "parameterCount"> {
  const counts = new Map<string, number>();
  let parameterCount = 0;
  for (const graph of moduleGraphs(module)) {
    for (const op of graph.ops()) {
      if (Return.is(op)) continue;
      if (Constant.is(op)) parameterCount += product(constantOf(op.result())!.shape);
      else counts.set(op.def.name, (counts.get(op.def.name) ?? 0) + 1);
    }
  }
  return {
    ops: Object.fromEntries([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))),
    inputs: ports((module.head ?? module.main).inputs),
    outputs: ports((module.tail ?? module.main).outputs),
    parameterCount,
  };
}

/**
 * What stands in a model, what is known of each of its nodes, and whether it can be built: all problems at once.
 * Throws `DiagnosticError` for wrong options only.
 */
export async function inspect(options: PipelineOptions): Promise<InspectResult> {
  const session = openSession(options);
  const source = readModel(options.model);
  const onnx = source.name.endsWith(".onnx")
    ? inspectOnnx(source.bytes, inspectionOptions(options, source.name))
    : undefined;
  const seen: Diagnostic[] = [];
  session.compiler.hooks.diagnostic.tap((d) => {
    seen.push(d);
  });
  let compiled: Compiled | undefined;
  if (onnx === undefined || onnx.module) {
    try {
      compiled = await compileModel(options, session);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
    }
  }
  const network = compiled?.network ?? onnx?.module;
  const diagnostics = onnx?.module === undefined ? (onnx?.diagnostics ?? seen) : seen;
  return {
    file: source.name,
    ...(network ? describe(network) : { ops: {}, inputs: [], outputs: [], parameterCount: 0 }),
    coverage: onnx?.coverage,
    buildable: compiled !== undefined,
    diagnostics,
  };
}

function inspectionOptions(options: PipelineOptions, name: string): Parameters<typeof inspectOnnx>[1] {
  const { model, dims, maxElements } = options;
  const { compiler } = openSession(options);
  const handlers = [...broughtHandlers(compiler.ops, compiler.interfaces), ...(options.handlers ?? [])];
  return {
    path: typeof model === "string" ? model : name,
    ...defined({ dims, handlers, maxElements }),
  };
}
