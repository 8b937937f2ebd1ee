import { Constant, cloneOp, Graph, Return, type Value } from "@gatefold/core";

/**
 * What a graph computes from one of its values on. Inputs of `graph` are that value, then the other values that it needs, in the
 * order of `needs`; outputs are those of the whole.
 */
export interface Suffix {
  readonly graph: Graph;
  /** Values of the whole graph that the suffix reads beside `from`; constants are copied. */
  readonly needs: readonly Value[];
}

/** Cuts a graph behind a value: a fault there changes nothing before it, so that part is computed once. */
export function suffixFrom(whole: Graph, from: Value): Suffix {
  const graph = new Graph(`${whole.name} from ${from.name ?? "a value"}`);
  const copies = new Map<Value, Value>([[from, graph.addInput(from.type, from.name)]]);
  const needs: Value[] = [];
  const depends = new Set<Value>([from]);
  const outside = (value: Value): void => {
    if (copies.has(value)) return;
    if (value.op && Constant.is(value.op)) {
      cloneOp(value.op, graph, copies);
      return;
    }
    copies.set(value, graph.addInput(value.type, value.name));
    needs.push(value);
  };
  for (const op of whole.ops()) {
    const affected = op.operands.some((value) => depends.has(value));
    if (!affected && !Return.is(op)) continue;
    for (const value of op.operands) if (!depends.has(value)) outside(value);
    if (Return.is(op)) {
      graph.setOutputs(op.operands.map((value) => copies.get(value)!));
      continue;
    }
    cloneOp(op, graph, copies);
    for (const result of op.results) depends.add(result);
  }
  return { graph, needs };
}

/** The same graph with further values as outputs, after its own. */
export function withTaps(whole: Graph, taps: readonly Value[]): Graph {
  const graph = new Graph(whole.name);
  const copies = new Map<Value, Value>();
  for (const input of whole.inputs) copies.set(input, graph.addInput(input.type, input.name));
  for (const op of whole.ops()) {
    if (Return.is(op)) graph.setOutputs([...op.operands, ...taps].map((value) => copies.get(value)!));
    else cloneOp(op, graph, copies);
  }
  return graph;
}
