import { Netlist, type NodeId } from "./netlist.js";

/** Nodes that some output depends on, as 0 and 1. */
export function liveNodes(netlist: Netlist): Uint8Array {
  const live = new Uint8Array(netlist.size);
  for (const { node } of netlist.outputs) live[node] = 1;
  for (const { node } of netlist.inputs) live[node] = 1;
  for (let node = netlist.size - 1; node >= 0; node--) {
    if (live[node] === 1) for (const operand of netlist.operands(node)) live[operand] = 1;
  }
  return live;
}

/**
 * Builds a netlist anew from its live nodes. `replace` may build something else for a node: it gets the new netlist and the new
 * operands, and gives the new node, or `undefined` to have the node copied. Whatever it gives must compute the same word.
 * `leave` may put something between a node and an output.
 */
export function rebuild(
  netlist: Netlist,
  replace: (into: Netlist, node: NodeId, operands: readonly NodeId[]) => NodeId | undefined = () => undefined,
  leave: (into: Netlist, node: NodeId, made: NodeId) => NodeId = (_into, _node, made) => made,
): Netlist {
  const live = liveNodes(netlist);
  const into = new Netlist(netlist.name);
  const made = new Int32Array(netlist.size);
  const inputNames = new Map(netlist.inputs.map(({ name, node }) => [node, name]));
  for (let node = 0; node < netlist.size; node++) {
    if (live[node] === 0) continue;
    into.from(netlist.origin(node));
    const operands = Array.from(netlist.operands(node), (operand) => made[operand]!);
    made[node] =
      netlist.kind(node) === "input"
        ? into.input(inputNames.get(node)!, netlist.interval(node))
        : (replace(into, node, operands) ?? copyNode(netlist, node, into, operands));
  }
  for (const { name, node } of netlist.outputs) into.output(name, leave(into, node, made[node]!));
  return into;
}

/** The same node in another netlist, on other operands. */
export function copyNode(netlist: Netlist, node: NodeId, into: Netlist, operands: readonly NodeId[]): NodeId {
  switch (netlist.kind(node)) {
    case "input":
      throw new RangeError(`%${node} is an input`);
    case "constant":
      return into.constant(netlist.interval(node).lo);
    case "bit":
      return into.bit(operands[0]!, netlist.bitIndex(node));
    case "word":
      return into.word(operands, netlist.wordSigned(node), netlist.interval(node));
    case "lut":
      return into.lut(operands, netlist.init(node));
    case "table":
      return into.table(operands, netlist.entries(node));
    case "sum":
      return into.sum(
        netlist.terms(node).map((term, i) => ({ ...term, node: operands[i]! })),
        netlist.interval(node),
      );
    case "clamp":
      return into.clamp(operands[0]!, netlist.interval(node));
    case "register":
      return into.register(operands[0]!);
  }
}

/** How many nodes of each kind, and how deep LUTs lie between registers. */
export interface NetlistStats {
  readonly byKind: Readonly<Record<string, number>>;
  /** LUTs on the longest way between registers or ports; sums and tables count as one level each. */
  readonly levels: number;
}

export function statsOf(netlist: Netlist): NetlistStats {
  const live = liveNodes(netlist);
  const byKind: Record<string, number> = {};
  const level = new Int32Array(netlist.size);
  let levels = 0;
  for (let node = 0; node < netlist.size; node++) {
    if (live[node] === 0) continue;
    const kind = netlist.kind(node);
    byKind[kind] = (byKind[kind] ?? 0) + 1;
    let deepest = 0;
    for (const operand of netlist.operands(node)) deepest = Math.max(deepest, level[operand]!);
    const counts = kind === "lut" || kind === "table" || kind === "sum" || kind === "clamp";
    level[node] = kind === "register" ? 0 : deepest + (counts ? 1 : 0);
    levels = Math.max(levels, level[node]!);
  }
  return { byKind, levels };
}
