/** Pairs of addresses that are looked at first. */
const samplePairs = 96;

/** Visits the addresses of `of` word by word, parted by the values of the signals: `mask` are the word's addresses in `cell`. */
function eachCell(
  signals: readonly Uint32Array[],
  of: Uint32Array,
  visit: (cell: number, mask: number, word: number) => void,
): void {
  const masks = new Int32Array(2 ** signals.length);
  for (let w = 0; w < of.length; w++) {
    if (of[w] === 0) continue;
    masks[0] = of[w]!;
    let length = 1;
    for (const signal of signals) {
      const s = signal[w]!;
      for (let c = 0; c < length; c++) {
        masks[c + length] = masks[c]! & s;
        masks[c] = masks[c]! & ~s;
      }
      length *= 2;
    }
    for (let c = 0; c < length; c++) if (masks[c] !== 0) visit(c, masks[c]!, w);
  }
}

/** For each value of the signals: whether an address of `of` has it. */
export function splitCells(signals: readonly Uint32Array[], of: Uint32Array): Uint8Array {
  const cells = new Uint8Array(2 ** signals.length);
  eachCell(signals, of, (cell) => {
    cells[cell] = 1;
  });
  return cells;
}

/** Pairs of addresses that need different values and that some signals do not tell apart. */
export class Conflicts {
  readonly none: boolean;
  /** Addresses with 1 and with 0, in pairs. */
  readonly #pairs: [number, number][] = [];
  constructor(
    private readonly signals: readonly Uint32Array[],
    private readonly on: Uint32Array,
    private readonly off: Uint32Array,
  ) {
    const cells = 2 ** signals.length;
    const ones: number[][] = Array.from({ length: cells }, () => []);
    const zeros: number[][] = Array.from({ length: cells }, () => []);
    const each = (plane: Uint32Array, into: number[][]): void =>
      eachCell(signals, plane, (cell, mask, word) => {
        const list = into[cell]!;
        if (list.length < 24) list.push(word * 32 + (31 - Math.clz32(mask & -mask)));
      });
    each(on, ones);
    each(off, zeros);
    let none = true;
    const sample = (list: readonly number[], i: number): number => list[i % list.length]!;
    for (let c = 0; c < cells; c++) if (ones[c]!.length > 0 && zeros[c]!.length > 0) none = false;
    this.none = none;
    for (let i = 0; !none && this.#pairs.length < samplePairs && i < 24; i++) {
      for (let c = 0; c < cells; c++) {
        if (ones[c]!.length > 0 && zeros[c]!.length > 0 && i < Math.max(ones[c]!.length, zeros[c]!.length)) {
          this.#pairs.push([sample(ones[c]!, i), sample(zeros[c]!, i)]);
        }
      }
    }
  }

  /** At most `room` signals that tell all pairs apart together with those there are, or `undefined`. */
  separators(
    candidates: readonly number[],
    planes: readonly Uint32Array[],
    room: number,
    cost: (signal: number) => number,
  ): readonly number[] | undefined {
    const count = Math.min(this.#pairs.length, samplePairs);
    const words = Math.ceil(count / 32);
    const full = Array.from({ length: words }, (_, w) =>
      count - 32 * w >= 32 ? -1 : (1 << (count - 32 * w)) - 1,
    );
    const told = candidates.map((candidate) => {
      const plane = planes[candidate]!;
      const mask = new Int32Array(words);
      for (let i = 0; i < count; i++) {
        const [a, b] = this.#pairs[i]!;
        if ((((plane[a >>> 5]! >>> (a & 31)) ^ (plane[b >>> 5]! >>> (b & 31))) & 1) !== 0)
          mask[i >> 5]! |= 1 << (i & 31);
      }
      return mask;
    });
    const order = candidates.map((_, i) => i).sort((a, b) => cost(candidates[a]!) - cost(candidates[b]!));
    const covers = (masks: readonly Int32Array[]): boolean =>
      full.every((word, w) => (masks.reduce((all, mask) => all | mask[w]!, 0) & word) === word);
    if (room >= 1) {
      for (const i of order) {
        if (covers([told[i]!]) && this.#proved([planes[candidates[i]!]!])) return [candidates[i]!];
      }
    }
    if (room >= 2) {
      for (let x = 0; x < order.length; x++) {
        const first = told[order[x]!]!;
        for (let y = 0; y < x; y++) {
          const second = told[order[y]!]!;
          let all = true;
          for (let w = 0; w < words; w++) {
            if (((first[w]! | second[w]!) & full[w]!) !== full[w]) {
              all = false;
              break;
            }
          }
          if (!all) continue;
          const [a, b] = [candidates[order[x]!]!, candidates[order[y]!]!];
          if (this.#proved([planes[a]!, planes[b]!])) return [a, b];
        }
      }
    }
    return undefined;
  }

  /** Whether no value of the signals comes with both 1 and 0; ends at the first that does. */
  #proved(more: readonly Uint32Array[]): boolean {
    const signals = [...this.signals, ...more];
    const seen = new Uint8Array(2 ** signals.length);
    const masks = new Int32Array(seen.length);
    const conflicts = (word: number, w: number, value: 1 | 2): boolean => {
      if (word === 0) return false;
      masks[0] = word;
      let length = 1;
      for (const signal of signals) {
        const s = signal[w]!;
        for (let c = 0; c < length; c++) {
          masks[c + length] = masks[c]! & s;
          masks[c] = masks[c]! & ~s;
        }
        length *= 2;
      }
      for (let c = 0; c < length; c++) {
        if (masks[c] === 0) continue;
        if ((seen[c]! | value) === 3) return true;
        seen[c] = value;
      }
      return false;
    };
    for (let w = 0; w < this.on.length; w++) {
      if (conflicts(this.on[w]!, w, 1) || conflicts(this.off[w]!, w, 2)) return false;
    }
    return true;
  }
}
