import { copyNode, Netlist, type NodeId, simulate, type Vectors } from "@gatefold/netlist";

/** Vectors that are simulated at once. */
const blockVectors = 8192;

/**
 * For each table which addresses come `times` times or more on the vectors, 1 or 0 by address. For `mapTables`' `care`: the mapped
 * circuit may then differ from the netlist on any other input.
 *
 * @param vectors as in `simulate`, by input.
 */
export function rareAddresses(
  netlist: Netlist,
  vectors: Vectors,
  times: number,
): ReadonlyMap<NodeId, Uint8Array> {
  const { observed, places } = observing(netlist);
  const tables = Array.from({ length: netlist.size }, (_, node) => node).filter(
    (node) => netlist.kind(node) === "table",
  );
  const counts = new Map(
    tables.map((node) => [node, new Float64Array(2 ** netlist.operands(node).length)] as const),
  );
  const count = vectors[0]?.length ?? 0;
  for (let from = 0; from < count; from += blockVectors) {
    const block = vectors.map((column) =>
      Float64Array.from({ length: Math.min(blockVectors, count - from) }, (_, v) => column[from + v]!),
    );
    const bits = simulate(observed, block);
    for (const [node, own] of counts) {
      const columns = Array.from(netlist.operands(node), (operand) => bits[places.get(operand)!]!);
      for (let v = 0; v < block[0]!.length; v++) {
        let address = 0;
        for (let i = 0; i < columns.length; i++) address |= columns[i]![v]! << i;
        own[address]!++;
      }
    }
  }
  return new Map([...counts].map(([node, own]) => [node, Uint8Array.from(own, (n) => (n >= times ? 1 : 0))]));
}

/** The netlist with the bits that tables read as its outputs, and the place of each. */
function observing(netlist: Netlist): {
  readonly observed: Netlist;
  readonly places: ReadonlyMap<NodeId, number>;
} {
  const observed = new Netlist(netlist.name);
  const names = new Map(netlist.inputs.map(({ name, node }) => [node, name]));
  const made = new Int32Array(netlist.size);
  const places = new Map<NodeId, number>();
  for (let node = 0; node < netlist.size; node++) {
    const operands = Array.from(netlist.operands(node), (operand) => made[operand]!);
    made[node] =
      netlist.kind(node) === "input"
        ? observed.input(names.get(node)!, netlist.interval(node))
        : copyNode(netlist, node, observed, operands);
    if (netlist.kind(node) !== "table") continue;
    for (const bit of netlist.operands(node)) {
      if (places.has(bit)) continue;
      observed.output(`bit${places.size}`, made[bit]!);
      places.set(bit, places.size);
    }
  }
  return { observed, places };
}
