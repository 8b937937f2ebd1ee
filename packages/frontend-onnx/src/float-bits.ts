/** The value of an IEEE 754 binary16 bit pattern. */
export function float16FromBits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The value of a bfloat16 bit pattern: the upper half of a float32. */
export function bfloat16FromBits(bits: number): number {
  word[0] = (bits & 0xffff) * 0x10000;
  return single[0]!;
}

/** The bit pattern of a number that binary16 holds exactly (nearest below otherwise). */
export function float16ToBits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65536) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | Math.floor(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  return sign | ((exponent + 15) << 10) | (Math.floor(size * 2 ** (10 - exponent)) - 1024);
}

/** The bit pattern of a number that bfloat16 holds exactly (toward zero otherwise). */
export function bfloat16ToBits(value: number): number {
  single[0] = value;
  return word[0]! >>> 16;
}

const single = new Float32Array(1);
const word = new Uint32Array(single.buffer);
