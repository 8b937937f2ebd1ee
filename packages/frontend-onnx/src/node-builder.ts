import {
  type AnyOpDef,
  type AttrSchema,
  type AttrsInit,
  type AttrValue,
  Constant,
  type Diagnostic,
  type ElemType,
  type Graph,
  InferError,
  isFloat,
  type Location,
  type OpDef,
  type Tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { badForm, overLimit, typeMismatch } from "./diagnostics.js";
import type { NodeRef } from "./graph-check.js";
import type { OnnxAttribute, OnnxNode, OnnxTensor } from "./model.js";
import { countElements } from "./tensor-in.js";

/** What a node builder needs of the import that runs it. */
export interface BuildScope {
  readonly graph: Graph;
  readonly maxElements: number;
  /** The value of a name that has been made; `undefined` for none. */
  lookUp(name: string): Value | undefined;
  /** The value's tensor when only constants lead to it: evaluates what lies between. */
  fold(value: Value): Tensor | undefined;
  /** Whether only constants lead to a value. Evaluates nothing. */
  isConstant(value: Value): boolean;
  readTensor(t: OnnxTensor, loc: Location): Tensor | Diagnostic;
}

/** Thrown inside a handler: this node cannot be built, for the reason that the diagnostic gives. */
export class Refusal extends Error {
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
  }
}

type Valued = Exclude<OnnxAttribute, { readonly kind: "unsupported" }>;
type Values = { readonly [A in Valued as A["kind"]]: A["value"] };
type Kind = keyof Values;

/** What a handler sees of one node: its operands as values, its attributes checked by type, and a way to emit ops. */
export class NodeBuilder {
  readonly node: OnnxNode;
  readonly loc: Location;
  /** Version of the node's domain. */
  readonly opset: number;
  readonly #scope: BuildScope;
  readonly #read = new Set<string>();

  constructor(ref: NodeRef, opset: number, scope: BuildScope) {
    this.node = ref.node;
    this.loc = ref.loc;
    this.opset = opset;
    this.#scope = scope;
  }

  get maxElements(): number {
    return this.#scope.maxElements;
  }

  /** Ends the build of this node. `reason` is a clause whose subject is the operator, e.g. `has no bias`. */
  refuse(reason: string, hint?: string): never {
    throw new Refusal(badForm(this.node.op, reason, this.loc, hint));
  }

  // Operands.

  /** Whether operand `index` is there; ONNX leaves one out with an empty name. */
  has(index: number): boolean {
    return Boolean(this.node.inputs[index]);
  }

  get operandCount(): number {
    return this.node.inputs.length;
  }

  value(index: number): Value {
    const name = this.node.inputs[index];
    const value = name ? this.#scope.lookUp(name) : undefined;
    return value ?? this.refuse(`lacks operand ${index}`);
  }

  /** Every operand; refuses one that is left out. */
  values(): Value[] {
    return this.node.inputs.map((_, i) => this.value(i));
  }

  shape(index: number): readonly number[] {
    return this.value(index).type.shape;
  }

  elem(index: number): ElemType {
    return this.value(index).type.elem;
  }

  isConstant(value: Value): boolean {
    return this.#scope.isConstant(value);
  }

  /** The tensor of an operand that must be known now, since it decides the op's form. */
  constant(index: number, what: string): Tensor {
    return (
      this.folded(this.value(index)) ??
      this.refuse(`has ${what} that the input decides`, "make it a constant")
    );
  }

  /** The tensor of a value that only constants lead to. */
  folded(value: Value): Tensor | undefined {
    return this.#scope.fold(value);
  }

  /** A constant list of integers, e.g. axes or a shape. Beyond 2^53 it saturates: ONNX writes "to the end" so. */
  ints(index: number, what: string): number[] {
    const { data } = this.constant(index, what);
    const limit = Number.MAX_SAFE_INTEGER;
    return Array.from(data as ArrayLike<number | bigint>, (v) =>
      Math.max(-limit, Math.min(limit, Number(v))),
    );
  }

  /** One constant number. */
  number(index: number, what: string): number {
    const tensor = this.constant(index, what);
    if (tensor.data.length !== 1) this.refuse(`has ${what} of ${tensor.data.length} elements instead of one`);
    return Number(tensor.data[0]);
  }

  // Attributes.

  attribute<K extends Kind>(name: string, kind: K): Values[K] | undefined {
    this.#read.add(name);
    const found = this.node.attributes.get(name);
    if (!found) return undefined;
    if (found.kind !== kind) {
      const what = found.kind === "unsupported" ? found.what : found.kind;
      this.refuse(`has attribute \`${name}\` of kind ${what}`, `give it as ${kind}`);
    }
    const value: unknown = found.value;
    return value as Values[K];
  }

  hasAttribute(name: string): boolean {
    return this.node.attributes.has(name);
  }

  int(name: string): number | undefined;
  int(name: string, fallback: number): number;
  int(name: string, fallback?: number): number | undefined {
    const value = this.attribute(name, "int");
    return value === undefined ? fallback : saturate(value);
  }

  float(name: string): number | undefined;
  float(name: string, fallback: number): number;
  float(name: string, fallback?: number): number | undefined {
    // Python writes `1` where it means `1.0`.
    const isInt = this.node.attributes.get(name)?.kind === "int";
    return (isInt ? this.int(name) : this.attribute(name, "float")) ?? fallback;
  }

  string(name: string, fallback: string): string {
    return this.attribute(name, "string") ?? fallback;
  }

  intList(name: string): number[] | undefined {
    return this.attribute(name, "ints")?.map(saturate);
  }

  tensor(name: string): Tensor | undefined {
    const found = this.attribute(name, "tensor");
    if (!found) return undefined;
    const tensor = this.#scope.readTensor(found, this.loc);
    if ("code" in tensor) throw new Refusal(tensor);
    return tensor;
  }

  /** Marks attributes that say nothing about the result, so that nobody is warned of them. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.#read.add(name);
  }

  /** Attributes that the handler never asked for. */
  get unread(): string[] {
    return [...this.node.attributes.keys()].filter((name) => !this.#read.has(name));
  }

  // Ops.

  /** Appends an op with one result. Integers that only constants lead to become a constant at once. */
  emit<S extends AttrSchema>(def: OpDef<S>, operands: readonly Value[], attrs?: AttrsInit<S>): Value {
    return this.emitAll(def, operands, attrs)[0]!;
  }

  /** `emit` for ops with several results. */
  emitAll<S extends AttrSchema>(
    def: OpDef<S>,
    operands: readonly Value[],
    attrs?: AttrsInit<S>,
  ): readonly Value[] {
    const results = this.emitOpen(def, operands, attrs);
    if (results.some((r) => isFloat(r.type.elem)) || !operands.every((v) => this.isConstant(v)))
      return results;
    return results.map((r) => {
      const tensor = this.folded(r);
      return tensor ? this.make(tensor) : r;
    });
  }

  /** Appends an op and leaves it as it is, also on constants: quantizers stay visible. */
  emitOpen<S extends AttrSchema>(
    def: OpDef<S>,
    operands: readonly Value[],
    attrs?: AttrsInit<S>,
  ): readonly Value[] {
    let results: readonly Value[];
    try {
      results = this.#scope.graph.create(
        def as AnyOpDef,
        operands,
        (attrs ?? {}) as Readonly<Record<string, AttrValue>>,
        { loc: this.loc },
      ).results;
    } catch (error) {
      if (!(error instanceof InferError || error instanceof TypeError)) throw error;
      throw new Refusal(typeMismatch(this.node.op, error.message, this.loc));
    }
    for (const result of results) {
      this.limit(result.type.shape);
      // Asked op by op, so that the answer never has to walk a long network.
      this.#scope.isConstant(result);
    }
    return results;
  }

  /** Refuses a result that is beyond the limit, before it is allocated. */
  limit(shape: readonly number[]): void {
    if (countElements(shape) > this.maxElements) {
      throw new Refusal(overLimit(`the result of \`${this.node.op}\``, shape, this.maxElements, this.loc));
    }
  }

  make(value: Tensor): Value {
    return Constant.build(this.#scope.graph, [], { value }, { loc: this.loc });
  }

  /** A constant of plain numbers. */
  makeFrom(elem: ElemType, shape: readonly number[], values: readonly number[]): Value {
    return this.make(tensorFrom(elem, shape, values));
  }

  fail(diagnostic: Diagnostic): never {
    throw new Refusal(diagnostic);
  }
}

function saturate(value: bigint): number {
  const limit = Number.MAX_SAFE_INTEGER;
  return Math.max(-limit, Math.min(limit, Number(value)));
}
