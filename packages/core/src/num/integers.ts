/** Smallest `n >= 0` with `2**n >= value`; `value >= 1`. */
export function ceilLog2(value: number): number {
  let bits = 0;
  for (let reach = 1; reach < value; reach *= 2) bits++;
  return bits;
}

/** Bits of the narrowest unsigned type that holds `0 … max`; at least 1. */
export function unsignedBits(max: number): number {
  return Math.max(1, ceilLog2(max + 1));
}

/** Bits of the narrowest two's-complement type that holds `min … max`; at least 1. */
export function signedBits(min: number, max: number): number {
  return Math.max(ceilLog2(-Math.min(min, 0)), ceilLog2(Math.max(max, 0) + 1)) + 1;
}

export function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

export function lcm(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : Math.abs(a / gcd(a, b)) * Math.abs(b);
}

/** All divisors of a positive integer, ascending. */
export function divisors(value: number): number[] {
  const low: number[] = [];
  const high: number[] = [];
  for (let d = 1; d * d <= value; d++) {
    if (value % d !== 0) continue;
    low.push(d);
    if (d * d !== value) high.push(value / d);
  }
  return low.concat(high.reverse());
}

export function product(values: readonly number[]): number {
  return values.reduce((all, v) => all * v, 1);
}

/** `floor(value / 2**shift)` on integers up to 2^53, where JavaScript's own shifts wrap at 32 bits. */
export function shiftRight(value: number, shift: number): number {
  return Math.floor(value / 2 ** shift);
}
