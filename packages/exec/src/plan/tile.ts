import type { Arg, Call, TileStep } from "../program.js";
import { elementBytes, type Storage } from "../storage.js";
import type { MemoryPlan } from "./memory.js";

/** Where a value lies: rows of `cols` elements, `strideBytes` apart. */
export interface Held {
  readonly slot: number;
  readonly storage: Storage | "planes" | "sums";
  readonly rows: number;
  readonly cols: number;
  readonly strideBytes: number;
}

export type TileKind = "i32" | "f64";
type Dense = Exclude<Storage, "bits">;

/** Two tiles of a block should share a first-level cache with a slice of the weights. */
const tileBytes = 32 << 10;
const mostBlockRows = 128;
/** What a block's windows gather should stay in the second-level cache beside the weights. */
const gatheredBytes = 128 << 10;

export const rowsAt = (held: Held, offset = 0): Arg => ({
  slot: held.slot,
  stride: held.strideBytes,
  offset,
});

/** The start of a value, which does not move from block to block. */
export const wholeAt = (held: Held): Arg => ({ slot: held.slot, stride: 0 });

/** The same bytes under a name that conversions have: a store does not care for the sign. */
export const target = (storage: Dense): "i8" | "i16" | "i32" | "f64" =>
  storage === "u8" ? "i8" : storage === "u16" ? "i16" : storage;

/** Collects the calls of one step: a source, work in place on a tile, and an end. */
export class TileBuilder {
  readonly ops: string[] = [];
  readonly kernels: string[] = [];
  readonly #calls: Call[] = [];
  readonly #memory: MemoryPlan;
  readonly rows: number;
  readonly cols: number;
  kind: TileKind = "i32";
  /** Which tile holds the values now. */
  tile: 0 | 1 = 0;
  #widest = 0;
  readonly #room: number;
  readonly #gathered: [number, number] = [0, 0];

  /** `room`: columns behind the last that a kernel may write to. */
  constructor(memory: MemoryPlan, rows: number, cols: number, room = 0) {
    this.#memory = memory;
    this.rows = rows;
    this.cols = cols;
    this.#room = room;
  }

  /** Tile 2 or 3 for rows of that many bytes. */
  gathered(which: 2 | 3, strideBytes: number): Arg {
    this.#gathered[which - 2] = Math.max(this.#gathered[which - 2]!, strideBytes);
    return { tile: which };
  }

  get other(): 0 | 1 {
    return this.tile === 0 ? 1 : 0;
  }

  /** Bytes from row to row of a tile. */
  stride(kind: TileKind = this.kind): number {
    const bytes = Math.ceil(((this.cols + this.#room) * elementBytes(kind)) / 16) * 16;
    this.#widest = Math.max(this.#widest, bytes);
    return bytes;
  }

  call(fn: string, ...args: Arg[]): void {
    this.#calls.push({ fn, args });
  }

  /** Converts a stored value into a tile. */
  load(held: Held, kind: TileKind, tile: 0 | 1): void {
    this.call(
      `convert_${held.storage}_${kind}`,
      rowsAt(held),
      held.strideBytes,
      { tile },
      this.stride(kind),
      "rows",
      this.cols,
    );
  }

  /** Changes the kind of the working values; the caller knows that they fit. */
  convert(kind: TileKind): void {
    if (kind === this.kind) return;
    const [from, to] = [this.stride(), this.stride(kind)];
    this.call(
      `convert_${this.kind}_${kind}`,
      { tile: this.tile },
      from,
      { tile: this.other },
      to,
      "rows",
      this.cols,
    );
    this.tile = this.other;
    this.kind = kind;
  }

  /** Refuses values outside `lo … hi` at run time. */
  check(lo: number, hi: number, reason: string): void {
    const clamp = (v: number): number =>
      this.kind === "i32" ? Math.min(2 ** 31 - 1, Math.max(-(2 ** 31), v)) : v;
    const { tile, kind, cols } = this;
    const strideBytes = this.stride();
    this.#calls.push({
      fn: `check_${kind}`,
      args: [{ tile }, strideBytes, "rows", cols, clamp(lo), clamp(hi)],
      check: { reason, tile, kind, cols, strideBytes },
    });
  }

  /** Writes the working values to memory. */
  store(held: Held): void {
    const to = target(held.storage as Dense);
    this.call(
      `convert_${this.kind}_${to}`,
      { tile: this.tile },
      this.stride(),
      rowsAt(held),
      held.strideBytes,
      "rows",
      this.cols,
    );
  }

  finish(op: string): TileStep {
    const fit = this.#widest === 0 ? mostBlockRows : Math.floor(tileBytes / this.#widest);
    const [one, two] = this.#gathered;
    const whole = one + two === 0 ? mostBlockRows : Math.floor(gatheredBytes / (one + two));
    const blockRows = Math.max(2, Math.min(mostBlockRows, fit, whole));
    this.#memory.tile(2, blockRows * one);
    this.#memory.tile(3, blockRows * two);
    this.#memory.tile(0, blockRows * this.#widest);
    this.#memory.tile(1, blockRows * this.#widest);
    return { kind: "tile", op, rowsPerSample: this.rows, blockRows, calls: this.#calls };
  }
}
