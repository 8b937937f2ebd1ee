import { copyNode, type Netlist, type NodeId } from "@gatefold/netlist";

/**
 * Copies a netlist into another one, on words that stand for its inputs.
 *
 * @returns the words of its outputs.
 */
export function insert(
  into: Netlist,
  netlist: Netlist,
  inputs: readonly NodeId[],
  keepOrigins = false,
): NodeId[] {
  const made = new Int32Array(netlist.size);
  netlist.inputs.forEach(({ node }, i) => {
    made[node] = inputs[i]!;
  });
  for (let node = 0; node < netlist.size; node++) {
    if (netlist.kind(node) === "input") continue;
    if (keepOrigins) into.from(netlist.origin(node));
    const operands = Array.from(netlist.operands(node), (operand) => made[operand]!);
    made[node] = copyNode(netlist, node, into, operands);
  }
  return netlist.outputs.map(({ node }) => made[node]!);
}
