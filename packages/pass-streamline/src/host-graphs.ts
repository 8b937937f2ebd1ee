import { Constant, cloneOp, Graph, isInt, type Module, type Op, sameShape, type Value } from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import { type Expr, emitExpr } from "./expr.js";
import type { Fact } from "./fact.js";

/** A device input and the value of the network that it carries. */
export interface DeviceInput {
  readonly source: Value;
  readonly port: Value;
}

/** Copies into `graph` all that a value needs; what is in `values` already is where the walk ends. */
function cloneSlice(value: Value, graph: Graph, values: Map<Value, Value>): Value {
  const known = values.get(value);
  if (known) return known;
  if (!value.op) throw new Error("a graph input has no copy in the host's graph");
  for (const operand of value.op.operands) cloneSlice(operand, graph, values);
  cloneOp(value.op, graph, values);
  return values.get(value)!;
}

/**
 * The graph from the network's own inputs to the device's: what a frontend put there, and the chains that end in a
 * quantizer on a real input. `undefined` when the two are the same.
 */
export function buildHead(module: Module, ports: readonly DeviceInput[]): Graph | undefined {
  const { main, head } = module;
  if (ports.every(({ source }) => source.op === undefined)) return head;
  const graph = new Graph("head");
  const values = new Map<Value, Value>();
  if (head) {
    const inner = new Map<Value, Value>();
    for (const input of head.inputs) inner.set(input, graph.addInput(input.type, input.name));
    main.inputs.forEach((input, i) => {
      values.set(input, cloneSlice(head.outputs[i]!, graph, inner));
    });
  } else {
    for (const input of main.inputs) values.set(input, graph.addInput(input.type, input.name));
  }
  graph.setOutputs(ports.map(({ source }) => cloneSlice(source, graph, values)));
  return graph;
}

/** Why an output cannot be computed after the device. */
export interface TailProblem {
  readonly op: Op | undefined;
  readonly reason: string;
}

/**
 * The graph from the device's outputs to the network's own: last scales, softmax, casts. Also says which integer
 * tensors the device has to give. `undefined` when there is nothing to do.
 */
export function buildTail(
  outputs: readonly Value[],
  facts: ReadonlyMap<Value, Fact>,
): {
  readonly tail: Graph | undefined;
  readonly deviceOutputs: readonly Value[];
  readonly problems: readonly TailProblem[];
} {
  const graph = new Graph("tail");
  const ports = new Map<Value, Value>();
  const values = new Map<Value, Value>();
  const memos = new Map<Value, Map<Expr, Value>>();
  const problems: TailProblem[] = [];

  const port = (base: Value): Value => {
    const known = ports.get(base) ?? graph.addInput(base.type, base.name);
    ports.set(base, known);
    return known;
  };
  const build = (value: Value): Value | undefined => {
    const fact = facts.get(value);
    if (fact?.kind === "constant") return Constant.build(graph, [], { value: fact.tensor });
    if (fact?.kind === "flow") {
      const memo = memos.get(fact.base) ?? new Map<Expr, Value>();
      memos.set(fact.base, memo);
      return fitted(emitExpr(fact.expr, graph, port(fact.base), memo), value, graph);
    }
    if (fact?.kind !== "host") {
      problems.push({ op: value.op, reason: "it needs a network input again, after the device" });
      return undefined;
    }
    const op = value.op!;
    const operands = op.operands.map(emit);
    if (operands.some((v) => v === undefined)) return undefined;
    const copy = graph.create(op.def, operands as Value[], op.attrs, {
      loc: op.loc,
      names: op.results.map((r) => r.name),
    });
    op.results.forEach((r, i) => {
      values.set(r, copy.result(i));
    });
    return copy.result(value.index);
  };
  const emit = (value: Value): Value | undefined => {
    const known = values.get(value);
    if (known) return known;
    const made = build(value);
    if (made) {
      values.set(value, made);
      made.name ??= value.name;
    }
    return made;
  };

  const made = outputs.map(emit);
  graph.setOutputs(made.filter((v) => v !== undefined));
  const plain =
    made.every((v, i) => v !== undefined && v === graph.inputs[i]) && made.length === graph.inputs.length;
  return { tail: plain ? undefined : graph, deviceOutputs: [...ports.keys()], problems };
}

/** The value in the shape and the integer type that the network gives it. */
function fitted(value: Value, like: Value, graph: Graph): Value {
  const shaped = sameShape(value.type.shape, like.type.shape)
    ? value
    : nn.Reshape.build(graph, [value], { shape: like.type.shape });
  if (shaped.type.elem === like.type.elem || !isInt(shaped.type.elem)) return shaped;
  return nn.Cast.build(graph, [shaped], { to: like.type.elem });
}
