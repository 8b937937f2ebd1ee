import type { Emitter } from "../compile/emitter.js";
import { SimError } from "../errors.js";
import { type Bits, wordCount } from "./bits.js";
import type { Cell } from "./yosys-json.js";

/**
 * A value of the circuit with one driver. `input`: a port; `state`: what a register holds, changed only at the clock edge (or by an
 * asynchronous reset); `wire`: computed from the others.
 */
export interface Signal {
  readonly index: number;
  readonly widthBits: number;
  readonly kind: "input" | "state" | "wire";
  readonly label: string;
  /** Byte address of its words in the memory of the simulation. Unused upper bits are always 0. */
  readonly address: number;
}

/** One step of the computation of a cycle. */
export interface Node {
  readonly label: string;
  /** The cell that it comes from. */
  readonly cell?: Cell;
  readonly reads: readonly Bits[];
  /** Those of `reads` that the step wants as words in memory. */
  readonly pointers: readonly Bits[];
  /** Wires that it computes; none for a step that only feeds registers, ports or memories. */
  readonly defines: readonly Signal[];
  emit(e: Emitter): void;
}

export interface MemoryBlock {
  readonly name: string;
  readonly widthBits: number;
  readonly size: number;
  /** Byte address of element 0; element `size` is always 0 and stands for every address outside. */
  readonly address: number;
  readonly strideBytes: number;
}

/** Bytes of memory: `initial` goes there at power-on. */
export interface InitialBytes {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** A flat synchronous circuit as steps over signals, with all its values placed in memory. */
export class Model {
  readonly signals: Signal[] = [];
  /** Steps of the combinational part, in no order. */
  readonly nodes: Node[] = [];
  /** Steps at the clock edge, in the order of the write ports. */
  readonly edges: Node[] = [];
  readonly memories: MemoryBlock[] = [];
  readonly initial: InitialBytes[] = [];
  readonly warnings: string[] = [];
  /** Signal and position of each bit that something drives. */
  private readonly driver: (Signal | undefined)[] = [];
  private readonly position: number[] = [];
  private clockBit: { readonly bit: number; readonly rising: boolean; readonly label: string } | undefined;
  private top = 64;
  /** Registers stand together: their words are `[stateStart, stateEnd)`, their next values one block of the same layout further. */
  readonly stateStart: number = 64;
  private readonly stateWords: number;

  private readonly startsAtOne: ReadonlySet<number>;
  private stateUsed = 0;

  /**
   * `stateWords`: room for all words of the registers, which must be known before anything is placed. `startsAtOne`: net bits of
   * registers that are 1 at power-on.
   */
  constructor(stateWords: number, startsAtOne: ReadonlySet<number>) {
    this.stateWords = stateWords;
    this.startsAtOne = startsAtOne;
    this.top = this.stateStart + 2 * this.stateBytes;
  }

  get stateBytes(): number {
    return this.stateWords * 8;
  }

  get memoryBytes(): number {
    return this.top;
  }

  get clock(): { readonly bit: number; readonly rising: boolean } | undefined {
    return this.clockBit;
  }

  /** Reserves `byteCount` bytes and returns their address, a multiple of 8. */
  reserve(byteCount: number): number {
    const address = this.top;
    this.top += Math.ceil(byteCount / 8) * 8;
    return address;
  }

  /** What a bit of a register holds at power-on. */
  initialBit(bit: number): 0 | 1 {
    return this.startsAtOne.has(bit) ? 1 : 0;
  }

  /** Adds a signal; `bits`, when given, are the net bits that it drives. */
  signal(kind: Signal["kind"], label: string, widthBits: number, bits?: Bits): Signal {
    const words = wordCount(widthBits);
    const address = kind === "state" ? this.stateStart + 8 * this.stateUsed : this.reserve(8 * words);
    if (kind === "state") this.stateUsed += words;
    if (this.stateUsed > this.stateWords)
      throw new Error(`${label}: the registers need more than ${this.stateWords} words`);
    const signal: Signal = { index: this.signals.length, widthBits, kind, label, address };
    this.signals.push(signal);
    bits?.forEach((bit, i) => {
      this.drive(bit, signal, i);
    });
    return signal;
  }

  private drive(bit: number, signal: Signal, position: number): void {
    const other = this.driver[bit];
    if (bit < 2 || other !== undefined) {
      const what = bit < 2 ? "a constant" : other?.label;
      throw new SimError("multiple-drivers", `${signal.label} drives a net that ${what} drives too`);
    }
    this.driver[bit] = signal;
    this.position[bit] = position;
  }

  /** The signal that drives a net bit; undefined for constants and for nets without a driver, which are 0. */
  driverOf(bit: number): Signal | undefined {
    return this.driver[bit];
  }

  positionOf(bit: number): number {
    return this.position[bit] ?? 0;
  }

  /** Adds a combinational step of `cell`. */
  comb(
    cell: Cell,
    reads: readonly Bits[],
    defines: readonly Signal[],
    emit: (e: Emitter) => void,
    pointers: readonly Bits[] = [],
  ): void {
    this.nodes.push({ label: cell.label, cell, reads, pointers, defines, emit });
  }

  /** Declares that a register of `cell` works on this edge of this net. All registers must agree. */
  useClock(cell: Cell, bit: number, rising: boolean): void {
    const known = this.clockBit;
    if (known === undefined) this.clockBit = { bit, rising, label: cell.label };
    else if (known.bit !== bit || known.rising !== rising) {
      const how = known.bit === bit ? "the other edge of the clock" : "another clock";
      throw new SimError(
        "multiple-clocks",
        `${cell.label} works on ${how} than ${known.label}: one clock and one edge can be simulated`,
      );
    }
  }
}
