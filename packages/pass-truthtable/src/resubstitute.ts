import { type Circuit, circuitPlanes, type Lut, lutCount, lutPlane, packPlane } from "./circuit.js";
import { cleaned } from "./clean.js";
import { Conflicts, splitCells } from "./conflicts.js";

/** What `resubstitute` may do. */
export interface ResubstituteOptions {
  /** LUT inputs. */
  readonly k: number;
  /** Levels that the circuit may have. */
  readonly levels: number;
  /** 0 where an address never comes. */
  readonly care?: Uint8Array | undefined;
  /** Numbers in [0, 1), for the order of trials. */
  readonly random: () => number;
}

/** One change: LUT `at` gets other inputs and another function. */
interface Change {
  readonly signal: number;
  readonly lut: Lut;
}

/**
 * Makes LUTs superfluous: a LUT that only one other reads goes when that one can compute what is needed from other signals. What is
 * needed is exact: a LUT's value matters only at addresses that come and at which some output would change with it. All signals'
 * truth tables over all addresses are at hand, so every change is proved by construction.
 */
export function resubstitute(circuit: Circuit, options: ResubstituteOptions): Circuit {
  let current = cleaned(circuit);
  for (let fruitless = 0; fruitless < 2; ) {
    const before = lutCount(current);
    current = cleaned(new Resubstitution(current, options).run());
    fruitless = lutCount(current) < before ? 0 : fruitless + 1;
  }
  return current;
}

/** The same functions with some inputs of LUTs exchanged for others that serve as well: another place to start from. */
export function shaken(circuit: Circuit, options: ResubstituteOptions): Circuit {
  return cleaned(new Resubstitution(circuit, options).shake());
}

/** Share of LUTs that one shake touches. */
const shakenShare = 0.3;

class Resubstitution {
  readonly #inputs: number;
  readonly #luts: Lut[];
  #outputs: number[];
  #planes: Uint32Array[];
  readonly #care: Uint32Array | undefined;
  readonly #words: number;
  #order: number[] = [];
  #readers: number[][] = [];
  #isOutput = new Uint8Array(0);
  #level = new Int32Array(0);
  #required = new Int32Array(0);

  constructor(
    circuit: Circuit,
    private readonly options: ResubstituteOptions,
  ) {
    this.#inputs = circuit.inputs;
    this.#luts = [...circuit.luts];
    this.#outputs = [...circuit.outputs];
    this.#planes = circuitPlanes(circuit);
    this.#care = options.care && packPlane(options.care, circuit.inputs);
    this.#words = this.#planes[0]?.length ?? 1;
    this.#refresh();
  }

  run(): Circuit {
    const candidates = this.#luts.map((_, i) => this.#inputs + i);
    for (let i = candidates.length - 1; i > 0; i--) {
      const j = Math.floor(this.options.random() * (i + 1));
      [candidates[i], candidates[j]] = [candidates[j]!, candidates[i]!];
    }
    for (const signal of candidates) {
      if (!this.#isLive(signal)) continue;
      for (let again = 0; again < 6; again++) if (!this.#improve(signal)) break;
    }
    return this.#circuit();
  }

  shake(): Circuit {
    for (const signal of [...this.#order]) {
      const lut = this.#lut(signal);
      if (this.options.random() > shakenShare || lut.inputs.length < 2 || !this.#isLive(signal)) continue;
      const { on, off, divisors } = this.#wanted(signal);
      const input = lut.inputs[Math.floor(this.options.random() * lut.inputs.length)]!;
      const rest = lut.inputs.filter((each) => each !== input);
      const conflicts = new Conflicts(
        rest.map((each) => this.#planes[each]!),
        on,
        off,
      );
      const candidates = divisors.filter((d) => d !== input && !rest.includes(d));
      const place = candidates.map(() => this.options.random());
      const costs = new Map(candidates.map((d, i) => [d, place[i]!]));
      const found = conflicts.separators(candidates, this.#planes, 1, (d) => costs.get(d)!);
      if (found !== undefined) this.#apply({ signal, lut: this.#derive([...rest, ...found], on) });
    }
    return this.#circuit();
  }

  #isLive(signal: number): boolean {
    return this.#readers[signal]!.length > 0 || this.#isOutput[signal] === 1;
  }

  /** The LUTs in an order in which each comes after what it reads. */
  #circuit(): Circuit {
    const number = new Int32Array(this.#inputs + this.#luts.length);
    for (let v = 0; v < this.#inputs; v++) number[v] = v;
    this.#order.forEach((signal, i) => {
      number[signal] = this.#inputs + i;
    });
    return {
      inputs: this.#inputs,
      luts: this.#order.map((signal) => {
        const lut = this.#lut(signal);
        return { ...lut, inputs: lut.inputs.map((input) => number[input]!) };
      }),
      outputs: this.#outputs.map((signal) => number[signal]!),
    };
  }

  #lut(signal: number): Lut {
    return this.#luts[signal - this.#inputs]!;
  }

  /** Order, readers and levels after a change. */
  #refresh(): void {
    const count = this.#inputs + this.#luts.length;
    this.#order = [];
    this.#readers = Array.from({ length: count }, () => []);
    this.#isOutput = new Uint8Array(count);
    this.#level = new Int32Array(count);
    this.#required = new Int32Array(count).fill(this.options.levels);
    const state = new Uint8Array(count);
    const visit = (signal: number): void => {
      if (signal < this.#inputs || state[signal] === 1) return;
      state[signal] = 1;
      let deepest = 0;
      for (const input of this.#lut(signal).inputs) {
        visit(input);
        this.#readers[input]!.push(signal);
        deepest = Math.max(deepest, this.#level[input]!);
      }
      this.#level[signal] = deepest + 1;
      this.#order.push(signal);
    };
    for (const signal of this.#outputs) {
      visit(signal);
      this.#isOutput[signal] = 1;
    }
    for (const signal of this.#order.toReversed()) {
      for (const input of this.#lut(signal).inputs) {
        this.#required[input] = Math.min(this.#required[input]!, this.#required[signal]! - 1);
      }
    }
  }

  /** Signals that depend on one, itself included. */
  #above(signal: number): Uint8Array {
    const above = new Uint8Array(this.#inputs + this.#luts.length);
    above[signal] = 1;
    for (const each of this.#order) {
      if (this.#lut(each).inputs.some((input) => above[input] === 1)) above[each] = 1;
    }
    return above;
  }

  /** Where a signal's value matters. */
  #observed(signal: number, above: Uint8Array): Uint32Array {
    const observed = new Uint32Array(this.#words);
    if (this.#isOutput[signal] === 1) observed.fill(0xffffffff);
    else {
      const flipped = [...this.#planes];
      flipped[signal] = this.#planes[signal]!.map((word) => ~word);
      for (const each of this.#order) {
        if (above[each] === 0 || each === signal) continue;
        const lut = this.#lut(each);
        if (lut.inputs.every((input) => flipped[input] === this.#planes[input])) continue;
        const plane = new Uint32Array(this.#words);
        const old = this.#planes[each]!;
        lutPlane(lut, flipped, plane, { planes: this.#planes, result: old });
        if (plane.some((word, w) => word !== old[w])) flipped[each] = plane;
      }
      for (const output of this.#outputs) {
        const [a, b] = [this.#planes[output]!, flipped[output]!];
        if (a !== b) for (let w = 0; w < observed.length; w++) observed[w]! |= a[w]! ^ b[w]!;
      }
    }
    if (this.#care) for (let w = 0; w < observed.length; w++) observed[w]! &= this.#care[w]!;
    return observed;
  }

  /** Where a LUT has to be 1 and 0, and the signals that it may read. */
  #wanted(signal: number): { on: Uint32Array; off: Uint32Array; divisors: number[] } {
    const above = this.#above(signal);
    const observed = this.#observed(signal, above);
    const value = this.#planes[signal]!;
    const divisors: number[] = [];
    const count = this.#inputs + this.#luts.length;
    for (let d = 0; d < count; d++) {
      if (above[d] === 1) continue;
      if (d >= this.#inputs && !this.#isLive(d)) continue;
      if (this.#level[d]! + 1 > this.#required[signal]!) continue;
      divisors.push(d);
    }
    return {
      on: value.map((word, w) => word & observed[w]!),
      off: value.map((word, w) => ~word & observed[w]!),
      divisors,
    };
  }

  #improve(signal: number): boolean {
    const lut = this.#lut(signal);
    if (lut.inputs.length === 0) return false;
    const { on, off, divisors } = this.#wanted(signal);
    const change = this.#cheaper(signal, lut, on, off, divisors);
    if (change === undefined) return false;
    this.#apply(change);
    return true;
  }

  #cheaper(
    signal: number,
    lut: Lut,
    on: Uint32Array,
    off: Uint32Array,
    divisors: readonly number[],
  ): Change | undefined {
    const make = (inputs: readonly number[]): Change => ({ signal, lut: this.#derive(inputs, on) });
    // Inputs that are not needed, and those whose LUT would go with them.
    const order = lut.inputs.toSorted((a, b) => this.#saving(b) - this.#saving(a));
    for (const input of order) {
      const rest = lut.inputs.filter((each) => each !== input);
      const conflicts = new Conflicts(
        rest.map((each) => this.#planes[each]!),
        on,
        off,
      );
      if (conflicts.none) return make(rest);
      if (this.#saving(input) === 0) continue;
      const merged = [...new Set([...rest, ...this.#lut(input).inputs])];
      if (merged.length <= this.options.k) return make(merged);
      const found = conflicts.separators(
        divisors.filter((d) => d !== input && !rest.includes(d)),
        this.#planes,
        this.options.k - rest.length,
        (d) => (d < this.#inputs ? 0 : 1),
      );
      if (found !== undefined) return make([...rest, ...found]);
    }
    return this.#exchanged(lut, on, off, divisors, make);
  }

  /** Two inputs for two others, where the LUT of one of those would go. */
  #exchanged(
    lut: Lut,
    on: Uint32Array,
    off: Uint32Array,
    divisors: readonly number[],
    make: (inputs: readonly number[]) => Change,
  ): Change | undefined {
    if (lut.inputs.length < this.options.k) return undefined;
    for (const input of lut.inputs) {
      if (this.#saving(input) === 0) continue;
      for (const other of lut.inputs) {
        if (other === input || (this.#saving(other) === 1 && other < input)) continue;
        const rest = lut.inputs.filter((each) => each !== input && each !== other);
        const conflicts = new Conflicts(
          rest.map((each) => this.#planes[each]!),
          on,
          off,
        );
        const found = conflicts.separators(
          divisors.filter((d) => d !== input && d !== other && !rest.includes(d)),
          this.#planes,
          2,
          (d) => (d < this.#inputs ? 0 : 1),
        );
        if (found !== undefined) return make([...rest, ...found]);
      }
    }
    return undefined;
  }

  /** LUTs that go when a reader of this signal no longer reads it. */
  #saving(signal: number): number {
    return signal >= this.#inputs && this.#readers[signal]!.length === 1 && this.#isOutput[signal] === 0
      ? 1
      : 0;
  }

  /** The function of some signals that is 1 on `on` and 0 elsewhere. */
  #derive(inputs: readonly number[], on: Uint32Array): Lut {
    const cells = splitCells(
      inputs.map((input) => this.#planes[input]!),
      on,
    );
    let [low, high] = [0, 0];
    cells.forEach((cell, a) => {
      if (!cell) return;
      if (a < 32) low |= 1 << a;
      else high |= 1 << (a - 32);
    });
    return { inputs, low: low >>> 0, high: high >>> 0 };
  }

  #apply({ signal, lut }: Change): void {
    this.#luts[signal - this.#inputs] = lut;
    this.#refresh();
    const above = this.#above(signal);
    for (const each of this.#order) {
      if (above[each] === 0) continue;
      const plane = new Uint32Array(this.#words);
      lutPlane(this.#lut(each), this.#planes, plane);
      this.#planes[each] = plane;
    }
  }
}
