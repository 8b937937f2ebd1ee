import type { VExpr, VInstance, VItem, VModule, VParameter, VRom } from "./ast.js";

const range = (widthBits: number): string => (widthBits === 1 ? "" : `[${widthBits - 1}:0] `);

function printExpr(e: VExpr): string {
  switch (e.kind) {
    case "net":
      return e.name;
    case "slice":
      return e.widthBits === 1 ? `${e.name}[${e.low}]` : `${e.name}[${e.low + e.widthBits - 1}:${e.low}]`;
    case "concat": {
      const parts = e.parts.map(printExpr);
      const line = `{${parts.join(", ")}}`;
      return line.length <= 100 ? line : `{\n        ${parts.join(",\n        ")}\n    }`;
    }
    case "constant":
      return `${e.widthBits}'h${e.value.toString(16)}`;
  }
}

function printParameter(value: VParameter): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "number" ? `${value}` : `${value.widthBits}'h${value.value.toString(16)}`;
}

/** `.name(value)` pairs, several to a line, none beyond 110 columns. */
function pairs(entries: readonly (readonly [string, string])[], indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  entries.forEach(([name, value], i) => {
    const text = `.${name}(${value})${i + 1 < entries.length ? "," : ""}`;
    if (line !== "" && indent.length + line.length + text.length + 1 > 110) {
      lines.push(indent + line);
      line = text;
    } else line = line === "" ? text : `${line} ${text}`;
  });
  return line === "" ? lines : [...lines, indent + line];
}

function printInstance({ module, name, parameters, connections }: VInstance): string[] {
  const values = Object.entries(parameters).map(([k, v]) => [k, printParameter(v)] as const);
  const nets = Object.entries(connections).map(([k, v]) => [k, v ? printExpr(v) : ""] as const);
  const head =
    values.length > 0
      ? [`    ${module} #(`, ...pairs(values, "        "), `    ) ${name} (`]
      : [`    ${module} ${name} (`];
  return [...head, ...pairs(nets, "        "), "    );"];
}

function printRom({ widthBits, words, isWritable }: VRom): string[] {
  const digits = Math.ceil(widthBits / 4);
  return [
    `    reg ${range(widthBits)}words [0:${words.length - 1}];`,
    `    reg ${range(widthBits)}word;`,
    "    assign data = word;",
    "    initial begin",
    ...words.map((w, i) => `        words[${i}] = ${widthBits}'h${w.toString(16).padStart(digits, "0")};`),
    "    end",
    "    always @(posedge aclk)",
    ...(isWritable
      ? ["        if (write) words[write_addr] <= write_data;", "    always @(posedge aclk)"]
      : []),
    "        if (en) word <= words[addr];",
  ];
}

function printItem(item: VItem): string[] {
  switch (item.kind) {
    case "comment":
      return ["", `    // ${item.text}`];
    case "wire":
      return [`    wire ${range(item.widthBits)}${item.name};`];
    case "assign":
      return [`    assign ${item.target} = ${printExpr(item.value)};`];
    case "instance":
      return printInstance(item);
    case "rom":
      return printRom(item);
  }
}

/** The module as Verilog-2005 text. */
export function printModule({ name, comment, ports, items }: VModule): string {
  const lines = [
    ...comment.map((text) => `// ${text}`.trimEnd()),
    `module ${name} (`,
    ports
      .map(
        ({ direction, name: port, widthBits }) =>
          `    ${direction.padEnd(6)} wire ${range(widthBits)}${port}`,
      )
      .join(",\n"),
    ");",
    ...items.flatMap(printItem),
    "endmodule",
  ];
  return `${lines.join("\n")}\n`;
}

/** Memory contents for `$readmemh`: one hexadecimal word a line. */
export function printMem(words: Iterable<bigint>, widthBits: number): string {
  const digits = Math.ceil(widthBits / 4);
  let text = "";
  for (const word of words) text += `${word.toString(16).padStart(digits, "0")}\n`;
  return text;
}
