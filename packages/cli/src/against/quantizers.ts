import {
  Constant,
  elementCount,
  type Graph,
  isFloat,
  isInt,
  type Op,
  Return,
  type Value,
} from "@gatefold/core";
import { DepthToSpace } from "@gatefold/dialect-q";

/** Values that depend on the graph's inputs. */
export function flowing(graph: Graph): ReadonlySet<Value> {
  const found = new Set<Value>(graph.inputs);
  for (const op of graph.ops()) {
    if (op.operands.some((value) => found.has(value))) for (const result of op.results) found.add(result);
  }
  return found;
}

/** The integer codes that a network makes of reals on its way, in the order of its ops. */
export function quantizersOf(graph: Graph): readonly Value[] {
  const flows = flowing(graph);
  return [...graph.ops()].flatMap((op) => {
    const [result, ...more] = op.results;
    if (!result || more.length > 0 || !flows.has(result)) return [];
    const { elem } = result.type;
    const codes = isInt(elem) && elem !== "bool" && op.operands.some((v) => isFloat(v.type.elem));
    return codes ? [result] : [];
  });
}

/** Codes of the network with the tensor of the integer graph that holds the same. */
export interface CodePair {
  readonly codes: Value;
  readonly integers: Value;
}

/**
 * Which tensors of the integer graph are which codes of the network: those that come from the same node, with as many
 * elements of the same type. Codes that are laid out in blocks of pixels afterwards may stand in another order; they
 * are left out, and so are nodes that stand for several quantizers.
 */
export function codePairs(codes: readonly Value[], integers: Graph): readonly CodePair[] {
  const byNode = new Map<string, Value[]>();
  for (const op of integers.ops()) {
    const { node } = op.loc;
    if (node === undefined || Constant.is(op) || Return.is(op)) continue;
    byNode.set(node, [...(byNode.get(node) ?? []), ...op.results]);
  }
  const nodeOf = (value: Value): string | undefined => value.op?.loc.node;
  return codes.flatMap((value) => {
    const node = nodeOf(value);
    if (node === undefined || codes.filter((other) => nodeOf(other) === node).length > 1) return [];
    const same = (byNode.get(node) ?? []).filter(
      ({ type }) => type.elem === value.type.elem && elementCount(type) === elementCount(value.type),
    );
    const found = same.at(-1);
    const moved = found?.uses.some(({ op }) => DepthToSpace.is(op)) ?? false;
    return found && !moved ? [{ codes: value, integers: found }] : [];
  });
}

/** The ops that make a value from values that are compared, and from inputs; in the order of the graph. */
export function opsBetween(value: Value, compared: ReadonlySet<Value>): readonly Op[] {
  const seen = new Set<Op>();
  const visit = (at: Value): void => {
    if (!at.op || seen.has(at.op)) return;
    seen.add(at.op);
    for (const operand of at.op.operands) if (!compared.has(operand)) visit(operand);
  };
  visit(value);
  return [...value.graph.ops()].filter((op) => seen.has(op));
}

/** Nodes of ops, each once; ops on constants alone are parameters, not layers. */
export function nodesOf(ops: readonly Op[]): readonly string[] {
  const [first] = ops;
  if (!first) return [];
  const flows = flowing(first.graph);
  const nodes = ops.filter((op) => op.results.some((value) => flows.has(value))).map(({ loc }) => loc.node);
  return [...new Set(nodes.filter((node) => node !== undefined))];
}
