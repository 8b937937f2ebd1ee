import { NetlistError } from "./error.js";
import type { Netlist, NodeId, Term } from "./netlist.js";

/** Vectors by port: `inputs[i][v]` is vector `v` of input `i`. */
export type Vectors = readonly ArrayLike<number>[];

/** Numbers of memory that a block of vectors may take, 4 bytes each. */
const blockWords = 1 << 23;
const vectorsPerWord = 32;

/**
 * Many vectors at once: each bit of each word is a plane of 32 vectors a machine word, LUTs are multiplexers of planes, sums ripple
 * through them. Equal to `evaluate` on every vector.
 *
 * @returns `outputs[o][v]`, integers.
 */
export function simulate(netlist: Netlist, inputs: Vectors): Float64Array[] {
  const count = inputs[0]?.length ?? 0;
  checkVectors(netlist, inputs, count);
  const planeOf = new Int32Array(netlist.size + 1);
  for (let node = 0; node < netlist.size; node++) planeOf[node + 1] = planeOf[node]! + netlist.width(node);
  const planes = planeOf[netlist.size]!;
  const words = Math.max(
    1,
    Math.min(Math.ceil(count / vectorsPerWord), 64, Math.floor(blockWords / Math.max(1, planes))),
  );
  const block = new Block(netlist, planeOf, words);
  const read = readNodes(netlist);
  const results = netlist.outputs.map(() => new Float64Array(count));
  for (let from = 0; from < count; from += words * vectorsPerWord) {
    const size = Math.min(words * vectorsPerWord, count - from);
    netlist.inputs.forEach(({ node }, i) => {
      if (read[node] === 1) block.load(node, inputs[i]!, from, size);
    });
    block.run();
    netlist.outputs.forEach(({ node }, o) => {
      block.store(node, results[o]!, from, size);
    });
  }
  return results;
}

function checkVectors(netlist: Netlist, inputs: Vectors, count: number): void {
  if (inputs.length !== netlist.inputs.length) {
    throw new NetlistError(
      "netlist/input-out-of-range",
      `The netlist has ${netlist.inputs.length} inputs and ${inputs.length} are given.`,
      "give the vectors of each input, in order",
    );
  }
  netlist.inputs.forEach(({ name, node }, i) => {
    const { lo, hi } = netlist.interval(node);
    const vectors = inputs[i]!;
    for (let v = 0; v < count; v++) {
      const value = vectors[v]!;
      if (value === (value | 0) && value >= lo && value <= hi) continue;
      if (Number.isSafeInteger(value) && value >= lo && value <= hi) continue;
      throw new NetlistError(
        "netlist/input-out-of-range",
        `Vector ${v} of input ${name} is ${value}.`,
        `give an integer within ${lo} … ${hi}`,
      );
    }
  });
}

/** Nodes that others or outputs read, as 0 and 1. */
function readNodes(netlist: Netlist): Uint8Array {
  const read = new Uint8Array(netlist.size);
  for (let node = 0; node < netlist.size; node++) {
    for (const operand of netlist.operands(node)) read[operand] = 1;
  }
  for (const { node } of netlist.outputs) read[node] = 1;
  return read;
}

/** Planes of all nodes for one block of vectors. */
class Block {
  readonly #planes: Uint32Array;
  readonly #scratch: Uint32Array;
  readonly #zero: Uint32Array;
  readonly #fold = { pairs: new Uint8Array(32), folded: new Int32Array(32) };

  constructor(
    private readonly netlist: Netlist,
    private readonly planeOf: Int32Array,
    private readonly words: number,
  ) {
    this.#planes = new Uint32Array(planeOf[netlist.size]! * words);
    this.#scratch = new Uint32Array(64 * words);
    this.#zero = new Uint32Array(words);
  }

  load(node: NodeId, vectors: ArrayLike<number>, from: number, size: number): void {
    const width = this.netlist.width(node);
    for (let b = 0; b < width; b++) {
      const plane = this.#plane(node, b);
      const weight = 2 ** b;
      for (let begin = 0; begin < size; begin += vectorsPerWord) {
        const end = Math.min(size, begin + vectorsPerWord);
        let word = 0;
        for (let v = begin; v < end; v++) {
          const value = vectors[from + v]!;
          const bit = width < 32 ? (value >> b) & 1 : Math.floor(value / weight) % 2 !== 0 ? 1 : 0;
          word |= bit << (v - begin);
        }
        plane[begin / vectorsPerWord] = word;
      }
    }
  }

  store(node: NodeId, result: Float64Array, from: number, size: number): void {
    const width = this.netlist.width(node);
    const signed = this.netlist.signed(node);
    result.fill(0, from, from + size);
    for (let b = 0; b < width; b++) {
      const plane = this.#plane(node, b);
      const weight = signed && b === width - 1 ? -(2 ** b) : 2 ** b;
      for (let v = 0; v < size; v++) {
        if ((plane[v >>> 5]! >>> (v & 31)) & 1) result[from + v]! += weight;
      }
    }
  }

  run(): void {
    const { netlist } = this;
    for (let node = 0; node < netlist.size; node++) {
      switch (netlist.kind(node)) {
        case "input":
          break;
        case "constant":
          this.#constant(node);
          break;
        case "bit":
          this.#plane(node, 0).set(this.#plane(netlist.operands(node)[0]!, netlist.bitIndex(node)));
          break;
        case "word":
          this.#word(node);
          break;
        case "lut":
          this.#lut(node);
          break;
        case "table":
          this.#table(node);
          break;
        case "sum":
          this.#sum(netlist.terms(node), node);
          break;
        case "clamp":
          this.#clamp(node);
          break;
        case "register":
          this.#copy(netlist.operands(node)[0]!, node);
          break;
      }
    }
  }

  /** Bit `b` of a node, its sign (or 0) past its width. */
  #plane(node: NodeId, b: number): Uint32Array {
    const width = this.netlist.width(node);
    const at = b < width ? b : this.netlist.signed(node) ? width - 1 : -1;
    if (at < 0) return this.#zero;
    const begin = (this.planeOf[node]! + at) * this.words;
    return this.#planes.subarray(begin, begin + this.words);
  }

  #constant(node: NodeId): void {
    const { lo } = this.netlist.interval(node);
    for (let b = 0; b < this.netlist.width(node); b++) {
      this.#plane(node, b).fill(Math.floor(lo / 2 ** b) % 2 !== 0 ? 0xffffffff : 0);
    }
  }

  #copy(from: NodeId, to: NodeId): void {
    for (let b = 0; b < this.netlist.width(to); b++) this.#plane(to, b).set(this.#plane(from, b));
  }

  #word(node: NodeId): void {
    const bits = this.netlist.operands(node);
    const top = this.netlist.wordSigned(node) ? this.#plane(bits.at(-1)!, 0) : this.#zero;
    for (let b = 0; b < this.netlist.width(node); b++) {
      this.#plane(node, b).set(b < bits.length ? this.#plane(bits[b]!, 0) : top);
    }
  }

  /** Entries folded by one input after the other, the first input's pairs of entries as one of four words. */
  #lut(node: NodeId): void {
    const inputs = this.netlist.operands(node);
    const { low, high } = this.netlist.init(node);
    const planes = Array.from(inputs, (input) => this.#plane(input, 0));
    const out = this.#plane(node, 0);
    const first = planes[0]!;
    const half = 2 ** (planes.length - 1);
    const { pairs, folded } = this.#fold;
    for (let a = 0; a < half; a++) pairs[a] = a < 16 ? (low >>> (2 * a)) & 3 : (high >>> (2 * a - 32)) & 3;
    for (let w = 0; w < this.words; w++) {
      const s = first[w]!;
      for (let a = 0; a < half; a++) {
        const pair = pairs[a]!;
        folded[a] = pair === 0 ? 0 : pair === 1 ? ~s : pair === 2 ? s : -1;
      }
      let length = half;
      for (let i = 1; i < planes.length; i++) {
        const select = planes[i]![w]!;
        length >>= 1;
        for (let a = 0; a < length; a++) {
          const zero = folded[2 * a]!;
          folded[a] = zero ^ (select & (zero ^ folded[2 * a + 1]!));
        }
      }
      out[w] = folded[0]!;
    }
  }

  #table(node: NodeId): void {
    const inputs = Array.from(this.netlist.operands(node), (input) => this.#plane(input, 0));
    const entries = this.netlist.entries(node);
    const width = this.netlist.width(node);
    const out = Array.from({ length: width }, (_, b) => this.#plane(node, b));
    for (const plane of out) plane.fill(0);
    for (let w = 0; w < this.words; w++) {
      for (let v = 0; v < vectorsPerWord; v++) {
        let at = 0;
        for (let i = 0; i < inputs.length; i++) at |= ((inputs[i]![w]! >>> v) & 1) << i;
        const entry = entries[at]!;
        for (let b = 0; b < width; b++) out[b]![w]! |= ((entry >> Math.min(b, 31)) & 1) << v;
      }
    }
  }

  /** Adds term by term, rippling a carry; the last addition is cut at the result's width, which holds the exact sum. */
  #sum(terms: readonly Term[], node: NodeId): void {
    const width = this.netlist.width(node);
    for (let b = 0; b < width; b++) this.#plane(node, b).fill(0);
    const carry = this.#scratch.subarray(0, this.words);
    for (const { node: operand, shift, negative } of terms) {
      carry.fill(negative ? 0xffffffff : 0);
      for (let b = 0; b < width; b++) {
        const sum = this.#plane(node, b);
        const x = b < shift ? this.#zero : this.#plane(operand, b - shift);
        for (let w = 0; w < this.words; w++) {
          const y = negative ? ~x[w]! : x[w]!;
          const s = sum[w]!;
          const c = carry[w]!;
          sum[w] = s ^ y ^ c;
          carry[w] = (s & y) | (c & (s ^ y));
        }
      }
    }
  }

  #clamp(node: NodeId): void {
    const { netlist } = this;
    const from = netlist.operands(node)[0]!;
    const { lo, hi } = netlist.interval(node);
    const below = this.#scratch.slice(0, this.words);
    const above = this.#scratch.slice(0, this.words);
    this.#less(from, lo, below);
    this.#less(from, hi + 1, above);
    for (let b = 0; b < netlist.width(node); b++) {
      const x = this.#plane(from, b);
      const out = this.#plane(node, b);
      const low = Math.floor(lo / 2 ** b) % 2 !== 0 ? 0xffffffff : 0;
      const high = Math.floor(hi / 2 ** b) % 2 !== 0 ? 0xffffffff : 0;
      for (let w = 0; w < this.words; w++) {
        const inside = ~below[w]! & above[w]!;
        out[w] = (x[w]! & inside) | (low & below[w]!) | (high & ~above[w]!);
      }
    }
  }

  /** `out` = word < value: the sign of the difference, in one bit more than either has. */
  #less(node: NodeId, value: number, out: Uint32Array): void {
    const { lo, hi } = this.netlist.interval(node);
    if (value <= lo || value > hi) {
      out.fill(value > hi ? 0xffffffff : 0);
      return;
    }
    const width = this.netlist.width(node) + 1;
    const carry = this.#scratch.subarray(0, this.words);
    carry.fill(0xffffffff);
    for (let b = 0; b < width; b++) {
      const x = this.#plane(node, b);
      const y = Math.floor(value / 2 ** b) % 2 !== 0 ? 0 : 0xffffffff;
      for (let w = 0; w < this.words; w++) {
        const c = carry[w]!;
        if (b === width - 1) out[w] = x[w]! ^ y ^ c;
        carry[w] = (x[w]! & y) | (c & (x[w]! ^ y));
      }
    }
  }
}
