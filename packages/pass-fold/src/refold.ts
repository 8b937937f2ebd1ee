import {
  Constant,
  cloneOp,
  Graph,
  type InterfaceTable,
  type Op,
  Return,
  type StreamType,
  stream,
  type Value,
} from "@gatefold/core";
import { foldedAttrs, Kernel, lanesAt, WidthConverter } from "@gatefold/dialect-hw";

/** Values of the axes of one kernel, by axis name. */
export type Fold = Readonly<Record<string, number>>;

/** The lanes that operand `index` must bring when the axes of `op` have these values. */
export function operandLanes(op: Op, index: number, fold: Fold, interfaces: InterfaceTable): number {
  const axes = interfaces.get(op.def, Kernel)?.axes(op) ?? [];
  return lanesAt(axes, { side: "operands", index }, fold) ?? (op.operand(index).type as StreamType).lanes;
}

/** Copies an op into `graph` with other folding; its stream operands must bring the lanes already. */
function createFolded(
  op: Op,
  graph: Graph,
  operands: readonly Value[],
  fold: Fold,
  interfaces: InterfaceTable,
): Op {
  const axes = interfaces.get(op.def, Kernel)!.axes(op);
  const names = op.results.map((r) => r.name);
  return graph.create(op.def, operands, foldedAttrs(op, axes, fold), { loc: op.loc, names });
}

/** The op alone in a graph of its own with the given folding, to ask its kernel what that would mean. */
export function probe(op: Op, fold: Fold, interfaces: InterfaceTable): Op {
  const graph = new Graph("probe");
  const model = interfaces.get(op.def, Kernel);
  const operands = op.operands.map((v, i) => {
    const { type } = v;
    if (type.kind === "stream") {
      const shape = model?.shapeAt?.(op, { side: "operands", index: i }, fold) ?? type.shape;
      return graph.addInput(stream(type.elem, shape, operandLanes(op, i, fold, interfaces)));
    }
    return Constant.match(v) ? cloneOp(v.op!, graph, new Map()).result() : graph.addInput(type);
  });
  return createFolded(op, graph, operands, fold, interfaces);
}

/**
 * The graph with every kernel at its folding, and a width converter wherever two kernels disagree about the lanes.
 * Graph inputs take the lanes that their reader wants.
 */
export function refold(graph: Graph, foldOf: (op: Op) => Fold, interfaces: InterfaceTable): Graph {
  const into = new Graph(graph.name);
  const values = new Map<Value, Value>();
  for (const input of graph.inputs) {
    const type = input.type as StreamType;
    const lanes = wantedLanes(input, foldOf, interfaces) ?? type.lanes;
    values.set(input, into.addInput(stream(type.elem, type.shape, lanes), input.name));
  }
  for (const op of graph.ops()) {
    if (Return.is(op) || Constant.is(op)) {
      cloneOp(op, into, values);
      continue;
    }
    const fold = foldOf(op);
    const view = interfaces.get(op.def, Kernel)?.view;
    const operands = op.operands.map((v, i) => {
      const value = values.get(v)!;
      if (value.type.kind !== "stream" || view) return value;
      const lanes = operandLanes(op, i, fold, interfaces);
      return value.type.lanes === lanes
        ? value
        : WidthConverter.build(into, [value], { lanes }, { loc: op.loc });
    });
    const copy = createFolded(op, into, operands, fold, interfaces);
    op.results.forEach((result, i) => {
      values.set(result, copy.result(i));
    });
  }
  return into;
}

/** The lanes that the first reader of a stream takes; `undefined` at the graph's end. */
function wantedLanes(value: Value, foldOf: (op: Op) => Fold, interfaces: InterfaceTable): number | undefined {
  const use = firstReader(value, interfaces);
  return use && operandLanes(use.op, use.index, foldOf(use.op), interfaces);
}

/** The first kernel that reads a stream, looking through ops that are wires only; `undefined` at the graph's end. */
export function firstReader(value: Value, interfaces: InterfaceTable): Value["uses"][number] | undefined {
  const use = value.uses[0];
  if (!use || Return.is(use.op)) return undefined;
  return interfaces.get(use.op.def, Kernel)?.view ? firstReader(use.op.result(), interfaces) : use;
}
