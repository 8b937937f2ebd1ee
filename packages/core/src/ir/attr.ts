import type { ElemType } from "./elem.js";
import { isElemType } from "./elem.js";
import type { Tensor } from "./tensor-data.js";

/** What an attribute may hold. Plain, frozen data: it prints, parses and compares. */
export type AttrValue =
  | boolean
  | number
  | string
  | readonly number[]
  | readonly string[]
  | Tensor
  | undefined;

/** How one attribute is checked. `T` is its type in TypeScript. */
export interface AttrSpec<T extends AttrValue> {
  readonly describe: string;
  readonly optional: boolean;
  readonly fallback: T | undefined;
  accepts(value: AttrValue): boolean;
  /** Never called; carries the type. */
  readonly type?: T;
}

export type AttrSchema = Readonly<Record<string, AttrSpec<AttrValue>>>;

export type AttrsOf<S extends AttrSchema> = {
  readonly [K in keyof S]: S[K] extends AttrSpec<infer T> ? T : never;
};

/** What a caller may leave out: attributes with a default, and optional ones. */
export type AttrsInit<S extends AttrSchema> = { readonly [K in keyof S]?: AttrsOf<S>[K] };

function spec<T extends AttrValue>(
  describe: string,
  accepts: (v: AttrValue) => boolean,
  fallback: T | undefined,
): AttrSpec<T> {
  return { describe, optional: false, fallback, accepts };
}

const isList = (v: AttrValue): v is readonly number[] | readonly string[] => Array.isArray(v);
export const isTensor = (v: AttrValue): v is Tensor =>
  typeof v === "object" && v !== null && !Array.isArray(v) && "elem" in v;

/** The kinds of attribute. Each takes an optional default. */
export const attr = {
  bool: (fallback?: boolean): AttrSpec<boolean> => spec("a boolean", (v) => typeof v === "boolean", fallback),
  int: (fallback?: number): AttrSpec<number> =>
    spec("an integer", (v) => typeof v === "number" && Number.isSafeInteger(v), fallback),
  float: (fallback?: number): AttrSpec<number> => spec("a number", (v) => typeof v === "number", fallback),
  string: (fallback?: string): AttrSpec<string> => spec("a string", (v) => typeof v === "string", fallback),
  oneOf: <const T extends string>(values: readonly T[], fallback?: NoInfer<T>): AttrSpec<T> =>
    spec(`one of ${values.join(", ")}`, (v) => values.includes(v as T), fallback),
  elem: (fallback?: ElemType): AttrSpec<ElemType> =>
    spec("an element type", (v) => typeof v === "string" && isElemType(v), fallback),
  ints: (fallback?: readonly number[]): AttrSpec<readonly number[]> =>
    spec(
      "a list of integers",
      (v) => isList(v) && (v as readonly unknown[]).every((x) => Number.isSafeInteger(x)),
      fallback,
    ),
  floats: (fallback?: readonly number[]): AttrSpec<readonly number[]> =>
    spec(
      "a list of numbers",
      (v) => isList(v) && (v as readonly unknown[]).every((x) => typeof x === "number"),
      fallback,
    ),
  strings: (fallback?: readonly string[]): AttrSpec<readonly string[]> =>
    spec(
      "a list of strings",
      (v) => isList(v) && (v as readonly unknown[]).every((x) => typeof x === "string"),
      fallback,
    ),
  tensor: (): AttrSpec<Tensor> => spec<Tensor>("a tensor", isTensor, undefined),
  optional: <T extends AttrValue>(inner: AttrSpec<T>): AttrSpec<T | undefined> => ({
    describe: inner.describe,
    optional: true,
    fallback: undefined,
    accepts: (v) => v === undefined || inner.accepts(v),
  }),
} as const;

/** Fills defaults, rejects unknown and ill-typed attributes, and freezes. */
export function buildAttrs(
  opName: string,
  schema: AttrSchema,
  init: Readonly<Record<string, AttrValue>>,
): Readonly<Record<string, AttrValue>> {
  const out: Record<string, AttrValue> = {};
  for (const key of Object.keys(init)) {
    if (!(key in schema)) throw new TypeError(`\`${opName}\` has no attribute \`${key}\``);
  }
  for (const [key, entry] of Object.entries(schema)) {
    const value = init[key] === undefined ? entry.fallback : init[key];
    if (value === undefined && !entry.optional)
      throw new TypeError(`\`${opName}\` needs the attribute \`${key}\``);
    if (!entry.accepts(value))
      throw new TypeError(`\`${opName}\`: attribute \`${key}\` is not ${entry.describe}`);
    if (value !== undefined)
      out[key] = Array.isArray(value) ? (Object.freeze([...value]) as AttrValue) : value;
  }
  return Object.freeze(out);
}
