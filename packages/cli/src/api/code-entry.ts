import { cloneOp, evaluate, Graph, isInt, type Op, type Tensor, type Value } from "@gatefold/core";
import { Movement } from "@gatefold/dialect-nn";

/** The op that only moves the elements of an integer tensor to where the circuit reads them, if one made the value. */
function moverOf({ op, type }: Value): Op | undefined {
  const moves = op?.def.interfaces.some((i) => i.key === Movement) ?? false;
  return moves && isInt(type.elem) ? op : undefined;
}

/**
 * The last steps of a head: from the integer codes of the network's inputs, in the network's own order, to the order in
 * which the circuit reads them (channels last). Its inputs say what codes a user gives. `undefined` when codes go in as
 * they are.
 */
export function codeEntry(head: Graph | undefined): Graph | undefined {
  if (!head?.outputs.some(moverOf)) return undefined;
  const graph = new Graph("codes");
  const values = new Map<Value, Value>();
  const copy = (value: Value): Value => {
    const known = values.get(value);
    if (known) return known;
    const op = moverOf(value);
    if (!op) {
      const input = graph.addInput(value.type, value.name);
      values.set(value, input);
      return input;
    }
    copy(op.operand(0));
    for (const parameter of op.operands.slice(1)) {
      if (!values.has(parameter)) cloneOp(parameter.op!, graph, values);
    }
    cloneOp(op, graph, values);
    return values.get(value)!;
  };
  graph.setOutputs(head.outputs.map(copy));
  return graph;
}

/** Codes in the network's order as the circuit reads them. */
export function enterCodes(entry: Graph | undefined, codes: readonly Tensor[]): readonly Tensor[] {
  return entry ? evaluate(entry, codes) : codes;
}
