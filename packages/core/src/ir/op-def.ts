import type { Location } from "../diag/diagnostic.js";
import type { AttrSchema, AttrsInit, AttrsOf, AttrValue } from "./attr.js";
import type { Graph } from "./graph.js";
import type { InterfaceImpl } from "./interface.js";
import type { Op, Value } from "./op.js";
import type { Tensor } from "./tensor-data.js";
import type { ValueType } from "./type.js";

/** What an op's `infer` sees: types and attributes, and constants where an operand is one. */
export interface InferInput<A> {
  readonly operands: readonly ValueType[];
  readonly attrs: A;
}

/** Marks a narrowed op, so that the other branch of `Def.is(op)` stays an `Op`. Exists in types only. */
declare const narrowed: unique symbol;

/** An op whose attributes are known by type. */
export type TypedOp<A> = Op & { readonly attrs: A; readonly [narrowed]: true };

/** A broken constraint: the label stands in the op's docstring. */
export interface Violation {
  readonly label: string;
  readonly message: string;
}

/** Thrown by `infer` when operands and attributes fit no result type. */
export class InferError extends Error {
  override readonly name = "InferError";
}

export interface OperandSpec {
  readonly name: string;
  /** `variadic` takes any number and stands last; `optional` may be left out at the end. */
  readonly arity: "one" | "optional" | "variadic";
}

export interface OpDefInit<S extends AttrSchema> {
  readonly name: string;
  readonly summary: string;
  /** `"x"`, `"x?"` (may be left out at the end) or `"xs*"` (any number, last). */
  readonly operands: readonly string[];
  readonly attrs?: S;
  /** Result types. Throws `InferError` with the reason. */
  infer(input: InferInput<AttrsOf<S>>): readonly ValueType[];
  /** Constraints beyond what `infer` needs. */
  verify?(op: TypedOp<AttrsOf<S>>): Iterable<Violation>;
  /**
   * The definition of what the op means. Shapes are read from the tensors, never from the types: the same op is
   * evaluated on whole ranges at once.
   */
  evaluate?(operands: readonly Tensor[], attrs: AttrsOf<S>): readonly Tensor[];
  readonly interfaces?: readonly InterfaceImpl[];
}

export interface OpDef<S extends AttrSchema = AttrSchema> {
  readonly name: string;
  readonly summary: string;
  readonly operands: readonly OperandSpec[];
  readonly attrs: S;
  readonly interfaces: readonly InterfaceImpl[];
  infer(input: InferInput<AttrsOf<S>>): readonly ValueType[];
  verify(op: TypedOp<AttrsOf<S>>): Iterable<Violation>;
  readonly evaluate: ((operands: readonly Tensor[], attrs: AttrsOf<S>) => readonly Tensor[]) | undefined;
  /** Narrows an op to this definition. */
  is(op: Op | undefined): op is TypedOp<AttrsOf<S>>;
  /** The op of this definition that makes `value`, if one does. */
  match(value: Value | undefined): TypedOp<AttrsOf<S>> | undefined;
  /** Appends the op to a graph (or before `init.before`); infers types; throws `InferError` or `TypeError`. */
  create(
    graph: Graph,
    operands: readonly Value[],
    attrs?: AttrsInit<S>,
    init?: CreateInit,
  ): TypedOp<AttrsOf<S>>;
  /** `create`, for ops of one result. */
  build(graph: Graph, operands: readonly Value[], attrs?: AttrsInit<S>, init?: CreateInit): Value;
}

export interface CreateInit {
  readonly loc?: Location;
  readonly before?: Op | undefined;
  /** Name hints of the results. */
  readonly names?: readonly (string | undefined)[];
}

// biome-ignore lint/suspicious/noExplicitAny: a definition is used at many attribute types; only `any` is both co- and contravariant
export type AnyOpDef = OpDef<any>;

function parseOperand(text: string): OperandSpec {
  const arity = text.endsWith("*") ? "variadic" : text.endsWith("?") ? "optional" : "one";
  return { name: arity === "one" ? text : text.slice(0, -1), arity };
}

/** Declares an operation. Names are `dialect.snake_case`. */
export function defineOp<const S extends AttrSchema = Record<never, never>>(init: OpDefInit<S>): OpDef<S> {
  if (!/^[a-z][a-z0-9]*(\.[a-z][a-z0-9_]*)+$/.test(init.name))
    throw new TypeError(`\`${init.name}\` is not \`dialect.snake_case\``);
  const def: OpDef<S> = {
    name: init.name,
    summary: init.summary,
    operands: Object.freeze(init.operands.map(parseOperand)),
    attrs: init.attrs ?? ({} as S),
    interfaces: Object.freeze([...(init.interfaces ?? [])]),
    infer: (input) => init.infer(input),
    verify: (op) => init.verify?.(op) ?? [],
    evaluate: init.evaluate ? (operands, attrs) => init.evaluate!(operands, attrs) : undefined,
    is: (op): op is TypedOp<AttrsOf<S>> => op?.def === (def as AnyOpDef),
    match: (value) => (def.is(value?.op) ? (value!.op as TypedOp<AttrsOf<S>>) : undefined),
    create: (graph, operands, attrs, options) =>
      graph.create(def as AnyOpDef, operands, (attrs ?? {}) as Record<string, AttrValue>, options) as TypedOp<
        AttrsOf<S>
      >,
    build: (graph, operands, attrs, options) => {
      const [result, ...more] = def.create(graph, operands, attrs, options).results;
      if (!result || more.length > 0) throw new TypeError(`\`${init.name}\` does not have one result`);
      return result;
    },
  };
  return Object.freeze(def);
}
