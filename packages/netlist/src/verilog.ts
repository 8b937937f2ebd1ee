import { widthOf } from "./interval.js";
import type { Netlist, NodeId } from "./netlist.js";
import { liveNodes } from "./rebuild.js";

export interface VerilogOptions {
  /** Default: the netlist's name. Characters that Verilog does not take become `_`. */
  readonly module?: string;
  /** A register behind each input and before each output: two clocks more. */
  readonly registerPorts?: boolean;
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

/** The ports that `printVerilog` gives the inputs and outputs of a netlist, in order; the clock is not among them. */
export function verilogPorts(netlist: Netlist): readonly VerilogPort[] {
  const taken = new Set<string>([verilogClock]);
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
  const { registerPorts = false } = options;
  const ports = verilogPorts(netlist);
  const printer = new Printer(netlist, ports, registerPorts);
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
  if (clocked.length > 0) declarations.unshift(`input wire ${verilogClock}`);
  if (clocked.length > 0) {
    lines.push(`always @(posedge ${verilogClock}) begin`, ...clocked.map((line) => `  ${line}`), "end");
  }
  return [
    `module ${uniqueName(options.module ?? netlist.name, new Set())} (`,
    ...declarations.map((line, i) => `  ${line}${i + 1 < declarations.length ? "," : ""}`),
    ");",
    ...[...functions, ...lines].map((line) => `  ${line}`),
    "endmodule",
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

class Printer {
  readonly lines: string[] = [];
  readonly clocked: string[] = [];
  readonly functions: string[] = [];
  readonly #names = new Map<NodeId, string>();
  readonly #taken: Set<string>;
  readonly #tables = new Map<Int32Array, string>();
  readonly #luts = new Map<number, string>();

  constructor(
    readonly netlist: Netlist,
    ports: readonly VerilogPort[],
    registerPorts: boolean,
  ) {
    this.#taken = new Set([verilogClock, ...ports.map(({ name }) => name)]);
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
      } else this.lines.push(`wire ${declared}${name} = ${this.#expression(node)};`);
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
      case "lut": {
        const { low, high } = netlist.init(node);
        const init = ((BigInt(high) << 32n) | BigInt(low)).toString(16);
        return `${this.#lut(operands.length)}(${2 ** operands.length}'h${init}, ${this.#together(operands)})`;
      }
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

  /**
   * All operands are signed, so that each is extended by its sign to the width of the whole; what is cut off above the result's width is its
   * sign again.
   */
  #sum(node: NodeId): string {
    const terms = [...this.netlist.terms(node)].sort((a, b) => Number(a.negative) - Number(b.negative));
    return terms
      .map((term, i) => {
        const operand = this.#signed(term.node);
        const shifted = term.shift === 0 ? operand : `(${operand} <<< ${term.shift})`;
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

  /** A function that picks a bit of a LUT's constant. */
  #lut(inputs: number): string {
    let name = this.#luts.get(inputs);
    if (name === undefined) {
      name = uniqueName(`lut${inputs}`, this.#taken);
      this.#luts.set(inputs, name);
      this.functions.push(
        `function ${name}(input ${vector(2 ** inputs, false)}init, input ${vector(inputs, false)}address);`,
        `  ${name} = init[address];`,
        "endfunction",
      );
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
