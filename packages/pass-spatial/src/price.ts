import { costOf, Netlist, type NetlistCost, type NodeId, narrowSums, tableLuts } from "@gatefold/netlist";
import { mapTables } from "@gatefold/pass-truthtable";

/** Work of mapping, in subsets of table bits, up to which all tables of a layer are mapped for its price. */
const maxWork = 3e7;

/**
 * LUTs of a netlist once its tables are mapped. Where mapping all would take long, some of each size are mapped, and the rest is taken
 * to be as much smaller than LogicNets' count as those.
 */
export function lutsOf(netlist: Netlist, lutInputs: 4 | 6): number {
  const bySize = new Map<number, NodeId[]>();
  let work = 0;
  for (let node = 0; node < netlist.size; node++) {
    if (netlist.kind(node) !== "table") continue;
    const inputs = netlist.operands(node).length;
    const list = bySize.get(inputs) ?? [];
    list.push(node);
    bySize.set(inputs, list);
    work += workOf(netlist, node);
  }
  const options = { k: lutInputs, objective: "area", trials: 1 } as const;
  if (work <= maxWork) {
    return withCarries(costOf(narrowSums(mapTables(netlist, options), lutInputs), lutInputs), lutInputs);
  }
  const cost = costOf(narrowSums(netlist, lutInputs), lutInputs);
  let mapped = 0;
  for (const nodes of bySize.values()) {
    const share = Math.max(1, Math.floor((nodes.length * maxWork) / work));
    const sample = nodes.slice(0, share);
    const luts = sample.reduce(
      (sum, node) => sum + costOf(mapTables(alone(netlist, node), options), lutInputs).lutCount,
      0,
    );
    mapped += (luts / ruleOf(netlist, sample, lutInputs)) * ruleOf(netlist, nodes, lutInputs);
  }
  return withCarries({ ...cost, lutCount: cost.lutCount - cost.tableLuts + mapped }, lutInputs);
}

/** LUTs for a bit of a carry chain, of which `costOf` counts one: by Yosys 0.95 on 7-series, 1.16 on ECP5 and 1.27 on iCE40. */
const lutsPerCarry = { 4: 1.2, 6: 0.95 } as const;

/** LUTs with adders as synthesis makes them. */
export function withCarries(cost: Pick<NetlistCost, "lutCount" | "carryBits">, lutInputs: 4 | 6): number {
  return Math.round(cost.lutCount + (lutsPerCarry[lutInputs] - 1) * cost.carryBits);
}

/** What a search for the best order of a table's bits costs. */
function workOf(netlist: Netlist, node: NodeId): number {
  return netlist.width(node) * 3 ** netlist.operands(node).length;
}

const ruleOf = (netlist: Netlist, nodes: readonly NodeId[], lutInputs: 4 | 6): number =>
  nodes.reduce(
    (sum, node) => sum + tableLuts(netlist.operands(node).length, netlist.width(node), lutInputs),
    0,
  );

/** A table by itself, on words like those that it reads. */
function alone(netlist: Netlist, table: NodeId): Netlist {
  const into = new Netlist("table");
  const words = new Map<NodeId, NodeId>();
  const address = Array.from(netlist.operands(table), (operand) => {
    const isBit = netlist.kind(operand) === "bit";
    const source = isBit ? netlist.operands(operand)[0]! : operand;
    const word = words.get(source) ?? into.input(`x${words.size}`, netlist.interval(source));
    words.set(source, word);
    return into.bit(word, isBit ? netlist.bitIndex(operand) : 0);
  });
  into.output("y", into.table(address, netlist.entries(table)));
  return into;
}
