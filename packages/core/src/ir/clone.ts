import { Graph } from "./graph.js";
import type { Module } from "./module.js";
import type { Op, Value } from "./op.js";

/** Copies one op into another graph, with operands looked up in `values`, and enters its results there. */
export function cloneOp(op: Op, into: Graph, values: Map<Value, Value>): Op {
  const operands = op.operands.map((v) => {
    const mapped = values.get(v);
    if (!mapped) throw new Error(`\`${op.def.name}\` reads a value that has no copy yet`);
    return mapped;
  });
  const copy = into.create(op.def, operands, op.attrs, { loc: op.loc, names: op.results.map((r) => r.name) });
  op.results.forEach((result, i) => {
    values.set(result, copy.result(i));
  });
  return copy;
}

/** A deep copy. Attributes are frozen data and are shared. */
export function cloneGraph(graph: Graph, name: string = graph.name): Graph {
  const copy = new Graph(name);
  const values = new Map<Value, Value>();
  for (const input of graph.inputs) values.set(input, copy.addInput(input.type, input.name));
  for (const op of graph.ops()) cloneOp(op, copy, values);
  return copy;
}

export function cloneModule(module: Module): Module {
  return {
    name: module.name,
    main: cloneGraph(module.main),
    head: module.head && cloneGraph(module.head),
    tail: module.tail && cloneGraph(module.tail),
  };
}
