import type { AttrSchema, AttrsInit, OpDef } from "@gatefold/core";
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

/** A handler that passes operands and attributes on as they are. */
export function direct<S extends AttrSchema>(
  op: string,
  def: OpDef<S>,
  attributes: AttributeMap = {},
  range: { readonly since?: number; readonly until?: number } = {},
): OnnxHandler {
  return handler(
    op,
    (node) => node.emit(def, node.values(), readAttributes(node, attributes) as AttrsInit<S>),
    range,
  );
}
