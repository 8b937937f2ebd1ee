import {
  type AnyOpDef,
  Constant,
  constantOf,
  type ElemType,
  type Graph,
  type Op,
  Return,
  type Tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { dtypeOfElem } from "../dtype.js";
import type { OnnxAttribute, OnnxNode, OnnxTensor, OnnxValueInfo } from "../model.js";
import { writeTensor } from "../tensor-out.js";

/** How one op is written. */
export interface ExportHandler {
  readonly def: AnyOpDef;
  /** Appends the op's nodes. What has no form it leaves with `writer.fail(reason)`. */
  write(op: Op, writer: GraphWriter): void;
}

const FIRST_OPSET_OF_TWO_BITS = 25;

/** Thrown inside an export handler: the op has no ONNX form, for the reason given. */
export class NoForm extends Error {}

/** Collects the nodes and initializers of one file from the graphs of a module, one after the other. */
export class GraphWriter {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  /** Versions of the domains in use; `""` is ai.onnx. */
  readonly opsets: Map<string, number>;
  readonly #graphs: readonly Graph[];
  readonly #names = new Map<Value, string>();
  readonly #taken = new Set<string>();

  constructor(graphs: readonly Graph[], opset: number) {
    this.#graphs = graphs;
    this.opsets = new Map([["", opset]]);
  }

  /** Asks for a version of a domain, or a later one. */
  require(domain: string, version: number): void {
    this.opsets.set(domain, Math.max(version, this.opsets.get(domain) ?? 1));
  }

  fail(reason: string): never {
    throw new NoForm(reason);
  }

  /** A name that nothing has yet. */
  fresh(hint: string): string {
    let name = hint;
    for (let i = 1; this.#taken.has(name); i++) name = `${hint}_${i}`;
    this.#taken.add(name);
    return name;
  }

  /** The value itself, or what an earlier graph gives for it: an input of `main` is an output of `head`. */
  origin(value: Value): Value {
    const at = this.#graphs.indexOf(value.graph);
    return value.op || at <= 0 ? value : this.origin(this.#graphs[at - 1]!.outputs[value.index]!);
  }

  /** Every op that reads a value, in its own graph and in the next; `undefined` where it is an output of all. */
  readers(value: Value): (Op | undefined)[] {
    return value.uses.flatMap(({ op, index }) => {
      if (!Return.is(op)) return [op];
      const next = this.#graphs[this.#graphs.indexOf(value.graph) + 1];
      return next ? this.readers(next.inputs[index]!) : [undefined];
    });
  }

  /** The name of a value; a constant becomes an initializer when it is first asked for. */
  name(value: Value): string {
    const source = this.origin(value);
    const known = this.#names.get(source);
    if (known !== undefined) return known;
    const name = this.fresh(source.name || (source.op ? source.op.def.name.replace(".", "_") : "input"));
    this.#names.set(source, name);
    const constant = Constant.match(source);
    if (constant) this.#store(constant.attrs.value, name);
    return name;
  }

  constant(value: Value): Tensor | undefined {
    return constantOf(this.origin(value));
  }

  /** An initializer beside the graph's own constants. */
  initializer(tensor: Tensor, hint: string): string {
    const name = this.fresh(hint);
    this.#store(tensor, name);
    return name;
  }

  integers(values: readonly number[], hint: string, shape: readonly number[] = [values.length]): string {
    return this.initializer(tensorFrom("i64", shape, values), hint);
  }

  /** Writes the results of `op` under `name(result)` as the outputs of a node. */
  node(
    op: Op,
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute | undefined>> = {},
    domain = "",
  ): void {
    this.nodeTo(
      op.results.map((r) => this.name(r)),
      op,
      type,
      inputs,
      attributes,
      domain,
    );
  }

  /** `node` with outputs of other names. */
  nodeTo(
    outputs: readonly string[],
    op: Op,
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute | undefined>> = {},
    domain = "",
  ): void {
    this.require(domain, 1);
    const given = Object.entries(attributes).filter((e): e is [string, OnnxAttribute] => e[1] !== undefined);
    this.nodes.push({
      name: op.loc.node ?? "",
      op: type,
      domain,
      inputs,
      outputs,
      attributes: new Map(given),
    });
  }

  /** The ONNX number of an element type. */
  dtype(elem: ElemType): number {
    if (elem === "i2" || elem === "u2") this.require("", FIRST_OPSET_OF_TWO_BITS);
    return dtypeOfElem(elem) ?? this.fail(`${elem} has no ONNX type`);
  }

  valueInfo(name: string, elem: ElemType, shape: readonly number[]): OnnxValueInfo {
    return { name, dtype: this.dtype(elem), shape };
  }

  #store(tensor: Tensor, name: string): void {
    this.initializers.push(writeTensor(tensor, name, this.dtype(tensor.elem)));
  }
}

export const int = (value: number | boolean): OnnxAttribute => ({ kind: "int", value: BigInt(value) });
export const float = (value: number): OnnxAttribute => ({ kind: "float", value });
export const text = (value: string): OnnxAttribute => ({ kind: "string", value });
export const ints = (values: readonly number[]): OnnxAttribute => ({
  kind: "ints",
  value: values.map(BigInt),
});
