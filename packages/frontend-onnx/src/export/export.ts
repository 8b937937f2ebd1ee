import {
  Constant,
  DiagnosticError,
  type Graph,
  type Module,
  moduleGraphs,
  type Op,
  Return,
  type Value,
} from "@gatefold/core";
import { cannotExport } from "../diagnostics.js";
import type { OnnxNode, OnnxValueInfo } from "../model.js";
import { encodeModel } from "../proto.js";
import { directWriters } from "./direct.js";
import { quantizerWriters } from "./quantizers.js";
import { structureWriters } from "./structure.js";
import { type ExportHandler, GraphWriter, NoForm } from "./writer.js";

export interface ExportOptions {
  /** Handlers beside the built-in ones; they win. */
  readonly handlers?: readonly ExportHandler[];
}

/** Opset of exported files, where nothing in them asks for a later one; it has 4-bit and 16-bit linear quantizers. */
export const EXPORT_OPSET = 22;
const EXPORT_IR_VERSION = 10;

const builtinWriters: readonly ExportHandler[] = [...directWriters, ...quantizerWriters, ...structureWriters];

/**
 * Writes a network of `nn` ops as QONNX (domain qonnx.custom_op.general, opset 22): of a module, head, main and tail
 * as one network. Reals are stored as float32 where that is their type.
 *
 * Throws `DiagnosticError` (`onnx/cannot-export`) that names every op without an ONNX form.
 */
export function exportQonnx(source: Module | Graph, options: ExportOptions = {}): Uint8Array {
  const graphs = "main" in source ? moduleGraphs(source) : [source];
  const writers = new Map([...builtinWriters, ...(options.handlers ?? [])].map((h) => [h.def, h]));
  const writer = new GraphWriter(graphs, EXPORT_OPSET);
  const failures: string[] = [];
  const attempt = <T>(what: string, run: () => T): T | undefined => {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof NoForm)) throw error;
      failures.push(`${what}: ${error.message}`);
      return undefined;
    }
  };
  const describe = (op: Op): string =>
    `\`${op.def.name}\`${op.loc.node === undefined ? "" : ` (node ${op.loc.node})`}`;
  const infoOf = (value: Value, name: string, what: string): OnnxValueInfo[] => {
    const { elem, shape } = value.type;
    return attempt(what, () => [writer.valueInfo(name, elem, shape)]) ?? [];
  };

  const inputs = graphs[0]!.inputs.flatMap((v, i) => infoOf(v, writer.name(v), `input ${v.name ?? i}`));
  for (const op of graphs.flatMap((g) => [...g.ops()])) {
    if (Constant.is(op) || Return.is(op)) continue;
    attempt(describe(op), () => {
      const handler = writers.get(op.def) ?? writer.fail("no form is known");
      handler.write(op, writer);
    });
  }
  const outputs = graphs.at(-1)!.outputs.flatMap((v, i) => {
    const what = `output ${v.name ?? i}`;
    return infoOf(v, attempt(what, () => outputName(writer, v, i)) ?? "", what);
  });
  if (failures.length > 0) {
    throw new DiagnosticError([cannotExport(failures, graphs.flatMap((g) => [...g.ops()])[0]?.loc.file)]);
  }
  return encodeModel({
    irVersion: EXPORT_IR_VERSION,
    producer: "gatefold",
    opsets: writer.opsets,
    functions: [],
    graph: {
      name: source.name,
      nodes: writer.nodes,
      initializers: writer.initializers,
      sparseInitializers: [],
      inputs,
      outputs,
      datatypes: new Map(),
    },
  });
}

/** The name of a graph output; an Identity stands where the value is an input, a constant or an output already. */
function outputName(writer: GraphWriter, value: Value, index: number): string {
  const name = writer.name(value);
  const madeByNode = writer.nodes.some((n) => n.outputs.includes(name));
  const isRepeated = value.uses.some(({ op, index: at }) => Return.is(op) && at < index);
  if (madeByNode && !isRepeated) return name;
  const copy = writer.fresh(`${name}_out`);
  const identity: OnnxNode = {
    name: "",
    op: "Identity",
    domain: "",
    inputs: [name],
    outputs: [copy],
    attributes: new Map(),
  };
  writer.nodes.push(identity);
  return copy;
}
