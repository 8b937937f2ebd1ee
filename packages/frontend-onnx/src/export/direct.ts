import { type AttrValue, isFloat, type Op } from "@gatefold/core";
import type { AttributeKind, AttributeMap, DirectSpec } from "../handlers/attributes.js";
import { convSpecs, poolSpecs } from "../handlers/conv.js";
import { CHANNELS_LAST_DOMAIN } from "../handlers/domains.js";
import { elementwiseSpecs } from "../handlers/elementwise.js";
import { matrixSpecs } from "../handlers/matrix.js";
import { normSpecs } from "../handlers/norm.js";
import { reduceSpecs } from "../handlers/reduce.js";
import { structureSpecs } from "../handlers/structure.js";
import type { OnnxAttribute } from "../model.js";
import { type ExportHandler, float, int, ints, text } from "./writer.js";

function attributeOf(kind: AttributeKind, value: AttrValue): OnnxAttribute {
  switch (kind) {
    case "int":
      return int(value as number);
    case "bool":
      return int(value as boolean);
    case "float":
      return float(value as number);
    case "ints":
      return ints(value as readonly number[]);
    case "string":
      return text(value as string);
  }
}

/** The attributes of an op under their names in ONNX: `readAttributes` backwards. */
export function writeAttributes(op: Op, map: AttributeMap): Record<string, OnnxAttribute> {
  const out: Record<string, OnnxAttribute> = {};
  for (const [name, entry] of Object.entries(map)) {
    const [kind, to] = typeof entry === "string" ? [entry, name] : entry;
    const value = op.attrs[name];
    // A default of ours, e.g. 1e-5, is more precise than an attribute of ONNX, which is a float32.
    const isDefault = kind === "float" && value === op.def.attrs[name]?.fallback;
    if (value !== undefined && !isDefault) out[to] = attributeOf(kind, value);
  }
  return out;
}

/** QONNX has these on NHWC tensors, in a domain of their own. */
const withLayout: ReadonlySet<string> = new Set(["Conv", "MaxPool", "BatchNormalization"]);

/** Operators that came after the opset of exported files. */
const newerThanExport: Readonly<Record<string, number>> = { Swish: 24 };

function directWriter(spec: DirectSpec): ExportHandler {
  return {
    def: spec.def,
    write: (op, writer) => {
      const isLast = op.attrs["layout"] === "channels_last";
      if (isLast && !withLayout.has(spec.op)) writer.fail("ONNX has no form of it with channels last");
      if (/^Conv/.test(spec.op) && !isFloat(op.result().type.elem)) writer.fail("ONNX convolves reals only");
      writer.require("", newerThanExport[spec.op] ?? 1);
      const operands = op.operands.map((v) => writer.name(v));
      const domain = isLast ? CHANNELS_LAST_DOMAIN : "";
      writer.node(op, spec.op, operands, writeAttributes(op, spec.attributes), domain);
    },
  };
}

export const directWriters: readonly ExportHandler[] = [
  ...convSpecs,
  ...elementwiseSpecs,
  ...matrixSpecs,
  ...normSpecs,
  ...poolSpecs,
  ...reduceSpecs,
  ...structureSpecs,
].map(directWriter);
