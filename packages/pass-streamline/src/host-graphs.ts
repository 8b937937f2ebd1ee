import { Constant, cloneOp, Graph, isInt, type Module, Return, type Value } from "@gatefold/core";
import { cast, type EmitMemo, emitExpr, shaped } from "./emit-expr.js";
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
export function buildHead({ main, head }: Module, ports: readonly DeviceInput[]): Graph | undefined {
  const plain =
    ports.length === main.inputs.length && ports.every(({ source }, i) => source === main.inputs[i]);
  if (plain) return head;
  const graph = new Graph("head");
  const values = new Map<Value, Value>();
  if (head) {
    const inner = new Map<Value, Value>();
    for (const input of head.inputs) inner.set(input, graph.addInput(input.type, input.name));
    main.inputs.forEach((input, i) => {
      values.set(input, shaped(cloneSlice(head.outputs[i]!, graph, inner), input.type.shape, graph));
    });
  } else {
    for (const input of main.inputs) values.set(input, graph.addInput(input.type, input.name));
  }
  graph.setOutputs(ports.map(({ source }) => cloneSlice(source, graph, values)));
  graph.eraseDead();
  return graph;
}

/** What is left for the host after the device. */
export interface Tail {
  /** `undefined` when the device gives the network's outputs as they are. */
  readonly graph: Graph | undefined;
  readonly deviceOutputs: readonly Value[];
  /** Outputs of the network that need one of its real inputs again, after the device. */
  readonly impossible: readonly Value[];
}

/**
 * The graph from the device's outputs to the network's own: last scales, softmax, casts, and then what was the tail
 * already. Also says which integer tensors the device has to give.
 */
export function buildTail({ main, tail }: Module, facts: ReadonlyMap<Value, Fact>): Tail {
  const graph = new Graph("tail");
  const ports = new Map<Value, Value>();
  const values = new Map<Value, Value>();
  const memo: EmitMemo = new Map();

  const port = (base: Value): Value => {
    const known = ports.get(base) ?? graph.addInput(base.type, base.name);
    ports.set(base, known);
    return known;
  };
  const build = (value: Value): Value | undefined => {
    const fact = facts.get(value);
    if (fact?.kind === "constant") return Constant.build(graph, [], { value: fact.tensor });
    if (fact?.kind === "flow") return fitted(emitExpr(fact.expr, graph, port(fact.base), memo), value, graph);
    if (fact?.kind !== "host") return undefined;
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

  const made = main.outputs.map(emit);
  const impossible = main.outputs.filter((_, i) => made[i] === undefined);
  const own = made.filter((v) => v !== undefined);
  const plain = own.every((v, i) => v === graph.inputs[i]) && own.length === graph.inputs.length;
  graph.setOutputs(tail && impossible.length === 0 ? append(tail, graph, own) : own);
  return { graph: plain ? tail : graph, deviceOutputs: [...ports.keys()], impossible };
}

/** Copies a graph behind values of another; gives its outputs. */
function append(after: Graph, graph: Graph, inputs: readonly Value[]): Value[] {
  const values = new Map(after.inputs.map((v, i) => [v, shaped(inputs[i]!, v.type.shape, graph)]));
  for (const op of after.ops()) if (!Return.is(op)) cloneOp(op, graph, values);
  return after.outputs.map((v) => values.get(v)!);
}

/** The value in the shape and the integer type that the network gives it. */
function fitted(value: Value, like: Value, graph: Graph): Value {
  const same = shaped(value, like.type.shape, graph);
  return isInt(same.type.elem) ? cast(same, like.type.elem, graph) : same;
}
