/**
 * A vector of single-bit connections, least significant first. 0 and 1 are the constants; from 2 on it is the number that Yosys gave the
 * bit. Unknown (`x`) bits are 0: the simulator knows two states.
 */
export type Bits = readonly number[];

/** Bits of a connection as the Yosys JSON writes them. */
export function bitsOf(connection: readonly (number | string)[]): Bits {
  return connection.map((bit) => (typeof bit === "number" ? bit : bit === "1" ? 1 : 0));
}

/** The low `widthBits` of `bits`, continued by copies of the top bit (`signed`) or by zeros. */
export function extend(bits: Bits, widthBits: number, signed: boolean): Bits {
  if (bits.length >= widthBits) return bits.length === widthBits ? bits : bits.slice(0, widthBits);
  const fill = signed ? (bits.at(-1) ?? 0) : 0;
  return [...bits, ...new Array<number>(widthBits - bits.length).fill(fill)];
}

/** Bits of a constant written most significant first, as Yosys writes parameters. */
export function constantBits(text: string): Bits {
  return Array.from(text, (c) => (c === "1" ? 1 : 0)).reverse();
}

export function isConstant(bits: Bits): boolean {
  return bits.every((bit) => bit < 2);
}

/** The number of 64-bit words that hold `widthBits`. */
export function wordCount(widthBits: number): number {
  return Math.ceil(widthBits / 64);
}

/** How many bits of word `word` a value of `widthBits` uses. */
export function wordWidth(widthBits: number, word: number): number {
  return Math.min(64, widthBits - 64 * word);
}

/** Bits 64·word … 64·word+63. */
export function wordBits(bits: Bits, word: number): Bits {
  return bits.length <= 64 && word === 0 ? bits : bits.slice(64 * word, 64 * word + 64);
}

/** `widthBits` ones. */
export function ones(widthBits: number): bigint {
  return (1n << BigInt(widthBits)) - 1n;
}

/** The value of a vector of constants. */
export function constantValue(bits: Bits): bigint {
  let value = 0n;
  for (let i = bits.length - 1; i >= 0; i--) value = (value << 1n) | BigInt(bits[i] ?? 0);
  return value;
}
