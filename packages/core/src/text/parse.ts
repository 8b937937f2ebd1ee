import { DiagnosticError, type Location, unknownLocation } from "../diag/diagnostic.js";
import type { AttrValue } from "../ir/attr.js";
import { Return } from "../ir/builtin.js";
import { Graph } from "../ir/graph.js";
import type { Module } from "../ir/module.js";
import type { Value } from "../ir/op.js";
import type { AnyOpDef } from "../ir/op-def.js";
import { printType, sameType, type ValueType } from "../ir/type.js";
import { Cursor, ParseFailure } from "./cursor.js";
import { describeToken, type Token } from "./lexer.js";
import type { OpTable } from "./op-table.js";
import { parseAttr, parseType } from "./parse-value.js";

export interface ParseOptions {
  /** The ops that the text may name. */
  readonly ops: OpTable;
  /** For positions in messages. */
  readonly file?: string;
}

type Role = "head" | "main" | "tail";

/** Parses one graph. Names of values are looked up here; `undefined` stands for the result of an op that failed. */
class GraphParser {
  readonly #cursor: Cursor;
  readonly #ops: OpTable;
  readonly #values = new Map<string, Value | undefined>();
  readonly #graph: Graph;

  constructor(cursor: Cursor, ops: OpTable, name: string) {
    this.#cursor = cursor;
    this.#ops = ops;
    this.#graph = new Graph(name);
  }

  parse(): Graph {
    const cursor: Cursor = this.#cursor;
    cursor.list("(", ")", "around the inputs", () => {
      const token = cursor.expectKind("value", "an input");
      cursor.expect(":", "after an input");
      this.#define(token, this.#graph.addInput(parseType(cursor), hintOf(token)));
    });
    cursor.expect("{", "before the ops");
    let ended = false;
    while (!cursor.at("}")) {
      if (cursor.token.kind === "end")
        cursor.fail(cursor.token, `The graph \`${this.#graph.name}\` does not end.`);
      const start = cursor.token;
      if (ended) cursor.fail(start, "Nothing comes after `return`.");
      ended = cursor.at("return");
      this.#recovering(() => (ended ? this.#return() : this.#op()));
    }
    if (!ended) cursor.error(cursor.token, `The graph \`${this.#graph.name}\` has no \`return\`.`);
    cursor.next();
    return this.#graph;
  }

  #recovering(statement: () => void): void {
    const start = this.#cursor.token;
    try {
      statement();
    } catch (error) {
      if (!(error instanceof ParseFailure)) throw error;
      this.#cursor.skipStatement(start);
    }
  }

  #define(token: Token, value: Value | undefined): void {
    if (this.#values.has(token.text)) this.#cursor.error(token, `\`${token.text}\` is defined twice.`);
    this.#values.set(token.text, value);
  }

  #operand(): Value | undefined {
    const token = this.#cursor.expectKind("value", "an operand");
    if (!this.#values.has(token.text))
      this.#cursor.fail(token, `\`${token.text}\` is not defined before it is read.`);
    return this.#values.get(token.text);
  }

  #return(): void {
    const cursor: Cursor = this.#cursor;
    cursor.next();
    const operands: (Value | undefined)[] = [];
    if (cursor.token.kind === "value") {
      do operands.push(this.#operand());
      while (cursor.take(","));
    }
    const loc = parseLocation(cursor);
    if (operands.every((v) => v !== undefined)) this.#graph.setOutputs(operands, loc);
  }

  #op(): void {
    const cursor: Cursor = this.#cursor;
    const results: Token[] = [];
    if (cursor.token.kind === "value") {
      do results.push(cursor.expectKind("value", "a result"));
      while (cursor.take(","));
      cursor.expect("=", "after the results");
    }
    let made: readonly Value[] | undefined;
    try {
      made = this.#opBody(results);
    } finally {
      results.forEach((token, i) => {
        this.#define(token, made?.[i]);
      });
    }
  }

  #opBody(results: readonly Token[]): readonly Value[] | undefined {
    const cursor: Cursor = this.#cursor;
    const name = cursor.expectKind("word", "an op");
    const def = this.#ops.get(name.text);
    if (!def || def === (Return as AnyOpDef))
      cursor.fail(name, `There is no op \`${name.text}\`.`, this.#opHint(name.text));
    const operands = cursor.list("(", ")", "around the operands", () => this.#operand());
    const attrs = this.#attrs(def);
    const types: { token: Token; type: ValueType }[] = [];
    if (cursor.take(":")) {
      do types.push({ token: cursor.token, type: parseType(cursor) });
      while (cursor.take(","));
    }
    const loc = parseLocation(cursor);
    if (!operands.every((v) => v !== undefined)) return undefined;
    let made: readonly Value[];
    try {
      made = this.#graph.create(def, operands, attrs, { loc, names: results.map(hintOf) }).results;
    } catch (error) {
      return cursor.fail(name, error instanceof Error ? error.message : String(error));
    }
    if (made.length !== results.length) {
      cursor.error(name, `\`${name.text}\` has ${made.length} results, and ${results.length} are named.`);
    } else if (types.length > 0 && types.length !== made.length) {
      cursor.error(
        types[0]!.token,
        `\`${name.text}\` has ${made.length} results, and ${types.length} types are given.`,
      );
    }
    types.slice(0, made.length).forEach(({ token, type }, i) => {
      const inferred = made[i]!.type;
      if (!sameType(type, inferred)) {
        cursor.error(
          token,
          `Result ${i} of \`${name.text}\` is ${printType(inferred)}, not ${printType(type)}.`,
        );
      }
    });
    return made;
  }

  #attrs(def: AnyOpDef): Readonly<Record<string, AttrValue>> {
    const cursor: Cursor = this.#cursor;
    const attrs: Record<string, AttrValue> = {};
    if (!cursor.at("{")) return attrs;
    cursor.list("{", "}", "around the attributes", () => {
      const key = cursor.expectKind("word", "an attribute's name");
      const known = Object.keys(def.attrs);
      if (!known.includes(key.text)) {
        const hint = known.length === 0 ? "it has none" : `it has ${known.join(", ")}`;
        cursor.fail(key, `\`${def.name}\` has no attribute \`${key.text}\`.`, hint);
      }
      if (Object.hasOwn(attrs, key.text)) cursor.fail(key, `The attribute \`${key.text}\` is given twice.`);
      cursor.expect("=", "after an attribute's name");
      attrs[key.text] = parseAttr(cursor, key, def.attrs[key.text]!);
    });
    return attrs;
  }

  #opHint(name: string): string {
    const dialect = name.split(".", 1)[0]!;
    const siblings = [...this.#ops.keys()].filter((key) => key.startsWith(`${dialect}.`)).sort();
    return siblings.length === 0
      ? `no plugin brings the dialect \`${dialect}\`; add one that does`
      : `the ops of \`${dialect}\` are ${siblings.join(", ")}`;
  }
}

/** Numbers are the printer's names for values without a hint. */
function hintOf(token: Token): string | undefined {
  const name = token.text.slice(1);
  return /^\d+$/.test(name) ? undefined : name;
}

function parseLocation(cursor: Cursor): Location {
  if (!cursor.take("@")) return unknownLocation;
  const file = cursor.token.kind === "string" ? cursor.string("a file") : undefined;
  const node = cursor.take(":") ? cursor.string("a node's name") : undefined;
  if (file === undefined && node === undefined) {
    cursor.fail(cursor.token, `Expected a location after \`@\`, not ${describeToken(cursor.token)}.`);
  }
  return { ...(file === undefined ? {} : { file }), ...(node === undefined ? {} : { node }) };
}

function parseTitledGraph(cursor: Cursor, ops: OpTable, role: string): Graph {
  const name = cursor.token.kind === "string" ? cursor.string("the graph's name") : role;
  return new GraphParser(cursor, ops, name).parse();
}

function parseText<T>(text: string, options: ParseOptions, start: (cursor: Cursor) => T): T {
  const cursor = new Cursor(text, options.file ?? "text.gf");
  let result: T | undefined;
  try {
    result = start(cursor);
    if (cursor.token.kind !== "end")
      cursor.error(cursor.token, `Nothing follows here, but there is ${describeToken(cursor.token)}.`);
  } catch (error) {
    if (!(error instanceof ParseFailure)) throw error;
  }
  if (cursor.errors.length > 0) throw new DiagnosticError(cursor.errors);
  return result!;
}

/**
 * Reads a module from `.gf` text. Throws `DiagnosticError` with every error found, each at `file:line:column`.
 * The result types that the text gives are checked; the ops' own constraints are the verifier's.
 */
export function parseModule(text: string, options: ParseOptions): Module {
  return parseText(text, options, (cursor: Cursor) => {
    cursor.expect("module", "at the start");
    const name = cursor.string("the module's name");
    const open = cursor.expect("{", "after the module's name");
    const graphs: Partial<Record<Role, Graph>> = {};
    while (!cursor.at("}")) {
      const role = cursor.expectKind("word", "`head`, `main`, `tail` or `}`");
      if (role.text !== "head" && role.text !== "main" && role.text !== "tail") {
        cursor.fail(role, `Expected \`head\`, \`main\` or \`tail\`, not ${describeToken(role)}.`);
      }
      if (graphs[role.text]) cursor.error(role, `The module has two graphs \`${role.text}\`.`);
      graphs[role.text] = parseTitledGraph(cursor, options.ops, role.text);
    }
    cursor.next();
    if (!graphs.main) cursor.fail(open, `The module \`${name}\` has no graph \`main\`.`);
    return { name, main: graphs.main, head: graphs.head, tail: graphs.tail };
  });
}

/** Reads one graph, as `printGraph` writes it. Throws like `parseModule`. */
export function parseGraph(text: string, options: ParseOptions): Graph {
  return parseText(text, options, (cursor: Cursor) => {
    cursor.expect("graph", "at the start");
    return parseTitledGraph(cursor, options.ops, "graph");
  });
}
