import * as core from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import * as nn from "@gatefold/dialect-nn";
import * as q from "@gatefold/dialect-q";
import { code, codes, page, pageHead, table } from "./markdown.mjs";
import { documentedConstants, sourcesOf } from "./sources.mjs";

const levels = [
  { name: "core", exports: core, text: "What every level has." },
  {
    name: "dialect-nn",
    exports: nn,
    text: "`nn`: the network as trained. Real values, ONNX's semantics, quantizers explicit.",
  },
  { name: "dialect-q", exports: q, text: "`q`: the same function on exact integers." },
  {
    name: "dialect-hw",
    exports: hw,
    text: "`hw`: streaming kernels with their folding. Operands and results are streams; constants are tensors.",
  },
];

const isOpDef = (value) =>
  typeof value === "object" && value !== null && "infer" in value && "operands" in value;

const arity = { one: "", optional: " (may be left out)", variadic: " (any number)" };

function fallback({ fallback: value, optional }) {
  if (value !== undefined) return code(JSON.stringify(value));
  return optional ? "none" : "must be given";
}

function interfacesOf(def, models) {
  const own = def.interfaces.map(({ key }) => key.name);
  const attached = models.filter((model) => model.def === def).map(({ key }) => key.name);
  return [...new Set([...own, ...attached])].sort();
}

function section(def, doc, models) {
  const operands = def.operands.map(({ name, arity: a }) => code(name) + arity[a]).join(", ");
  const attrs = Object.entries(def.attrs).map(([name, spec]) => [code(name), spec.describe, fallback(spec)]);
  const interfaces = interfacesOf(def, models);
  return page(
    `### ${code(def.name)}`,
    doc || def.summary,
    `Operands: ${operands || "none"}.${def.evaluate ? "" : " No evaluator."}${
      interfaces.length > 0 ? ` Interfaces: ${codes(interfaces)}.` : ""
    }`,
    table(["attribute", "what", "default"], attrs),
  );
}

/** Every op of the three dialects, from the definitions themselves; the prose is their documentation. */
export function opsPage(root, models) {
  const sections = levels.map(({ name, exports, text }) => {
    const docs = documentedConstants(sourcesOf(root, name));
    const found = Object.entries(exports)
      .filter(([, value]) => isOpDef(value))
      .sort(([, a], [, b]) => (a.name < b.name ? -1 : 1));
    const ops = found.map(([exported, def]) => section(def, docs.get(exported) ?? "", models));
    return page(`## ${code(`@gatefold/${name}`)}: ${found.length} ops`, text, ops);
  });
  const intro =
    "`(C1)` and the like label a constraint: the verifier's message carries the same label. An attribute without a default has to be " +
    "given; in the text form the printer writes all of them.";
  return page(pageHead("Operators", intro), sections);
}
