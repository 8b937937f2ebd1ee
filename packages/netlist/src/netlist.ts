import { NetlistError } from "./error.js";
import { checkInterval, type Interval, widthOf } from "./interval.js";

/** A node's number. Operands have smaller numbers than the nodes that read them: the order is a schedule. */
export type NodeId = number;

/**
 * What a node is. Every node is a word: an integer in a known interval, held in the fewest bits (two's complement where the interval
 * has negative values). A bit is a word of 0 … 1.
 *
 * - `input`, `constant`.
 * - `bit`: bit `index` of a word, from the least significant; past its width, its sign.
 * - `word`: bits put together, the least significant first; `signed` when the last one counts negative.
 * - `lut`: a function of 1 to 6 bits; operand 0 is the least significant bit of the address into `init`.
 * - `table`: a function of up to 24 bits, each entry an integer; operand 0 is the least significant bit of the address.
 * - `sum`: two or three terms `±operand · 2^shift`.
 * - `clamp`: the operand, kept within the node's interval.
 * - `register`: the operand, one clock later.
 */
export type NodeKind = "input" | "constant" | "bit" | "word" | "lut" | "table" | "sum" | "clamp" | "register";

export const nodeKinds: readonly NodeKind[] = [
  "input",
  "constant",
  "bit",
  "word",
  "lut",
  "table",
  "sum",
  "clamp",
  "register",
];

/** One term of a sum: `±node · 2^shift`. */
export interface Term {
  readonly node: NodeId;
  readonly shift: number;
  readonly negative: boolean;
}

export interface Port {
  readonly name: string;
  readonly node: NodeId;
}

export const maxLutInputs = 6;
export const maxTableInputs = 24;
const maxShift = 52;

/** Numbers that grow: a typed array with room to spare. */
class Column<T extends Uint8Array | Int32Array | Uint32Array | Float64Array> {
  length = 0;
  constructor(
    private array: T,
    private readonly make: (length: number) => T,
  ) {}
  push(value: number): void {
    if (this.length === this.array.length) {
      const larger = this.make(Math.max(64, this.length * 2));
      larger.set(this.array);
      this.array = larger;
    }
    this.array[this.length++] = value;
  }
  at(index: number): number {
    return this.array[index]!;
  }
  view(from: number, to: number): T {
    return this.array.subarray(from, to) as T;
  }
}

const bytes = (): Column<Uint8Array> => new Column(new Uint8Array(0), (n) => new Uint8Array(n));
const ints = (): Column<Int32Array> => new Column(new Int32Array(0), (n) => new Int32Array(n));
const words = (): Column<Uint32Array> => new Column(new Uint32Array(0), (n) => new Uint32Array(n));
const reals = (): Column<Float64Array> => new Column(new Float64Array(0), (n) => new Float64Array(n));

/**
 * A circuit of 10⁵ to 10⁷ nodes in flat arrays, built from inputs to outputs and never changed: an optimisation builds a new one.
 * Equal nodes are made once. A register delays by one clock and there are no loops, so a netlist is a function of its inputs with a
 * latency, one result a clock.
 */
export class Netlist {
  readonly #kind = bytes();
  readonly #lo = reals();
  readonly #hi = reals();
  /** First operand in `#operands`; the next node's is the end. */
  readonly #begin = ints();
  readonly #operands = ints();
  /** By kind: a bit's index, a word's signedness, a LUT's low half, a table's number, a sum's first term in `#terms`. */
  readonly #data = words();
  /** A LUT's high half. */
  readonly #high = words();
  readonly #terms = ints();
  readonly #tables: Int32Array[] = [];
  readonly #origin = ints();
  readonly #origins: string[] = [""];
  readonly #originNumbers = new Map<string, number>([["", 0]]);
  readonly #made = new Map<string, NodeId>();
  readonly #tableNumbers = new Map<string, number>();
  readonly #inputs: Port[] = [];
  readonly #outputs: Port[] = [];
  #currentOrigin = 0;

  constructor(readonly name: string) {}

  get size(): number {
    return this.#kind.length;
  }
  get inputs(): readonly Port[] {
    return this.#inputs;
  }
  get outputs(): readonly Port[] {
    return this.#outputs;
  }

  /** The network's node that nodes made from now on come from, for names and reports. */
  from(origin: string): void {
    let number = this.#originNumbers.get(origin);
    if (number === undefined) {
      number = this.#origins.length;
      this.#origins.push(origin);
      this.#originNumbers.set(origin, number);
    }
    this.#currentOrigin = number;
  }

  input(name: string, interval: Interval): NodeId {
    checkInterval(`Input ${name}`, interval);
    if (this.#inputs.some((port) => port.name === name)) {
      throw new NetlistError(
        "netlist/duplicate-port",
        `There are two inputs ${name}.`,
        "give inputs names of their own",
      );
    }
    const node = this.#push("input", interval, []);
    this.#inputs.push({ name, node });
    return node;
  }

  output(name: string, node: NodeId): void {
    this.#check(node);
    if (this.#outputs.some((port) => port.name === name)) {
      throw new NetlistError(
        "netlist/duplicate-port",
        `There are two outputs ${name}.`,
        "give outputs names of their own",
      );
    }
    this.#outputs.push({ name, node });
  }

  constant(value: number): NodeId {
    checkInterval("A constant", { lo: value, hi: value });
    return this.#once(`c${value}`, () => this.#push("constant", { lo: value, hi: value }, []));
  }

  /** Bit `index` of a word; a bit that is the same for the whole interval is a constant. */
  bit(node: NodeId, index: number): NodeId {
    const interval = this.interval(node);
    if (!Number.isSafeInteger(index) || index < 0) {
      throw new NetlistError(
        "netlist/bad-bit",
        `Bit ${index} of %${node} is asked for.`,
        "give an integer from 0",
      );
    }
    const place = Math.min(index, 53);
    if (Math.floor(interval.lo / 2 ** place) === Math.floor(interval.hi / 2 ** place)) {
      return this.constant(bitOf(interval.lo, place));
    }
    if (interval.lo === 0 && interval.hi === 1) return node;
    if (this.kind(node) === "word") {
      const bits = this.operands(node);
      return bits[Math.min(place, bits.length - 1)]!;
    }
    const last = this.width(node) - 1;
    return this.#once(`b${node}.${Math.min(place, last)}`, () =>
      this.#push("bit", { lo: 0, hi: 1 }, [node], Math.min(place, last)),
    );
  }

  /** All bits of a word, the least significant first; none for the constant 0. */
  bits(node: NodeId): readonly NodeId[] {
    return Array.from({ length: this.width(node) }, (_, i) => this.bit(node, i));
  }

  /** Bits put together. `interval` may be narrower than what the bits could hold, where that is known. */
  word(bits: readonly NodeId[], signed: boolean, interval?: Interval): NodeId {
    for (const each of bits) this.#requireBit(each);
    if (bits.length > 52) {
      throw new NetlistError("netlist/bad-word", `A word has ${bits.length} bits.`, "give at most 52");
    }
    const top = signed && bits.length > 0 ? 2 ** (bits.length - 1) : 0;
    const full = { lo: -top, hi: (signed && bits.length > 0 ? top : 2 ** bits.length) - 1 };
    const range = interval ?? full;
    checkInterval("A word", range);
    if (range.lo < full.lo || range.hi > full.hi) {
      throw new NetlistError(
        "netlist/bad-interval",
        `A word of ${bits.length} bits cannot reach ${range.lo} … ${range.hi}.`,
        `give an interval within ${full.lo} … ${full.hi}`,
      );
    }
    if (bits.every((bit) => this.kind(bit) === "constant")) {
      const top = signed ? bits.length - 1 : -1;
      return this.constant(
        bits.reduce((sum, bit, i) => sum + this.interval(bit).lo * (i === top ? -(2 ** i) : 2 ** i), 0),
      );
    }
    if (bits.length === 1 && !signed) return bits[0]!;
    return this.#once(`w${signed}${bits}:${range.lo},${range.hi}`, () =>
      this.#push("word", range, bits, signed ? 1 : 0),
    );
  }

  /** A function of 1 to 6 bits. `init` has `2^inputs` bits in 64, as two halves of 32. Inputs that do not matter are dropped. */
  lut(inputs: readonly NodeId[], init: { readonly low: number; readonly high: number }): NodeId {
    for (const each of inputs) this.#requireBit(each);
    if (inputs.length > maxLutInputs) {
      throw new NetlistError(
        "netlist/bad-lut",
        `A LUT has ${inputs.length} inputs.`,
        `give at most ${maxLutInputs}`,
      );
    }
    const reduced = reduceLut(inputs, init, (id) =>
      this.kind(id) === "constant" ? (this.interval(id).lo as 0 | 1) : undefined,
    );
    if (reduced.inputs.length === 0) return this.constant(reduced.low & 1);
    if (reduced.inputs.length === 1 && (reduced.low & 3) === 2) return reduced.inputs[0]!;
    const { low, high } = reduced;
    return this.#once(`l${reduced.inputs}:${low},${high}`, () =>
      this.#push("lut", { lo: 0, hi: 1 }, reduced.inputs, low, high),
    );
  }

  /**
   * A function of bits with integer entries; entry `a` is the result at address `a`. Bits that are constant are dropped, and equal
   * tables stored once.
   */
  table(address: readonly NodeId[], entries: ArrayLike<number>): NodeId {
    for (const each of address) this.#requireBit(each);
    if (address.length > maxTableInputs || entries.length !== 2 ** address.length) {
      throw new NetlistError(
        "netlist/bad-table",
        `A table of ${entries.length} entries has ${address.length} address bits.`,
        `give 2^bits entries, and at most ${maxTableInputs} bits`,
      );
    }
    const fixed = address.findIndex((bit) => this.kind(bit) === "constant");
    if (fixed >= 0) {
      const value = this.interval(address[fixed]!).lo;
      const kept = Array.from(entries).filter((_, a) => Math.floor(a / 2 ** fixed) % 2 === value);
      return this.table(
        address.filter((_, i) => i !== fixed),
        kept,
      );
    }
    const stored = Int32Array.from(entries);
    let [lo, hi] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < stored.length; i++) {
      if (stored[i] !== entries[i]) {
        throw new NetlistError(
          "netlist/bad-table",
          `Entry ${i} of a table is ${entries[i]}.`,
          "give integers of 32 bits",
        );
      }
      if (stored[i]! < lo) lo = stored[i]!;
      if (stored[i]! > hi) hi = stored[i]!;
    }
    if (lo === hi) return this.constant(lo);
    const number = this.#tableNumber(stored);
    return this.#once(`t${address}:${number}`, () => this.#push("table", { lo, hi }, address, number));
  }

  /**
   * Two or three terms. The interval is exact for operands that are independent of each other; `within` may be narrower, where it is
   * known that parts of them cancel.
   */
  sum(terms: readonly Term[], within?: Interval): NodeId {
    if (terms.length < 2 || terms.length > 3) {
      throw new NetlistError("netlist/bad-sum", `A sum has ${terms.length} terms.`, "give two or three");
    }
    let [lo, hi] = [0, 0];
    for (const { node, shift, negative } of terms) {
      this.#check(node);
      if (!Number.isSafeInteger(shift) || shift < 0 || shift > maxShift) {
        throw new NetlistError(
          "netlist/bad-sum",
          `A term is shifted by ${shift}.`,
          `give an integer from 0 to ${maxShift}`,
        );
      }
      const factor = 2 ** shift;
      const { lo: low, hi: high } = this.interval(node);
      lo += negative ? -high * factor : low * factor;
      hi += negative ? -low * factor : high * factor;
    }
    checkInterval("A sum", { lo, hi });
    if (within !== undefined) [lo, hi] = [Math.max(lo, within.lo), Math.min(hi, within.hi)];
    checkInterval("A sum", { lo, hi });
    if (lo === hi) return this.constant(lo);
    const key = terms.map(({ node, shift, negative }) => `${negative ? "-" : "+"}${node}<${shift}`).join("");
    return this.#once(`s${key}:${lo},${hi}`, () => {
      const first = this.#terms.length;
      for (const { shift, negative } of terms) this.#terms.push(negative ? -1 - shift : shift);
      return this.#push(
        "sum",
        { lo, hi },
        terms.map((term) => term.node),
        first,
      );
    });
  }

  /** The word kept within an interval (saturation). */
  clamp(node: NodeId, interval: Interval): NodeId {
    checkInterval("A clamp", interval);
    const { lo, hi } = this.interval(node);
    if (interval.lo <= lo && interval.hi >= hi) return node;
    const to = {
      lo: Math.min(Math.max(lo, interval.lo), interval.hi),
      hi: Math.max(Math.min(hi, interval.hi), interval.lo),
    };
    if (to.lo === to.hi) return this.constant(to.lo);
    return this.#once(`k${node}:${to.lo},${to.hi}`, () => this.#push("clamp", to, [node]));
  }

  /** The word of one clock ago. A constant needs no register. */
  register(node: NodeId): NodeId {
    if (this.kind(node) === "constant") return node;
    return this.#once(`r${node}`, () => this.#push("register", this.interval(node), [node]));
  }

  kind(node: NodeId): NodeKind {
    this.#check(node);
    return nodeKinds[this.#kind.at(node)]!;
  }
  interval(node: NodeId): Interval {
    this.#check(node);
    return { lo: this.#lo.at(node), hi: this.#hi.at(node) };
  }
  width(node: NodeId): number {
    return widthOf(this.interval(node));
  }
  signed(node: NodeId): boolean {
    return this.interval(node).lo < 0;
  }
  operands(node: NodeId): Int32Array {
    this.#check(node);
    const end = node + 1 < this.size ? this.#begin.at(node + 1) : this.#operands.length;
    return this.#operands.view(this.#begin.at(node), end);
  }
  /** Of a `bit`: which one. */
  bitIndex(node: NodeId): number {
    return this.#data.at(node);
  }
  /** Of a `word`: whether its last bit counts negative. */
  wordSigned(node: NodeId): boolean {
    return this.#data.at(node) === 1;
  }
  /** Of a `lut`: its function. */
  init(node: NodeId): { readonly low: number; readonly high: number } {
    return { low: this.#data.at(node), high: this.#high.at(node) };
  }
  /** Of a `table`: its entries, shared with equal tables. */
  entries(node: NodeId): Int32Array {
    return this.#tables[this.#data.at(node)]!;
  }
  /** Of a `sum`: its terms. */
  terms(node: NodeId): readonly Term[] {
    const first = this.#data.at(node);
    return Array.from(this.operands(node), (operand, i) => {
      const packed = this.#terms.at(first + i);
      return { node: operand, shift: packed < 0 ? -1 - packed : packed, negative: packed < 0 };
    });
  }
  /** The network's node that this one comes from; `""` when nobody said. */
  origin(node: NodeId): string {
    return this.#origins[this.#origin.at(node)]!;
  }

  #push(kind: NodeKind, { lo, hi }: Interval, operands: readonly NodeId[], data = 0, high = 0): NodeId {
    for (const operand of operands) this.#check(operand);
    const node = this.size;
    this.#begin.push(this.#operands.length);
    for (const operand of operands) this.#operands.push(operand);
    this.#kind.push(nodeKinds.indexOf(kind));
    // -0 is 0
    this.#lo.push(lo + 0);
    this.#hi.push(hi + 0);
    this.#data.push(data);
    this.#high.push(high);
    this.#origin.push(this.#currentOrigin);
    return node;
  }
  #once(key: string, make: () => NodeId): NodeId {
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const node = make();
    this.#made.set(key, node);
    return node;
  }
  #tableNumber(entries: Int32Array): number {
    const key = entries.join(",");
    let number = this.#tableNumbers.get(key);
    if (number === undefined) {
      number = this.#tables.length;
      this.#tables.push(entries);
      this.#tableNumbers.set(key, number);
    }
    return number;
  }
  #check(node: NodeId): void {
    if (Number.isSafeInteger(node) && node >= 0 && node < this.size) return;
    throw new NetlistError(
      "netlist/no-such-node",
      `There is no node %${node}.`,
      "read nodes that were made before",
    );
  }
  #requireBit(node: NodeId): void {
    const { lo, hi } = this.interval(node);
    if (lo >= 0 && hi <= 1) return;
    throw new NetlistError(
      "netlist/not-a-bit",
      `%${node} is a word of ${lo} … ${hi} where a bit is read.`,
      "take one of its bits",
    );
  }
}

/** Bit `index` of an integer's two's complement. */
export function bitOf(value: number, index: number): 0 | 1 {
  return (((Math.floor(value / 2 ** index) % 2) + 2) % 2) as 0 | 1;
}

interface ReducedLut {
  readonly inputs: readonly NodeId[];
  readonly low: number;
  readonly high: number;
}

/** Entries of a LUT where one of its first five inputs is 0. */
const lowEntries = [0x55555555, 0x33333333, 0x0f0f0f0f, 0x00ff00ff, 0x0000ffff];

/** Whether `reduceLut` would leave a LUT as it is. */
function isReduced(
  inputs: readonly NodeId[],
  { low, high }: { readonly low: number; readonly high: number },
  constant: (node: NodeId) => 0 | 1 | undefined,
): boolean {
  const size = inputs.length;
  if (low !== low >>> 0 || high !== high >>> 0) return false;
  if (size < 6 && (high !== 0 || (size < 5 && low >= 2 ** (2 ** size)))) return false;
  const used = size < 5 ? 2 ** (2 ** size) - 1 : -1;
  for (let i = 0; i < size; i++) {
    if (i > 0 && inputs[i]! <= inputs[i - 1]!) return false;
    if (constant(inputs[i]!) !== undefined) return false;
    const [step, mask] = [2 ** i, (lowEntries[i] ?? 0) & used];
    const matters =
      i === 5
        ? low !== high
        : ((low ^ (low >>> step)) & mask) !== 0 || ((high ^ (high >>> step)) & mask) !== 0;
    if (!matters) return false;
  }
  return true;
}

/** Drops inputs that are constant, double or without effect, and sorts the rest, so that equal functions look equal. */
function reduceLut(
  inputs: readonly NodeId[],
  init: { readonly low: number; readonly high: number },
  constant: (node: NodeId) => 0 | 1 | undefined,
): ReducedLut {
  if (isReduced(inputs, init, constant)) return { inputs: [...inputs], low: init.low, high: init.high };
  const value = (address: number): number =>
    address < 32 ? (init.low >>> address) & 1 : (init.high >>> (address - 32)) & 1;
  const distinct = [...new Set(inputs)].filter((id) => constant(id) === undefined).sort((a, b) => a - b);
  const outputs = (of: readonly NodeId[]): Uint8Array =>
    Uint8Array.from({ length: 2 ** of.length }, (_, address) => {
      let full = 0;
      inputs.forEach((id, i) => {
        const at = of.indexOf(id);
        const bit = constant(id) ?? (at < 0 ? 0 : (address >>> at) & 1);
        full |= bit << i;
      });
      return value(full);
    });
  const all = outputs(distinct);
  const matters = distinct.filter((_, i) => all.some((out, address) => out !== all[address ^ (1 << i)]));
  const table = outputs(matters);
  let [low, high] = [0, 0];
  table.forEach((out, address) => {
    if (address < 32) low |= out << address;
    else high |= out << (address - 32);
  });
  return { inputs: matters, low: low >>> 0, high: high >>> 0 };
}
