/**
 * Boolean functions of the same `inputs` variables: `planes[o][address]` is 0 or 1, variable 0 is the least significant bit of the
 * address. `care[address]` is 0 where the value does not matter.
 */
export interface Functions {
  readonly inputs: number;
  readonly planes: readonly Uint8Array[];
  readonly care?: Uint8Array | undefined;
}

/**
 * What is known of one set of variables: the distinct functions over it that arise when all other variables are fixed, up to
 * complement and without constants.
 */
export interface Subfunctions {
  /** The variables, as a mask. */
  readonly set: number;
  /** For each distinct function: the variables that it depends on. */
  readonly supports: Int32Array;
  /**
   * The functions by output and by the values of the other variables (ascending): twice a number, plus 1 for the complement.
   * Valid during the visit.
   */
  readonly table: Int32Array;
}

/** Distinct pairs get numbers from `first` on. */
class PairNumbers {
  #keys: Float64Array;
  #values: Int32Array;
  #stamps: Int32Array;
  #stamp = 0;
  #mask: number;
  constructor(capacity: number) {
    const size = 1 << Math.ceil(Math.log2(Math.max(16, capacity * 2)));
    this.#keys = new Float64Array(size);
    this.#values = new Int32Array(size);
    this.#stamps = new Int32Array(size);
    this.#mask = size - 1;
  }
  clear(): void {
    this.#stamp++;
  }
  /** The number of a pair: a known one, or `next`. */
  get(a: number, b: number, next: number): number {
    let at = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)) >>> 0;
    at = (at ^ (at >>> 15)) & this.#mask;
    const key = a * 0x4000000 + b;
    while (this.#stamps[at] === this.#stamp) {
      if (this.#keys[at] === key) return this.#values[at]!;
      at = (at + 1) & this.#mask;
    }
    this.#stamps[at] = this.#stamp;
    this.#keys[at] = key;
    this.#values[at] = next;
    return next;
  }
}

/**
 * Visits every set of variables (all 2^n) with its distinct subfunctions, in O(outputs · 3^n): a set's functions are pairs of those
 * of the set without its highest variable. Friedman and Supowit's dynamic programme over orders of a decision diagram, kept for all
 * sets, since the number of subfunctions depends on the set and not on the order within it.
 */
export function visitSubsets(functions: Functions, visit: (at: Subfunctions) => void): void {
  const { inputs, planes } = functions;
  const full = 2 ** inputs;
  const base = new Int32Array(planes.length * full);
  planes.forEach((plane, o) => {
    base.set(plane, o * full);
  });
  const numbers = new PairNumbers(planes.length * full);
  const stack = Array.from(
    { length: inputs + 1 },
    (_, k) => new Int32Array(planes.length * 2 ** (inputs - k)),
  );
  stack[0]!.set(base);
  const supportsOf: Int32Array[] = [Int32Array.of(0)];
  const scratch = new Int32Array(planes.length * full + 1);

  const descend = (set: number, size: number, from: number): void => {
    const table = stack[size]!;
    const supports = supportsOf[size]!;
    visit({ set, supports: supports.subarray(1), table });
    for (let v = from; v < inputs; v++) {
      // Number 0 is the constant 0; the child's numbers start anew.
      const child = stack[size + 1]!;
      numbers.clear();
      let count = 1;
      const place = v - size;
      const below = (1 << place) - 1;
      for (let i = 0; i < child.length; i++) {
        const low = ((i & ~below) << 1) | (i & below);
        let c0 = table[low]!;
        let c1 = table[low | (1 << place)]!;
        const sign = c0 & 1;
        c0 ^= sign;
        c1 ^= sign;
        if (c0 === 0 && c1 === 0) {
          child[i] = sign;
          continue;
        }
        const number = numbers.get(c0, c1, count);
        if (number === count) {
          scratch[count++] = supports[c0 >> 1]! | supports[c1 >> 1]! | (c0 === c1 ? 0 : 1 << v);
        }
        child[i] = (number << 1) | sign;
      }
      supportsOf[size + 1] = scratch.slice(0, count);
      descend(set | (1 << v), size + 1, v + 1);
    }
  };
  descend(0, 0, 0);
}
