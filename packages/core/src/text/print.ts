import type { Location } from "../diag/diagnostic.js";
import type { AttrSpec, AttrValue } from "../ir/attr.js";
import { isTensor } from "../ir/attr.js";
import { Return } from "../ir/builtin.js";
import type { Graph } from "../ir/graph.js";
import type { Module } from "../ir/module.js";
import type { Op, Value } from "../ir/op.js";
import { printType } from "../ir/type.js";
import { printNumber } from "./numbers.js";
import { printTensor } from "./tensors.js";

/** `@"tfc.onnx":"MatMul_0"`, `@"tfc.onnx"`, `@:"MatMul_0"`, or nothing. */
function printLocation({ file, node }: Location): string {
  if (file === undefined && node === undefined) return "";
  return ` @${file === undefined ? "" : JSON.stringify(file)}${node === undefined ? "" : `:${JSON.stringify(node)}`}`;
}

/** Reals carry a point, so that `1.0` and `1` tell the two kinds of attribute apart. */
function printAttr(value: AttrValue, spec: AttrSpec<AttrValue> | undefined): string {
  if (isTensor(value)) return printTensor(value);
  if (typeof value === "number") return printNumber(value, spec?.accepts(0.5) ?? false);
  if (!Array.isArray(value)) return JSON.stringify(value);
  const real = spec?.accepts([0.5]) ?? false;
  const item = (v: number | string): string =>
    typeof v === "number" ? printNumber(v, real) : JSON.stringify(v);
  return `[${value.map(item).join(", ")}]`;
}

function printAttrs(op: Op): string {
  const entries = Object.keys(op.def.attrs)
    .filter((key) => op.attrs[key] !== undefined)
    .map((key) => `${key} = ${printAttr(op.attrs[key], op.def.attrs[key])}`);
  return entries.length === 0 ? "" : ` {${entries.join(", ")}}`;
}

/** Gives each value of a graph one name: its hint where that is free, a number where it has none. */
class Names {
  readonly #names = new Map<Value, string>();
  readonly #taken = new Set<string>();
  readonly #suffixes = new Map<string, number>();
  #unnamed = 0;

  of(value: Value): string {
    let name = this.#names.get(value);
    if (name === undefined) {
      name = `%${value.name === undefined ? this.#unnamed++ : this.#unique(value.name)}`;
      this.#names.set(value, name);
    }
    return name;
  }

  #unique(hint: string): string {
    const clean = hint.replace(/[^A-Za-z0-9_.$-]/g, "_");
    const base = /^[A-Za-z_]/.test(clean) ? clean : `_${clean}`;
    let name = base;
    let suffix = this.#suffixes.get(base) ?? 0;
    while (this.#taken.has(name)) name = `${base}_${++suffix}`;
    this.#suffixes.set(base, suffix);
    this.#taken.add(name);
    return name;
  }
}

function opText(op: Op, names: Names): string {
  const operands = op.operands.map((v) => names.of(v)).join(", ");
  const loc = printLocation(op.loc);
  if (Return.is(op)) return `return${operands && ` ${operands}`}${loc}`;
  const results = op.results.map((v) => names.of(v)).join(", ");
  const types = op.results.map((v) => printType(v.type)).join(", ");
  const body = `${op.def.name}(${operands})${printAttrs(op)}`;
  return `${results && `${results} = `}${body}${types && ` : ${types}`}${loc}`;
}

function graphText(graph: Graph, role: string, indent: string): string {
  const names = new Names();
  const inputs = graph.inputs.map((v) => `${names.of(v)}: ${printType(v.type)}`).join(", ");
  const title = graph.name === role ? role : `${role} ${JSON.stringify(graph.name)}`;
  const lines = [...graph.ops()].map((op) => `${indent}  ${opText(op, names)}\n`);
  return `${indent}${title}(${inputs}) {\n${lines.join("")}${indent}}\n`;
}

/** One op as a line of text; its operands carry the names that they have on their own. For messages. */
export function printOp(op: Op): string {
  return opText(op, new Names());
}

/** A graph in `.gf` form, under the keyword `graph`. */
export function printGraph(graph: Graph): string {
  return graphText(graph, "graph", "");
}

/** A module in `.gf` form: everything that stands in it, so that the text parses to an equal module. */
export function printModule(module: Module): string {
  const graphs = (["head", "main", "tail"] as const).map((role) => {
    const graph = module[role];
    return graph ? graphText(graph, role, "  ") : "";
  });
  return `module ${JSON.stringify(module.name)} {\n${graphs.join("")}}\n`;
}
