import {
  Constant,
  constantOf,
  type Diagnostic,
  EvaluateError,
  evaluateOp,
  Graph,
  InferError,
  isFloat,
  type Location,
  type Tensor,
  type TensorType,
  type Value,
  verifyGraph,
} from "@gatefold/core";
import { type CoverageEntry, chooseHandler, domainVersion } from "./coverage.js";
import { nonFinite, outputCount, typeMismatch, unreadAttribute } from "./diagnostics.js";
import type { NodeRef } from "./graph-check.js";
import type { HandlerTable, OnnxHandler } from "./handler.js";
import type { OnnxModel, OnnxTensor } from "./model.js";
import { type BuildScope, NodeBuilder, Refusal } from "./node-builder.js";
import { readTensor, type TensorSource } from "./tensor-in.js";

export interface BuiltGraph {
  readonly graph: Graph;
  readonly coverage: readonly CoverageEntry[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Builds every node that can be built, so that one run finds all that cannot. */
export class GraphBuilder implements BuildScope {
  readonly graph: Graph;
  readonly maxElements: number;
  readonly #model: OnnxModel;
  readonly #source: TensorSource;
  readonly #file: Location;
  readonly #initializers: Map<string, OnnxTensor>;
  readonly #values = new Map<string, Value>();
  /** Names of values that could not be made. */
  readonly #broken = new Set<string>();
  readonly #folded = new Map<Value, Tensor | undefined>();
  readonly #constant = new Map<Value, boolean>();
  readonly #coverage = new Map<NodeRef, CoverageEntry>();
  readonly #diagnostics: Diagnostic[] = [];

  constructor(model: OnnxModel, source: TensorSource, file: Location) {
    this.graph = new Graph("main");
    this.maxElements = source.maxElements;
    this.#model = model;
    this.#source = source;
    this.#file = file;
    this.#initializers = new Map(model.graph.initializers.map((t) => [t.name, t]));
  }

  /** `inputs` has the type of every graph input that is no initializer. */
  build(
    refs: readonly NodeRef[],
    sorted: readonly NodeRef[],
    inputs: ReadonlyMap<string, TensorType>,
    table: HandlerTable,
  ): BuiltGraph {
    for (const { name } of this.#model.graph.inputs) {
      const type = inputs.get(name);
      if (type) this.#values.set(name, this.graph.addInput(type, name));
      else if (!this.#initializers.has(name)) this.#broken.add(name);
    }
    for (const ref of sorted) this.#node(ref, chooseHandler(this.#model, table, ref));
    const outputs = this.#model.graph.outputs.map(({ name }) => this.lookUp(name));
    const whole = outputs.filter((v) => v !== undefined);
    if (whole.length === outputs.length) {
      this.graph.setOutputs(whole, this.#file);
      this.graph.eraseDead();
      this.#checkFinite();
      if (!this.#diagnostics.some((d) => d.severity === "error"))
        this.#diagnostics.push(...verifyGraph(this.graph));
    }
    const coverage = refs.map((ref) => this.#coverage.get(ref)!);
    return { graph: this.graph, coverage, diagnostics: this.#diagnostics };
  }

  lookUp(name: string): Value | undefined {
    const made = this.#values.get(name);
    if (made || this.#broken.has(name)) return made;
    const initializer = this.#initializers.get(name);
    if (!initializer) return undefined;
    const tensor = this.readTensor(initializer, this.#file);
    if ("code" in tensor) {
      this.#diagnostics.push(tensor);
      this.#broken.add(name);
      return undefined;
    }
    const loc = { ...this.#file, node: name };
    const value = Constant.build(this.graph, [], { value: tensor }, { loc, names: [name] });
    this.#values.set(name, value);
    return value;
  }

  isConstant(value: Value): boolean {
    const known = this.#constant.get(value);
    if (known !== undefined) return known;
    const answer = value.op?.operands.every((v) => this.isConstant(v)) ?? false;
    this.#constant.set(value, answer);
    return answer;
  }

  fold(value: Value): Tensor | undefined {
    const constant = constantOf(value);
    if (constant || !this.isConstant(value)) return constant;
    if (!this.#folded.has(value)) {
      const { op } = value;
      const results = evaluateOp(
        op!,
        op!.operands.map((v) => this.fold(v)!),
      );
      op!.results.forEach((result, i) => {
        this.#folded.set(result, results[i]);
      });
    }
    return this.#folded.get(value);
  }

  readTensor(t: OnnxTensor, loc: Location): Tensor | Diagnostic {
    return readTensor(t, this.#source, loc);
  }

  #node(ref: NodeRef, choice: OnnxHandler | Diagnostic): void {
    const { node } = ref;
    const opset = domainVersion(this.#model, node.domain);
    const entry = { node: ref.label, op: node.op, domain: node.domain, opset };
    const isBlocked = node.inputs.some((name) => name && !this.lookUp(name));
    const why = "code" in choice ? choice : isBlocked ? undefined : this.#run(ref, opset, choice);
    if (!why && !isBlocked) {
      this.#coverage.set(ref, { ...entry, status: "mapped" });
      return;
    }
    for (const name of node.outputs) if (name) this.#broken.add(name);
    if (!why) {
      this.#coverage.set(ref, { ...entry, status: "blocked" });
      return;
    }
    this.#diagnostics.push(why);
    const nearest = why.hint === undefined ? {} : { nearest: why.hint };
    this.#coverage.set(ref, { ...entry, status: "unmapped", reason: why.message, ...nearest });
  }

  /** Builds one node; gives the reason when it cannot be. */
  #run(ref: NodeRef, opset: number, handler: OnnxHandler): Diagnostic | undefined {
    const { node, loc } = ref;
    const builder = new NodeBuilder(ref, opset, this);
    try {
      const made = handler.build(builder);
      const results = Array.isArray(made) ? (made as readonly Value[]) : [made as Value];
      if (node.outputs.findLastIndex(Boolean) >= results.length) {
        return outputCount(node.op, node.outputs.length, results.length, loc);
      }
      this.#define(node.outputs, results);
    } catch (error) {
      if (error instanceof Refusal) return error.diagnostic;
      if (error instanceof EvaluateError || error instanceof InferError) {
        return typeMismatch(node.op, error.message, loc);
      }
      throw error;
    }
    const { unread } = builder;
    if (unread.length > 0) this.#diagnostics.push(unreadAttribute(node.op, unread, loc));
    return undefined;
  }

  #define(names: readonly string[], results: readonly Value[]): void {
    names.forEach((name, i) => {
      if (!name) return;
      const value = results[i]!;
      value.name ??= name;
      this.#values.set(name, value);
    });
  }

  /** Constants that are left in the network; bounds that became attributes are not among them. */
  #checkFinite(): void {
    for (const op of this.graph.ops()) {
      if (!Constant.is(op) || !isFloat(op.attrs.value.elem)) continue;
      const { data, shape } = op.attrs.value;
      const at = (data as Float32Array).findIndex((v) => !Number.isFinite(v));
      if (at < 0) continue;
      const name = op.result().name ?? op.loc.node ?? "";
      // An initializer has no node of its own.
      const loc = this.#initializers.has(name) ? this.#file : op.loc;
      this.#diagnostics.push(nonFinite(name, Number(data[at]), unravel(at, shape), loc));
    }
  }
}

/** The index along each axis of element `at` of a row-major tensor. */
function unravel(at: number, shape: readonly number[]): number[] {
  let rest = at;
  const index = shape.map(() => 0);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}
