/** C++14 as data: as much of it as a dataflow top, its constants and its test bench need. Only the printer knows the syntax. */
export interface CFile {
  /** Lines above everything. */
  readonly comment: readonly string[];
  /** Name of the include guard, for a header. */
  readonly guard?: string;
  readonly includes: readonly CInclude[];
  readonly items: readonly CItem[];
}

export interface CInclude {
  readonly path: string;
  readonly isSystem?: boolean;
}

export type CItem = CFunction | CStruct | CArray | CMain;

/** The program's start, with `argc` and `argv`. */
export interface CMain {
  readonly kind: "main";
  readonly body: readonly CStatement[];
}

/** A type, or a template with arguments: `ap_uint<8>`. */
export interface CType {
  readonly name: string;
  readonly args?: readonly CArgument[];
}

export type CArgument = number | bigint | boolean | CType;

export interface CParameter {
  readonly name: string;
  readonly type: CType;
  /** How it is handed over. */
  readonly by: "reference" | "constant-reference";
}

export interface CFunction {
  readonly kind: "function";
  readonly comment?: string;
  readonly name: string;
  readonly returns: CType;
  readonly parameters: readonly CParameter[];
  readonly isStatic?: boolean;
  /** A macro of the library that stands before it. */
  readonly marker?: string;
  /** Absent for a declaration. */
  readonly body?: readonly CStatement[];
}

/** A type with static functions: a function that a template can be given. */
export interface CStruct {
  readonly kind: "struct";
  readonly comment?: string;
  readonly name: string;
  readonly functions: readonly CFunction[];
}

/** A constant array; values in row-major order. */
export interface CArray {
  readonly kind: "array";
  readonly comment?: string;
  readonly name: string;
  readonly type: CType;
  readonly dimensions: readonly number[];
  readonly values: ArrayLike<number | bigint>;
  readonly radix: 10 | 16;
}

/** A constant, or a variable. */
export interface CDeclaration {
  readonly kind: "declaration";
  readonly type: CType;
  readonly name: string;
  readonly isConstant?: boolean;
  readonly value?: CExpr;
  /** Constructor's arguments, where there is no value. */
  readonly args?: readonly CExpr[];
}

export type CStatement =
  | { readonly kind: "comment"; readonly text: string }
  /** `GATEFOLD_HLS(DIRECTIVE words key = value …)`. */
  | {
      readonly kind: "pragma";
      readonly directive: string;
      readonly words?: readonly string[];
      readonly settings?: Readonly<Record<string, string | number>>;
    }
  | { readonly kind: "expression"; readonly value: CExpr }
  | { readonly kind: "return"; readonly value: CExpr }
  | CDeclaration
  | CArray;

export type CExpr =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "integer"; readonly value: number | bigint; readonly radix?: 10 | 16 }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "call"; readonly callee: CType; readonly args: readonly CExpr[] }
  | { readonly kind: "binary"; readonly operator: "+" | "-" | "*"; readonly a: CExpr; readonly b: CExpr }
  | { readonly kind: "negate"; readonly of: CExpr }
  | { readonly kind: "index"; readonly of: CExpr; readonly at: CExpr }
  | { readonly kind: "list"; readonly values: readonly CExpr[] };

export const type = (name: string, ...args: readonly CArgument[]): CType =>
  args.length === 0 ? { name } : { name, args };
/** Something of the header library. */
export const own = (name: string, ...args: readonly CArgument[]): CType => type(`gatefold::${name}`, ...args);
export const name = (text: string): CExpr => ({ kind: "name", name: text });
export const integer = (value: number | bigint, radix: 10 | 16 = 10): CExpr => ({
  kind: "integer",
  value,
  radix,
});
export const call = (callee: CType, ...args: readonly CExpr[]): CExpr => ({ kind: "call", callee, args });
export const apUint = (widthBits: number): CType => type("ap_uint", widthBits);
export const streamOf = (widthBits: number): CType => type("hls::stream", apUint(widthBits));
