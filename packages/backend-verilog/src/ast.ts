/** Verilog-2005 as data: as much of it as a structural top needs. Only the printer knows the syntax. */
export interface VModule {
  readonly name: string;
  /** Lines above the module. */
  readonly comment: readonly string[];
  readonly ports: readonly VPort[];
  readonly items: readonly VItem[];
}

export interface VPort {
  readonly direction: "input" | "output";
  readonly name: string;
  readonly widthBits: number;
}

export type VItem = VComment | VWire | VAssign | VInstance | VRom;

export interface VComment {
  readonly kind: "comment";
  readonly text: string;
}

export interface VWire {
  readonly kind: "wire";
  readonly name: string;
  readonly widthBits: number;
}

export interface VAssign {
  readonly kind: "assign";
  readonly target: string;
  readonly value: VExpr;
}

/** A memory with its contents in the source: a registered read of constants. */
export interface VRom {
  readonly kind: "rom";
  readonly widthBits: number;
  readonly words: readonly bigint[];
  /** With the ports `write`, `write_addr`, `write_data`. */
  readonly isWritable?: boolean;
}

/** A parameter's value: an integer, a string, or bits of a given width. */
export type VParameter = number | string | { readonly widthBits: number; readonly value: bigint };

export interface VInstance {
  readonly kind: "instance";
  readonly module: string;
  readonly name: string;
  readonly parameters: Readonly<Record<string, VParameter>>;
  /** Port → net; `undefined` leaves an output open. */
  readonly connections: Readonly<Record<string, VExpr | undefined>>;
}

export type VExpr =
  | { readonly kind: "net"; readonly name: string }
  /** `name[low +: widthBits]`. */
  | { readonly kind: "slice"; readonly name: string; readonly low: number; readonly widthBits: number }
  /** Most significant first. */
  | { readonly kind: "concat"; readonly parts: readonly VExpr[] }
  | { readonly kind: "constant"; readonly widthBits: number; readonly value: bigint };

export const net = (name: string): VExpr => ({ kind: "net", name });
export const slice = (name: string, low: number, widthBits: number): VExpr => ({
  kind: "slice",
  name,
  low,
  widthBits,
});
export const concat = (...parts: readonly VExpr[]): VExpr => ({ kind: "concat", parts });
export const zero = (widthBits: number): VExpr => ({ kind: "constant", widthBits, value: 0n });

/** Bits of a literal that still fit a line. */
const literalBits = 320;

/** A constant of any width; long ones are cut into several literals. */
export function constant(value: bigint, widthBits: number): VExpr {
  if (widthBits <= literalBits) return { kind: "constant", widthBits, value };
  const parts: VExpr[] = [];
  for (let low = 0; low < widthBits; low += literalBits) {
    const bits = Math.min(literalBits, widthBits - low);
    parts.unshift({ kind: "constant", widthBits: bits, value: BigInt.asUintN(bits, value >> BigInt(low)) });
  }
  return concat(...parts);
}
