import type { AnyOpDef, AttrSchema, OpDef, Value } from "@gatefold/core";
import { handler, type OnnxHandler } from "../handler.js";
import type { NodeBuilder } from "../node-builder.js";

/** How an attribute of ONNX becomes one of ours: its kind there, and its name where that is not ours. */
export type AttributeKind = "int" | "float" | "bool" | "ints" | "string";
export type AttributeMap = Readonly<Record<string, AttributeKind | readonly [AttributeKind, string]>>;

/** Reads attributes into an object that leaves out those which the node does not give. */
export function readAttributes(node: NodeBuilder, map: AttributeMap): Record<string, never> {
  const out: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(map)) {
    const [kind, from] = typeof entry === "string" ? [entry, name] : entry;
    const value = readOne(node, kind, from);
    if (value !== undefined) out[name] = value;
  }
  return out as Record<string, never>;
}

function readOne(node: NodeBuilder, kind: AttributeKind, name: string): unknown {
  switch (kind) {
    case "int":
      return node.int(name);
    case "float":
      return node.float(name);
    case "ints":
      return node.intList(name);
    case "string":
      return node.attribute(name, "string");
    case "bool": {
      const value = node.int(name);
      return value === undefined ? undefined : value !== 0;
    }
  }
}

/** An operator whose operands and attributes are those of an op of ours: import and export are the same table row. */
export interface DirectSpec {
  readonly op: string;
  readonly def: AnyOpDef;
  readonly attributes: AttributeMap;
}

export function direct<S extends AttrSchema>(
  op: string,
  def: OpDef<S>,
  attributes: AttributeMap = {},
): DirectSpec {
  return { op, def, attributes };
}

/** Operands in order; those at the end may be left out. */
export function operandsOf(node: NodeBuilder): Value[] {
  const count = node.node.inputs.findLastIndex(Boolean) + 1;
  return Array.from({ length: count }, (_, i) => node.value(i));
}

/** The import handler of a row. */
export function directHandler({ op, def, attributes }: DirectSpec): OnnxHandler {
  return handler(op, (node) => node.emit(def, operandsOf(node), readAttributes(node, attributes)));
}
