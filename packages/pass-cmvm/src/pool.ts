import { type Interval, trailingZeros, unsignedBits } from "@gatefold/netlist";

/** `±node · 2^power`, packed into an integer: 23 bits of node, 6 of power, one of sign. */
export type Digit = number;

export function digitOf(node: number, power: number, negative: boolean): Digit {
  return node * 128 + power * 2 + (negative ? 1 : 0);
}
export const nodeOfDigit = (digit: Digit): number => digit >> 7;
export const powerOfDigit = (digit: Digit): number => (digit >> 1) & 63;
export const signOfDigit = (digit: Digit): number => digit & 1;

/**
 * The adders made so far, in order. Node 0 … inputs-1 are the inputs; node `i` beyond is `left · 2^l ± right · 2^r`, where one of l, r is 0
 * and `shift[i]` = r - l. Each node knows its coefficients (what multiple of each input it is), so its interval is exact even where
 * parts of its operands cancel.
 */
export class Pool {
  readonly left: number[] = [];
  readonly right: number[] = [];
  readonly shift: number[] = [];
  readonly subtract: number[] = [];
  readonly depth: number[] = [];
  readonly lo: number[] = [];
  readonly hi: number[] = [];
  /** Bits of the largest magnitude, without sign. */
  readonly top: number[] = [];
  /** 1 where there are negative values. */
  readonly signed: number[] = [];
  /** Trailing zeros that all values have. */
  readonly step: number[] = [];
  readonly inputs: readonly Interval[];
  /** Coefficients by node, a row of one for each input. */
  #rows: Float64Array;
  readonly #made = new Map<number, number>();

  constructor(inputs: readonly Interval[]) {
    this.inputs = inputs;
    this.#rows = new Float64Array(inputs.length * Math.max(64, inputs.length * 4));
    for (let i = 0; i < inputs.length; i++) {
      this.#reserve();
      this.#rows[i * inputs.length + i] = 1;
      this.#push(-1, -1, 0, 0, 0);
    }
  }

  get size(): number {
    return this.left.length;
  }

  /** What multiple of each input a node is. */
  coefficients(node: number): Float64Array {
    return this.#rows.subarray(node * this.inputs.length, (node + 1) * this.inputs.length);
  }

  /** The length of the carry chain of `left ± right · 2^shift`; a negative `shift` shifts `left`. */
  bits(left: number, right: number, shift: number): number {
    const [up, down] = shift < 0 ? [-shift, 0] : [0, shift];
    return (
      Math.max(this.top[left]! + up, this.top[right]! + down) +
      (this.signed[left]! | this.signed[right]!) -
      Math.max(this.step[left]! + up, this.step[right]! + down)
    );
  }

  bitsOf(node: number): number {
    return this.bits(this.left[node]!, this.right[node]!, this.shift[node]!);
  }

  /** `left ± right · 2^shift`; equal adders are made once. */
  add(left: number, right: number, shift: number, subtract: number): number {
    const key = (left * 2 ** 20 + right) * 256 + (shift + 64) * 2 + subtract;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    this.#reserve();
    const rows = this.#rows;
    const width = this.inputs.length;
    const scaleLeft = 2 ** Math.max(0, -shift);
    const scaleRight = (subtract ? -1 : 1) * 2 ** Math.max(0, shift);
    const [from, a, b] = [this.size * width, left * width, right * width];
    for (let i = 0; i < width; i++) rows[from + i] = rows[a + i]! * scaleLeft + rows[b + i]! * scaleRight;
    const depth = Math.max(this.depth[left]!, this.depth[right]!) + 1;
    const node = this.#push(left, right, shift, subtract, depth);
    this.#made.set(key, node);
    return node;
  }

  /** A word whose adders lie elsewhere: it is this multiple of the inputs, and at most so deep. */
  given(coefficients: Float64Array, depth: number): number {
    this.#reserve();
    this.#rows.set(coefficients, this.size * this.inputs.length);
    return this.#push(-1, -1, 0, 0, depth);
  }

  #reserve(): void {
    const end = (this.size + 1) * this.inputs.length;
    if (end <= this.#rows.length) return;
    const larger = new Float64Array(end * 2);
    larger.set(this.#rows);
    this.#rows = larger;
  }

  /** A node whose coefficients are written already. */
  #push(left: number, right: number, shift: number, subtract: number, depth: number): number {
    const node = this.size;
    const width = this.inputs.length;
    let [lo, hi, step] = [0, 0, 63];
    for (let i = 0; i < width; i++) {
      const c = this.#rows[node * width + i]!;
      if (c === 0) continue;
      const input = this.inputs[i]!;
      lo += c < 0 ? c * input.hi : c * input.lo;
      hi += c < 0 ? c * input.lo : c * input.hi;
      if (step > 0) step = Math.min(step, trailingZeros(c));
    }
    this.left.push(left);
    this.right.push(right);
    this.shift.push(shift);
    this.subtract.push(subtract);
    this.depth.push(depth);
    this.lo.push(lo);
    this.hi.push(hi);
    this.top.push(unsignedBits(Math.max(-lo - 1, hi)));
    this.signed.push(lo < 0 ? 1 : 0);
    this.step.push(step);
    return node;
  }
}
