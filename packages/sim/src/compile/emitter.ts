import {
  type Bits,
  constantValue,
  isConstant,
  ones,
  wordBits,
  wordCount,
  wordWidth,
} from "../netlist/bits.js";
import type { Model, Signal } from "../netlist/model.js";
import { type Code, op, type ValueType } from "../wasm/code.js";
import type { Helpers } from "./helpers.js";

/**
 * Writes the code of steps into one WebAssembly function. Values are i64 words whose bits above the width of the value are 0. A word that
 * was read or computed in this function stays in a local variable; a signal that other functions read is stored, too.
 */
export class Emitter {
  readonly code: Code;
  readonly model: Model;
  readonly helpers: Helpers;
  private readonly isStored: (signal: Signal) => boolean;
  private readonly locals = new Map<number, number>();
  private readonly free: Record<ValueType, number[]> = { i32: [], i64: [] };
  private keepsLoads = true;
  private inUse: { type: ValueType; local: number }[] = [];

  constructor(code: Code, model: Model, helpers: Helpers, isStored: (signal: Signal) => boolean) {
    this.code = code;
    this.model = model;
    this.helpers = helpers;
    this.isStored = isStored;
  }

  /** A local variable for the current step. */
  temp(type: ValueType = "i64"): number {
    const local = this.free[type].pop() ?? this.code.local(type);
    this.inUse.push({ type, local });
    return local;
  }

  /** Ends a step: its temporaries are free again. */
  endStep(): void {
    for (const { type, local } of this.inUse) this.free[type].push(local);
    this.inUse = [];
  }

  /** Pushes up to 64 bits as an i64, zero above. */
  push(bits: Bits): void {
    const { code } = this;
    const constant = bits.includes(1) ? constantValue(bits.map((bit) => (bit === 1 ? 1 : 0))) : 0n;
    let pieces = 0;
    const combine = () => {
      if (pieces++ > 0) code.op(op.i64Or);
    };
    for (let at = 0; at < bits.length; ) {
      const signal = this.model.driverOf(bits[at] ?? 0);
      const length = signal === undefined ? 1 : this.runLength(bits, at);
      if (signal !== undefined) at = this.pushPiece(bits, at, length, combine);
      else at++;
    }
    if (constant !== 0n || pieces === 0) {
      code.i64(constant);
      combine();
    }
  }

  /** {@link push} inside a branch: a word that is loaded here is not known after it. */
  pushFresh(bits: Bits): void {
    this.keepsLoads = false;
    this.push(bits);
    this.keepsLoads = true;
  }

  /** Pushes up to 64 bits as an i64 that continues their top bit. */
  pushSigned(bits: Bits): void {
    const top = bits.at(-1) ?? 0;
    this.push(bits.length >= 64 ? bits : [...bits, ...new Array<number>(64 - bits.length).fill(top)]);
  }

  /** Pushes one bit as an i32. */
  condition(bit: number): void {
    if (this.model.driverOf(bit) === undefined) this.code.i32(bit === 1 ? 1 : 0);
    else {
      this.push([bit]);
      this.code.op(op.i32WrapI64);
    }
  }

  /** Pops an i64 with zeros above the width: word `word` of a wire. */
  set(signal: Signal, word: number): void {
    const local = this.code.local("i64");
    this.code.set(local);
    this.locals.set(this.key(signal, word), local);
    if (this.isStored(signal)) this.storeWord(signal.address + 8 * word, local);
  }

  /** Pops an i64 and clears what is above the width of the word, then {@link set}. */
  setMasked(signal: Signal, word: number): void {
    this.mask(wordWidth(signal.widthBits, word));
    this.set(signal, word);
  }

  /** Pops an i32 that is 0 or 1: bit 0 of a wire, whose other bits become 0. */
  setFlag(signal: Signal): void {
    this.code.op(op.i64ExtendI32U);
    this.set(signal, 0);
    for (let word = 1; word < wordCount(signal.widthBits); word++) {
      this.code.i64(0n);
      this.set(signal, word);
    }
  }

  /** Clears the bits from `widthBits` on of the i64 on the stack. */
  mask(widthBits: number): void {
    if (widthBits < 64) this.code.i64(ones(widthBits)).op(op.i64And);
  }

  /** Stores a local word at a fixed address. */
  storeWord(address: number, local: number): void {
    this.code.i32(0).get(local).memory(op.i64Store, address);
  }

  /** Pushes the word at a fixed address. */
  loadWord(address: number): void {
    this.code.i32(0).memory(op.i64Load, address);
  }

  /** Pops an i64: word `word` of what the register holds after the next clock edge. */
  storeNext(state: Signal, word: number): void {
    const local = this.temp();
    this.code.set(local);
    this.storeWord(state.address + this.model.stateBytes + 8 * word, local);
  }

  /**
   * The address of `bits` as consecutive words, zero above. Constants and stored signals are used where they are; anything else is
   * copied to a place of its own.
   */
  pointer(bits: Bits): number {
    const { model } = this;
    const words = wordCount(bits.length);
    if (isConstant(bits)) {
      const address = model.reserve(8 * words);
      model.initial.push({ address, bytes: bytesOf(bits, words) });
      return address;
    }
    const signal = wholeSignal(model, bits);
    if (signal !== undefined && (signal.kind !== "wire" || this.isStored(signal))) return signal.address;
    const address = model.reserve(8 * words);
    for (let word = 0; word < words; word++) {
      this.code.i32(0);
      this.push(wordBits(bits, word));
      this.code.memory(op.i64Store, address + 8 * word);
    }
    return address;
  }

  /** How many of the bits from `at` on are consecutive bits of one word of one signal. */
  private runLength(bits: Bits, at: number): number {
    const { model } = this;
    const signal = model.driverOf(bits[at] ?? 0);
    const start = model.positionOf(bits[at] ?? 0);
    const most = Math.min(bits.length - at, 64 - (start % 64));
    let length = 1;
    while (length < most) {
      const bit = bits[at + length] ?? 0;
      if (model.driverOf(bit) !== signal || model.positionOf(bit) !== start + length) break;
      length++;
    }
    return length;
  }

  /** Pushes bits `[at, at+length)` (or a run of copies of one bit that follows) shifted to their place; returns where it ended. */
  private pushPiece(bits: Bits, at: number, length: number, combine: () => void): number {
    const { code, model } = this;
    const first = bits[at] ?? 0;
    const last = bits[at + length - 1] ?? 0;
    const signal = model.driverOf(first) as Signal;
    const low = model.positionOf(first) % 64;
    const word = Math.floor(model.positionOf(first) / 64);
    const available = wordWidth(signal.widthBits, word);
    let end = at + length;
    while (bits[end] === last) end++;
    this.pushWord(signal, word);
    if (end > at + length) {
      const above = 64 - (low + length);
      if (above > 0) code.i64(BigInt(above)).op(op.i64Shl);
      code.i64(BigInt(64 - length)).op(op.i64ShrS);
      this.mask(end - at);
    } else {
      if (low > 0) code.i64(BigInt(low)).op(op.i64ShrU);
      if (low + length < available) this.mask(length);
    }
    if (at > 0) code.i64(BigInt(at)).op(op.i64Shl);
    combine();
    return end;
  }

  private pushWord(signal: Signal, word: number): void {
    const key = this.key(signal, word);
    const known = this.locals.get(key);
    if (known !== undefined) {
      this.code.get(known);
      return;
    }
    this.loadWord(signal.address + 8 * word);
    if (!this.keepsLoads) return;
    const local = this.code.local("i64");
    this.code.tee(local);
    this.locals.set(key, local);
  }

  private key(signal: Signal, word: number): number {
    return signal.address + 8 * word;
  }
}

/** The signal that consists of exactly these bits. */
export function wholeSignal(model: Model, bits: Bits): Signal | undefined {
  const signal = model.driverOf(bits[0] ?? 0);
  if (signal?.widthBits !== bits.length) return undefined;
  return bits.every((bit, i) => model.driverOf(bit) === signal && model.positionOf(bit) === i)
    ? signal
    : undefined;
}

/** Constant bits as little-endian bytes of whole words. */
export function bytesOf(bits: Bits, words: number): Uint8Array {
  const bytes = new Uint8Array(8 * words);
  bits.forEach((bit, i) => {
    if (bit === 1) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7));
  });
  return bytes;
}
