import { addCell } from "../cells/index.js";
import { registerTypes } from "../cells/register.js";
import { findLoops } from "../compile/order.js";
import { SimError } from "../errors.js";
import { type Bits, bitsOf, wordBits, wordCount } from "./bits.js";
import { Model, type Node, type Signal } from "./model.js";
import { splitCell } from "./split.js";
import { Cell, type JsonModule } from "./yosys-json.js";

/** A port of the top module. */
export interface Port {
  readonly name: string;
  readonly direction: "input" | "output";
  readonly widthBits: number;
  readonly signed: boolean;
}

/** A model with the names of a module. */
export interface Circuit {
  readonly model: Model;
  readonly ports: readonly Port[];
  /** Input and output ports: where their value stands in memory. The clock has no place. */
  readonly portSignals: ReadonlyMap<string, Signal>;
  /** Every net that has a name of its own; inner ones are `instance.net`. */
  readonly nets: ReadonlyMap<string, Bits>;
  readonly cellCounts: Readonly<Record<string, number>>;
  readonly clockName: string | undefined;
}

/** Turns a flat Yosys module into a model. */
export function buildCircuit(module: JsonModule): Circuit {
  let cells = Object.entries(module.cells).map(([name, json]) => new Cell(name, json));
  const cellCounts: Record<string, number> = {};
  for (const { type } of cells) cellCounts[type] = (cellCounts[type] ?? 0) + 1;
  // a vector whose bits feed each other is a loop of cells but not of bits: then those cells are taken bit by bit
  let built = buildOnce(module, cells);
  const loops = findLoops(built.model);
  if (loops.length > 0) {
    const members = new Set(loops.flat().map((node) => node.cell));
    cells = cells.flatMap((cell) => (members.has(cell) ? splitCell(cell) : [cell]));
    built = buildOnce(module, cells);
    const [real] = findLoops(built.model);
    if (real !== undefined) throw loopError(built.model, built.nets, real);
  }
  return { ...built, cellCounts };
}

function buildOnce(module: JsonModule, cells: readonly Cell[]): Omit<Circuit, "cellCounts"> {
  const nets = new Map(
    Object.entries(module.netnames)
      .filter(([, net]) => net.hide_name === 0)
      .map(([name, net]) => [name, bitsOf(net.bits)] as const),
  );
  const model = new Model(stateWords(cells), initialOnes(module));
  const portSignals = new Map<string, Signal>();
  const ports: Port[] = [];
  for (const [name, port] of Object.entries(module.ports)) {
    if (port.direction === "inout")
      throw new SimError("inout-port", `port ${name} is inout, which cannot be simulated`);
    ports.push({ name, direction: port.direction, widthBits: port.bits.length, signed: port.signed === 1 });
    if (port.direction === "input") {
      portSignals.set(name, model.signal("input", `input ${name}`, port.bits.length, bitsOf(port.bits)));
    }
  }
  for (const cell of cells) addCell(cell, model);
  for (const [name, port] of Object.entries(module.ports)) {
    if (port.direction === "output") portSignals.set(name, addOutput(model, name, bitsOf(port.bits)));
  }
  const clockName = checkClock(model);
  warnUndriven(model, nets);
  return { model, ports, portSignals, nets, clockName };
}

/** An output has a place of its own, so that it can be read after the clock edge as it was before it. */
function addOutput(model: Model, name: string, bits: Bits): Signal {
  const signal = model.signal("wire", `output ${name}`, bits.length);
  model.nodes.push({
    label: signal.label,
    reads: [bits],
    pointers: [],
    defines: [],
    emit: (e) => {
      for (let word = 0; word < wordCount(bits.length); word++) {
        const local = e.temp();
        e.push(wordBits(bits, word));
        e.code.set(local);
        e.storeWord(signal.address + 8 * word, local);
      }
    },
  });
  return signal;
}

/** The clock must come from a port, and nothing but registers may read it. */
function checkClock(model: Model): string | undefined {
  if (model.clock === undefined) return undefined;
  const { bit } = model.clock;
  const signal = model.driverOf(bit);
  if (signal?.kind !== "input" || signal.widthBits !== 1) {
    const from = signal === undefined ? "nothing" : signal.label;
    throw new SimError("multiple-clocks", `the clock comes from ${from}, not from an input port of one bit`);
  }
  for (const node of [...model.nodes, ...model.edges]) {
    if (node.reads.some((bits) => bits.includes(bit))) {
      throw new SimError("clock-as-data", `${node.label} reads the clock ${signal.label} as data`);
    }
  }
  return signal.label.replace(/^input /, "");
}

function warnUndriven(model: Model, nets: ReadonlyMap<string, Bits>): void {
  const missing = new Set<number>();
  for (const node of [...model.nodes, ...model.edges]) {
    for (const bits of node.reads)
      for (const bit of bits) if (bit > 1 && model.driverOf(bit) === undefined) missing.add(bit);
  }
  if (missing.size === 0) return;
  for (const [name, bits] of nets) {
    if (bits.some((bit) => missing.has(bit)))
      model.warnings.push(`net ${name} is read but not driven; it is 0`);
  }
}

function stateWords(cells: readonly Cell[]): number {
  let words = 0;
  for (const cell of cells) {
    if (registerTypes.has(cell.type)) words += wordCount(cell.port("Q").length);
    if (cell.type === "$mem_v2") words += cell.number("RD_PORTS") * wordCount(cell.number("WIDTH"));
  }
  return words;
}

function initialOnes(module: JsonModule): ReadonlySet<number> {
  const set = new Set<number>();
  for (const net of Object.values(module.netnames)) {
    const init = net.attributes?.["init"];
    if (init === undefined) continue;
    net.bits.forEach((bit, i) => {
      if (typeof bit === "number" && init[init.length - 1 - i] === "1") set.add(bit);
    });
  }
  return set;
}

function loopError(model: Model, nets: ReadonlyMap<string, Bits>, loop: readonly Node[]): SimError {
  const names = [...nets]
    .filter(([, bits]) =>
      bits.some((bit) => loop.some((node) => node.defines.includes(model.driverOf(bit) as Signal))),
    )
    .map(([name]) => name);
  const through =
    names.length > 0
      ? `nets ${names.slice(0, 8).join(", ")}`
      : loop
          .map((node) => node.label)
          .slice(0, 8)
          .join(", ");
  const where = loop.map((node) => node.label).slice(0, 4);
  return new SimError(
    "combinational-loop",
    `a combinational loop runs through ${through}: ${where.join(" -> ")}`,
  );
}
