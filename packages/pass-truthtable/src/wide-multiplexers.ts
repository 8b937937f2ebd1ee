import type { Netlist, NodeId } from "@gatefold/netlist";

/** A LUT that only chooses: its selectors, and what they choose between, by their value. */
interface Choice {
  readonly selectors: number;
  readonly data: readonly NodeId[];
}

/** The choice that a LUT makes with its operands `data` (places) behind the other operands as selectors. */
function choiceOf(netlist: Netlist, node: NodeId, isLut: (node: NodeId) => boolean): Choice | undefined {
  const operands = netlist.operands(node);
  const { low, high } = netlist.init(node);
  const selectors = operands.length === 3 ? 1 : operands.length === 6 ? 2 : 0;
  if (selectors === 0) return undefined;
  const value = (a: number): number => (a < 32 ? (low >>> a) & 1 : (high >>> (a - 32)) & 1);
  const places = Array.from(operands, (_, i) => i);
  const masks = places.flatMap((a) =>
    selectors === 1 ? [1 << a] : places.slice(a + 1).map((b) => (1 << a) | (1 << b)),
  );
  for (const mask of masks) {
    const chosen = places.filter((p) => (mask >>> p) & 1);
    const rest = places.filter((p) => ((mask >>> p) & 1) === 0);
    if (!rest.every((p) => isLut(operands[p]!))) continue;
    const data: NodeId[] = [];
    for (let s = 0; s < 2 ** selectors; s++) {
      const fixed = chosen.reduce((all, p, i) => all | (((s >>> i) & 1) << p), 0);
      const source = rest.find((p) => {
        for (let v = 0; v < 2 ** rest.length; v++) {
          const a = rest.reduce((all, q, i) => all | (((v >>> i) & 1) << q), fixed);
          if (value(a) !== ((a >>> p) & 1)) return false;
        }
        return true;
      });
      if (source === undefined) break;
      data.push(operands[source]!);
    }
    if (data.length === 2 ** selectors && new Set(data).size === data.length) return { selectors, data };
  }
  return undefined;
}

export interface WideMultiplexers {
  readonly f7: number;
  readonly f8: number;
  /** LUTs that became multiplexers. */
  readonly removed: number;
  /** Those, and the LUTs that feed them, which share no LUT6 any more. */
  readonly taken: ReadonlySet<NodeId>;
}

/** Chooses LUTs to become multiplexers, larger ones first; each LUT feeds one, and a multiplexer feeds none. */
export function wideMultiplexers(netlist: Netlist, luts: readonly NodeId[]): WideMultiplexers {
  const taken = new Set<NodeId>();
  let [f7, f8, removed] = [0, 0, 0];
  const isLut = (node: NodeId): boolean => netlist.kind(node) === "lut";
  const choices = luts.flatMap((node) => {
    const choice = choiceOf(netlist, node, isLut);
    return choice ? [{ node, ...choice }] : [];
  });
  choices.sort((a, b) => a.selectors - b.selectors);
  for (const { node, selectors, data } of choices.reverse()) {
    if (taken.has(node) || data.some((each) => taken.has(each))) continue;
    for (const each of [node, ...data]) taken.add(each);
    removed++;
    f7 += selectors === 2 ? 2 : 1;
    f8 += selectors === 2 ? 1 : 0;
  }
  return { f7, f8, removed, taken };
}
