/**
 * Two-term patterns `a ± b · 2^shift` with how often each occurs: an open hash table from (a, b, shift and sign) to a dense number.
 * A pattern is never removed; its count may fall to 0.
 */
export class PatternTable {
  a: Int32Array = new Int32Array(1024);
  b: Int32Array = new Int32Array(1024);
  /** `(shift + 64) · 2 + subtract`. */
  code: Int32Array = new Int32Array(1024);
  count: Int32Array = new Int32Array(1024);
  size = 0;
  #slots = new Int32Array(4096).fill(-1);

  /** The number of a pattern, made when new. */
  find(a: number, b: number, code: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(a, b, code) & mask;
    for (;;) {
      const at = this.#slots[slot]!;
      if (at < 0) break;
      if (this.a[at] === a && this.b[at] === b && this.code[at] === code) return at;
      slot = (slot + 1) & mask;
    }
    const made = this.size++;
    if (made === this.a.length) this.#grow();
    this.a[made] = a;
    this.b[made] = b;
    this.code[made] = code;
    this.#slots[slot] = made;
    if (this.size * 2 > this.#slots.length) this.#rehash();
    return made;
  }

  #grow(): void {
    for (const column of ["a", "b", "code", "count"] as const) {
      const larger = new Int32Array(this.size * 2);
      larger.set(this[column]);
      this[column] = larger;
    }
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 4).fill(-1);
    const mask = slots.length - 1;
    for (let i = 0; i < this.size; i++) {
      let slot = hash(this.a[i]!, this.b[i]!, this.code[i]!) & mask;
      while (slots[slot]! >= 0) slot = (slot + 1) & mask;
      slots[slot] = i;
    }
    this.#slots = slots;
  }
}

function hash(a: number, b: number, code: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77) ^ Math.imul(code, 0xc2b2ae3d);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return h ^ (h >>> 13);
}

/** Numbers with scores, the largest first. */
export class MaxHeap {
  readonly #scores: number[] = [];
  readonly #items: number[] = [];

  get size(): number {
    return this.#items.length;
  }
  get topScore(): number {
    return this.#scores[0] ?? Number.NEGATIVE_INFINITY;
  }

  push(score: number, item: number): void {
    const [scores, items] = [this.#scores, this.#items];
    let at = items.length;
    scores.push(score);
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (scores[parent]! >= score) break;
      scores[at] = scores[parent]!;
      items[at] = items[parent]!;
      at = parent;
    }
    scores[at] = score;
    items[at] = item;
  }

  pop(): number {
    const [scores, items] = [this.#scores, this.#items];
    const top = items[0]!;
    const score = scores.pop()!;
    const item = items.pop()!;
    const size = items.length;
    if (size === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && scores[child + 1]! > scores[child]!) child++;
      if (scores[child]! <= score) break;
      scores[at] = scores[child]!;
      items[at] = items[child]!;
      at = child;
    }
    scores[at] = score;
    items[at] = item;
    return top;
  }
}
