import { widthOf } from "./interval.js";
import { type LutFamily, type LutPair, lutModule, lutPairFunction, lutPairModule } from "./mapped-luts.js";
import type { Netlist, NodeId } from "./netlist.js";
import { liveNodes } from "./rebuild.js";

export interface VerilogOptions {
  /** Default: the netlist's name. Characters that Verilog does not take become `_`. */
  readonly module?: string;
  /** A register behind each input and before each output: two clocks more. */
  readonly registerPorts?: boolean;
  /** An input `enable` where there are registers: they keep their words while it is 0. */
  readonly enable?: boolean;
  /**
   * How LUTs are printed. `"expressions"` (default): as functions, which synthesis maps anew. A family: as its cells, which synthesis keeps, each in
   * a module that is the function where `SYNTHESIS` is not defined, so that simulation needs no library; LUTs of more inputs than
   * the family's stay functions.
   */
  readonly luts?: "expressions" | LutFamily;
  /** With `luts: "xilinx7"`: LUTs that share a LUT6 with two outputs. They read five bits together at most, and not each other. */
  readonly lutPairs?: readonly LutPair[];
}

/** A port of the printed module. */
export interface VerilogPort {
  readonly name: string;
  readonly direction: "input" | "output";
  /** At least 1. */
  readonly widthBits: number;
  readonly signed: boolean;
  readonly node: NodeId;
}

/** The name of the clock, which is there when there are registers. */
export const verilogClock = "clock";

/** The name of the registers' enable, which is there when it is asked for and there are registers. */
export const verilogEnable = "enable";

/**
 * The ports that `printVerilog` gives the inputs and outputs of a netlist, in order; clock and enable are not among them, and no port is
 * called like them.
 */
export function verilogPorts(netlist: Netlist): readonly VerilogPort[] {
  const taken = new Set<string>([verilogClock, verilogEnable]);
  const port = (direction: "input" | "output", name: string, node: NodeId): VerilogPort => {
    const [widthBits, signed] = [Math.max(1, netlist.width(node)), netlist.signed(node)];
    return { name: uniqueName(name, taken), direction, widthBits, signed, node };
  };
  return [
    ...netlist.inputs.map(({ name, node }) => port("input", name, node)),
    ...netlist.outputs.map(({ name, node }) => port("output", name, node)),
  ];
}

/**
 * A netlist as a module of Verilog-2005: one wire a node, as wide as its interval needs; LUTs pick a bit of a constant, tables are functions with
 * a `case`, registers share one clock. Nodes that no output needs are left out.
 */
export function printVerilog(netlist: Netlist, options: VerilogOptions = {}): string {
  const { registerPorts = false, enable = false, luts = "expressions", lutPairs = [] } = options;
  const module = uniqueName(options.module ?? netlist.name, new Set());
  const ports = verilogPorts(netlist);
  const printer = new Printer(
    netlist,
    ports,
    registerPorts,
    luts === "expressions" ? undefined : { family: luts, module, pairs: luts === "xilinx7" ? lutPairs : [] },
  );
  printer.printNodes();
  const { lines, clocked, functions } = printer;
  for (const { direction, name, node } of ports) {
    if (direction === "input") continue;
    if (registerPorts) clocked.push(`${name} <= ${printer.use(node)};`);
    else lines.push(`assign ${name} = ${printer.use(node)};`);
  }
  const declarations = ports.map(({ direction, name, widthBits, signed }) => {
    const kind = direction === "output" && registerPorts ? "reg" : "wire";
    return `${direction} ${kind} ${vector(widthBits, signed)}${name}`;
  });
  if (clocked.length > 0) {
    if (enable) declarations.unshift(`input wire ${verilogEnable}`);
    declarations.unshift(`input wire ${verilogClock}`);
    const when = enable ? ` if (${verilogEnable})` : "";
    lines.push(
      `always @(posedge ${verilogClock})${when} begin`,
      ...clocked.map((line) => `  ${line}`),
      "end",
    );
  }
  return [
    `module ${module} (`,
    ...declarations.map((line, i) => `  ${line}${i + 1 < declarations.length ? "," : ""}`),
    ");",
    ...[...functions, ...lines].map((line) => `  ${line}`),
    "endmodule",
    ...printer.modules,
    "",
  ].join("\n");
}

const vector = (widthBits: number, signed: boolean): string =>
  `${signed ? "signed " : ""}${widthBits > 1 ? `[${widthBits - 1}:0] ` : ""}`;

/** A value's bits in a word of so many. */
const pattern = (value: number, widthBits: number): string =>
  `${widthBits}'h${BigInt.asUintN(widthBits, BigInt(value)).toString(16)}`;

const verilogKeywords = new Set(
  "always and assign automatic begin buf case casex casez cell config deassign default defparam design disable edge else end endcase endconfig endfunction endgenerate endmodule endprimitive endspecify endtable endtask event for force forever fork function generate genvar if ifnone initial inout input instance integer join library localparam macromodule module nand negedge nor not notif0 notif1 or output parameter posedge primitive real realtime reg release repeat scalared signed specify specparam strength supply0 supply1 table task time tran tri unsigned use vectored wait wand while wire wor xnor xor".split(
    " ",
  ),
);

function uniqueName(wanted: string, taken: Set<string>): string {
  let base = wanted.replace(/[^A-Za-z0-9_]/g, "_");
  if (!/^[A-Za-z_]/.test(base) || verilogKeywords.has(base)) base = `_${base}`;
  let name = base;
  for (let i = 2; taken.has(name); i++) name = `${base}_${i}`;
  taken.add(name);
  return name;
}

/** A LUT's function in hexadecimal. */
const initOf = (netlist: Netlist, node: NodeId): string => {
  const { low, high } = netlist.init(node);
  return ((BigInt(high) << 32n) | BigInt(low)).toString(16);
};

class Printer {
  readonly lines: string[] = [];
  readonly clocked: string[] = [];
  readonly functions: string[] = [];
  /** Lines of modules beside this one. */
  readonly modules: string[] = [];
  readonly #names = new Map<NodeId, string>();
  readonly #taken: Set<string>;
  readonly #tables = new Map<Int32Array, string>();
  readonly #luts = new Map<string, string>();
  /** Inputs of the LUTs whose modules are printed, 0 for pairs. */
  readonly #cells = new Set<number>();
  readonly #pairs = new Map<NodeId, LutPair>();

  constructor(
    readonly netlist: Netlist,
    ports: readonly VerilogPort[],
    registerPorts: boolean,
    readonly cells:
      | { readonly family: LutFamily; readonly module: string; readonly pairs: readonly LutPair[] }
      | undefined,
  ) {
    const live = liveNodes(netlist);
    for (const pair of cells?.pairs ?? []) {
      if (pair.every((node) => live[node] === 1)) for (const node of pair) this.#pairs.set(node, pair);
    }
    this.#taken = new Set([verilogClock, verilogEnable, ...ports.map(({ name }) => name)]);
    for (const { direction, name, node, widthBits, signed } of ports) {
      if (direction === "output") continue;
      if (!registerPorts) {
        this.#names.set(node, name);
        continue;
      }
      const held = uniqueName(`${name}_held`, this.#taken);
      this.lines.push(`reg ${vector(widthBits, signed)}${held};`);
      this.clocked.push(`${held} <= ${name};`);
      this.#names.set(node, held);
    }
  }

  printNodes(): void {
    const { netlist } = this;
    const live = liveNodes(netlist);
    let origin = "";
    for (let node = 0; node < netlist.size; node++) {
      const kind = netlist.kind(node);
      if (live[node] === 0 || kind === "input" || kind === "constant") continue;
      if (netlist.origin(node) !== origin) {
        origin = netlist.origin(node);
        this.lines.push(`// ${origin.replace(/[\r\n]/g, " ")}`);
      }
      const declared = vector(netlist.width(node), netlist.signed(node));
      const name = uniqueName(`n${node}`, this.#taken);
      this.#names.set(node, name);
      if (kind === "register") {
        this.lines.push(`reg ${declared}${name};`);
        this.clocked.push(`${name} <= ${this.use(netlist.operands(node)[0]!)};`);
      } else if (kind === "lut" && this.#cell(node, name)) continue;
      else if (kind === "sum" && this.#readsSum(node)) this.#adderApart(node, name, declared);
      else this.lines.push(`wire ${declared}${name} = ${this.#expression(node)};`);
    }
  }

  /** A node as an operand: its name, or its bits when it is constant. */
  use(node: NodeId): string {
    const { netlist } = this;
    if (netlist.kind(node) !== "constant") return this.#names.get(node)!;
    return pattern(netlist.interval(node).lo, Math.max(1, netlist.width(node)));
  }

  #expression(node: NodeId): string {
    const { netlist } = this;
    const operands = Array.from(netlist.operands(node));
    const first = operands[0]!;
    switch (netlist.kind(node)) {
      case "bit":
        return netlist.width(first) === 1 ? this.use(first) : `${this.use(first)}[${netlist.bitIndex(node)}]`;
      case "word":
        return this.#together(operands.slice(0, netlist.width(node)));
      case "lut":
        return `${this.#lut(node)}[${this.#together(operands)}]`;
      case "table":
        return `${this.#table(node)}(${this.#together(operands)})`;
      case "sum":
        return this.#sum(node);
      case "clamp":
        return this.#clamp(node, first);
      default:
        throw new RangeError(`%${node} has no expression`);
    }
  }

  /** Bits as one word, the first operand the least significant. */
  #together(bits: readonly NodeId[]): string {
    const names = bits.map((bit) => this.use(bit)).reverse();
    return names.length === 1 ? names[0]! : `{${names.join(", ")}}`;
  }

  #readsSum(node: NodeId): boolean {
    const { netlist } = this;
    const operands = netlist.operands(node);
    return operands.length === 2 && operands.some((operand) => netlist.kind(operand) === "sum");
  }

  /**
   * A sum with a zero below every operand. Yosys makes one adder of many operands from sums that read sums, of full adders in LUTs where a
   * carry chain takes half of them; for that the operand has to be the other sum as it is. The zeros cost nothing in the end.
   */
  #adderApart(node: NodeId, name: string, declared: string): void {
    const low = uniqueName(`${name}_unused`, this.#taken);
    this.lines.push(
      `wire ${declared}${name};`,
      `wire ${low};`,
      `assign {${name}, ${low}} = ${this.#sum(node, 1)};`,
    );
  }

  /**
   * All operands are signed, so that each is extended by its sign to the width of the whole; what is cut off above the result's width is its
   * sign again.
   */
  #sum(node: NodeId, more = 0): string {
    const terms = [...this.netlist.terms(node)].sort((a, b) => Number(a.negative) - Number(b.negative));
    return terms
      .map((term, i) => {
        const operand = this.#signed(term.node);
        const shift = term.shift + more;
        const shifted = shift === 0 ? operand : `(${operand} <<< ${shift})`;
        return i === 0 ? `${term.negative ? "-" : ""}${shifted}` : `${term.negative ? "-" : "+"} ${shifted}`;
      })
      .join(" ");
  }

  #signed(node: NodeId): string {
    const { netlist } = this;
    if (netlist.kind(node) === "constant") {
      const { lo } = netlist.interval(node);
      const literal = `${widthOf({ lo: Math.min(lo, -lo), hi: Math.abs(lo) }) + 1}'sd${Math.abs(lo)}`;
      return lo < 0 ? `(-${literal})` : literal;
    }
    return netlist.signed(node) ? this.use(node) : `$signed({1'b0, ${this.use(node)}})`;
  }

  #clamp(node: NodeId, from: NodeId): string {
    const { netlist } = this;
    const [{ lo, hi }, reach] = [netlist.interval(node), netlist.interval(from)];
    const width = netlist.width(node);
    const name = this.use(from);
    const bound = (value: number): string =>
      netlist.signed(from)
        ? `${value < 0 ? "-" : ""}${netlist.width(from)}'sd${Math.abs(value)}`
        : `${netlist.width(from)}'d${value}`;
    const kept =
      width === netlist.width(from) ? name : width === 1 ? `${name}[0]` : `${name}[${width - 1}:0]`;
    const below = lo > reach.lo ? `${name} < ${bound(lo)} ? ${pattern(lo, width)} : ` : "";
    const above = hi < reach.hi ? `${name} > ${bound(hi)} ? ${pattern(hi, width)} : ` : "";
    return `${below}${above}${kept}`;
  }

  /** Prints a LUT as a cell of the family; false when there is none for it. */
  #cell(node: NodeId, name: string): boolean {
    if (this.cells === undefined) return false;
    const pair = this.#pairs.get(node);
    if (pair !== undefined) {
      this.#pair(node, name, pair);
      return true;
    }
    const operands = Array.from(this.netlist.operands(node));
    const { length } = operands;
    const type = `${this.cells.module}_lut${length}`;
    if (!this.#cells.has(length)) {
      const lines = lutModule(this.cells.family, type, length);
      if (lines === undefined) return false;
      this.#cells.add(length);
      this.modules.push(...lines);
    }
    const instance = uniqueName(`u${node}`, this.#taken);
    const init = `${2 ** length}'h${initOf(this.netlist, node)}`;
    this.lines.push(
      `wire ${name};`,
      `${type} #(${init}) ${instance} (${name}, ${this.#together(operands)});`,
    );
    return true;
  }

  /** Declares a LUT of a pair; the cell stands behind the later one of the two. */
  #pair(node: NodeId, name: string, pair: LutPair): void {
    this.lines.push(`wire ${name};`);
    if (node !== Math.max(...pair)) return;
    const type = `${this.cells!.module}_lut6_2`;
    if (!this.#cells.has(0)) {
      this.#cells.add(0);
      this.modules.push(...lutPairModule(type));
    }
    const { inputs, init } = lutPairFunction(this.netlist, pair);
    const unused = 5 - inputs.length;
    const read = inputs.map((bit) => this.use(bit)).reverse();
    const address = [...(unused > 0 ? [`${unused}'d0`] : []), ...read].join(", ");
    const instance = uniqueName(`u${node}`, this.#taken);
    const outputs = `{${this.use(pair[1])}, ${this.use(pair[0])}}`;
    this.lines.push(`${type} #(64'h${init}) ${instance} (${outputs}, {${address}});`);
  }

  /** The constant of which a LUT picks a bit; equal ones are there once. */
  #lut(node: NodeId): string {
    const inputs = this.netlist.operands(node).length;
    const init = initOf(this.netlist, node);
    const key = `lut${inputs}_${init}`;
    let name = this.#luts.get(key);
    if (name === undefined) {
      name = uniqueName(key, this.#taken);
      this.#luts.set(key, name);
      this.functions.push(`localparam [${2 ** inputs - 1}:0] ${name} = ${2 ** inputs}'h${init};`);
    }
    return name;
  }

  #table(node: NodeId): string {
    const entries = this.netlist.entries(node);
    const known = this.#tables.get(entries);
    if (known !== undefined) return known;
    const name = uniqueName(`table${this.#tables.size}`, this.#taken);
    this.#tables.set(entries, name);
    const width = this.netlist.width(node);
    const bits = Math.log2(entries.length);
    const counts = new Map<number, number>();
    for (const entry of entries) counts.set(entry, (counts.get(entry) ?? 0) + 1);
    const most = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
    this.functions.push(
      `function ${vector(width, this.netlist.signed(node))}${name}(input ${vector(bits, false)}address);`,
    );
    this.functions.push("  case (address)");
    entries.forEach((entry, address) => {
      if (entry !== most) this.functions.push(`    ${bits}'d${address}: ${name} = ${pattern(entry, width)};`);
    });
    this.functions.push(`    default: ${name} = ${pattern(most, width)};`, "  endcase", "endfunction");
    return name;
  }
}
