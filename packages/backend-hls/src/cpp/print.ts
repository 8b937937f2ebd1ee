import type { CArray, CDeclaration, CExpr, CFile, CFunction, CItem, CStatement, CType } from "./ast.js";

const widest = 110;

/** A type; `> >` keeps old parsers happy. */
export function printType({ name, args }: CType): string {
  if (!args) return name;
  const printed = args.map((a) => (typeof a === "object" ? printType(a) : printInteger(a)));
  return `${name}<${printed.join(", ")}${printed.at(-1)!.endsWith(">") ? " >" : ">"}`;
}

/** A literal of the narrowest type that holds it. */
function printInteger(value: number | bigint | boolean, radix: 10 | 16 = 10): string {
  if (typeof value === "boolean") return String(value);
  const big = BigInt(value);
  if (big < 0n) return `-${printInteger(-big, radix)}`;
  const suffix = big >= 1n << 63n ? "ULL" : big >= 1n << 31n ? "LL" : "";
  return `${radix === 16 ? `0x${big.toString(16)}` : big.toString()}${suffix}`;
}

export function printExpr(e: CExpr): string {
  switch (e.kind) {
    case "name":
      return e.name;
    case "integer":
      return printInteger(e.value, e.radix);
    case "string":
      return JSON.stringify(e.text);
    case "call":
      return `${printType(e.callee)}(${e.args.map(printExpr).join(", ")})`;
    case "binary":
      return `${printExpr(e.a)} ${e.operator} ${e.operator === "+" ? printExpr(e.b) : operand(e.b)}`;
    case "negate":
      return `-${operand(e.of)}`;
    case "index":
      return `${printExpr(e.of)}[${printExpr(e.at)}]`;
    case "list":
      return `{${e.values.map(printExpr).join(", ")}}`;
  }
}

/** In brackets where it has to be. */
function operand(e: CExpr): string {
  const needed = e.kind === "binary" || e.kind === "negate" || (e.kind === "integer" && e.value < 0);
  return needed ? `(${printExpr(e)})` : printExpr(e);
}

/** Words in lines of at most `widest` columns. */
function wrap(words: readonly string[], indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line !== "" && indent.length + line.length + word.length + 1 > widest) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, indent + line];
}

/** Values between braces, one pair a dimension; a line starts with each innermost row that is longer than one. */
function printArray({ comment, name, type, dimensions, values, radix }: CArray, indent: string): string[] {
  const inner = dimensions.at(-1)!;
  const closes = (end: number): string => {
    let text = "";
    let size = 1;
    for (const length of [...dimensions].reverse()) {
      size *= length;
      if (end % size !== 0) break;
      text += "}";
    }
    return text;
  };
  const words: string[] = [];
  for (let at = 0; at < values.length; at += inner) {
    for (let k = 0; k < inner; k++) {
      const [opened, closed] = [k === 0 ? closes(at).replaceAll("}", "{") : "", closes(at + k + 1)];
      const isLast = at + k + 1 === values.length;
      words.push(`${opened}${printInteger(values[at + k]!, radix)}${closed}${isLast ? ";" : ","}`);
    }
  }
  const sizes = dimensions.map((d) => `[${d}]`).join("");
  return [
    ...(comment === undefined ? [] : [`${indent}// ${comment}`]),
    `${indent}static const ${printType(type)} ${name}${sizes} =`,
    ...wrap(words, `${indent}  `),
  ];
}

function printDeclaration({ type, name, isConstant, value, args }: CDeclaration): string {
  const start = `${isConstant ? "const " : ""}${printType(type)} ${name}`;
  if (value) return `${start} = ${printExpr(value)};`;
  return args ? `${start}(${args.map(printExpr).join(", ")});` : `${start};`;
}

function printStatement(statement: CStatement, indent: string): string[] {
  switch (statement.kind) {
    case "comment":
      return ["", `${indent}// ${statement.text}`];
    case "pragma": {
      const settings = Object.entries(statement.settings ?? {}).map(([key, value]) => `${key} = ${value}`);
      return [
        `${indent}GATEFOLD_HLS(${[statement.directive, ...(statement.words ?? []), ...settings].join(" ")})`,
      ];
    }
    case "expression":
      return printCall(statement.value, indent);
    case "return":
      return [`${indent}return ${printExpr(statement.value)};`];
    case "declaration":
      return [indent + printDeclaration(statement)];
    case "array":
      return printArray(statement, indent);
  }
}

/** A statement; a call that is too long goes on in further lines, between its arguments. */
function printCall(value: CExpr, indent: string): string[] {
  const line = `${indent}${printExpr(value)};`;
  if (line.length <= widest || value.kind !== "call") return [line];
  const { callee, args } = value;
  const template = callee.args?.map((a) => (typeof a === "object" ? printType(a) : printInteger(a))) ?? [];
  const [start = ");", ...given] = separated(args.map(printExpr), ");");
  const opened = separated(template, `>(${start}`);
  const words = template.length === 0 ? [`(${start}`] : [`<${opened[0]}`, ...opened.slice(1)];
  const [first, ...more] = wrap([`${callee.name}${words[0]}`, ...words.slice(1), ...given], indent);
  return [first!, ...more.map((text) => `    ${text}`)];
}

/** Words with commas between them, and `end` behind the last. */
function separated(words: readonly string[], end: string): string[] {
  return words.map((word, i) => `${word}${i + 1 === words.length ? end : ","}`);
}

function printFunction(f: CFunction, indent: string): string[] {
  const parameters = f.parameters.map(
    ({ name, type, by }, i) =>
      `${by === "reference" ? "" : "const "}${printType(type)} &${name}${i + 1 < f.parameters.length ? "," : ""}`,
  );
  const start = `${indent}${f.marker ? `${f.marker} ` : ""}${f.isStatic ? "static " : ""}${printType(f.returns)} ${f.name}(`;
  const oneLine = `${start}${parameters.join(" ")})`;
  const head =
    oneLine.length + 2 <= widest ? [oneLine] : [start, ...parameters.map((p) => `${indent}    ${p}`)];
  if (head.length > 1) head[head.length - 1] += ")";
  head[head.length - 1] += f.body ? " {" : ";";
  return [
    ...(f.comment === undefined ? [] : [`${indent}// ${f.comment}`]),
    ...head,
    ...(f.body ? [...f.body.flatMap((s) => printStatement(s, `${indent}  `)), `${indent}}`] : []),
  ];
}

function printItem(item: CItem): string[] {
  switch (item.kind) {
    case "function":
      return printFunction(item, "");
    case "struct":
      return [
        ...(item.comment === undefined ? [] : [`// ${item.comment}`]),
        `struct ${item.name} {`,
        ...item.functions.flatMap((f) => printFunction(f, "  ")),
        "};",
      ];
    case "array":
      return printArray(item, "");
    case "main":
      return ["int main(int argc, char **argv) {", ...item.body.flatMap((s) => printStatement(s, "  ")), "}"];
  }
}

/** The file as C++ text. */
export function printFile({ comment, guard, includes, items }: CFile): string {
  const lines = [
    ...comment.map((text) => `// ${text}`.trimEnd()),
    ...(guard === undefined ? [] : [`#ifndef ${guard}`, `#define ${guard}`]),
    "",
    ...includes.map(({ path, isSystem }) => `#include ${isSystem ? `<${path}>` : `"${path}"`}`),
    ...items.flatMap((item) => ["", ...printItem(item)]),
    ...(guard === undefined ? [] : ["", "#endif"]),
  ];
  return `${lines.join("\n")}\n`;
}
