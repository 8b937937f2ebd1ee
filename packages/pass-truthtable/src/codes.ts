import { bitOf, liveNodes, type Netlist, type NodeId } from "@gatefold/netlist";
import { reachableAddresses, sourceOf } from "./reachable.js";

/** A table that reads a code, and at which of its address bits. */
export interface CodeReader {
  readonly table: NodeId;
  readonly places: readonly { readonly place: number; readonly bit: number }[];
}

/** What may change as codes are merged: entries, and which addresses come. */
export interface WorkingTable {
  readonly entries: Int32Array;
  readonly care: Uint8Array;
}

export interface CodeGraph {
  /** Live tables, by node. */
  readonly tables: ReadonlyMap<NodeId, WorkingTable>;
  /** Tables whose codes only tables read, through registers, and who these are. */
  readonly internal: ReadonlyMap<NodeId, readonly CodeReader[]>;
}

/** Which tables a netlist has, and whose codes nobody but tables sees: those codes are free. */
export function codeGraph(netlist: Netlist): CodeGraph {
  const live = liveNodes(netlist);
  const reachable = reachableAddresses(netlist);
  const readers: NodeId[][] = Array.from({ length: netlist.size }, () => []);
  for (let node = 0; node < netlist.size; node++) {
    if (live[node] === 1) for (const operand of new Set(netlist.operands(node))) readers[operand]!.push(node);
  }
  const isOutput = new Set(netlist.outputs.map(({ node }) => node));
  const isBit = (node: NodeId): boolean => netlist.interval(node).lo === 0 && netlist.interval(node).hi === 1;
  /** Whether a word and all that holds it is read by tables alone. */
  const onlyTables = (node: NodeId): boolean =>
    !isOutput.has(node) &&
    readers[node]!.every((reader) => {
      const kind = netlist.kind(reader);
      if (kind === "table") return isBit(node);
      return (kind === "register" || kind === "bit") && onlyTables(reader);
    });
  const tables = new Map<NodeId, WorkingTable>();
  const internal = new Map<NodeId, CodeReader[]>();
  for (const [node, care] of reachable) {
    if (live[node] === 0) continue;
    tables.set(node, { entries: netlist.entries(node).slice(), care: care.slice() });
    if (onlyTables(node)) internal.set(node, []);
  }
  for (const table of tables.keys()) {
    const places = new Map<NodeId, { place: number; bit: number }[]>();
    netlist.operands(table).forEach((operand, place) => {
      const { node, bit } = sourceOf(netlist, operand);
      const list = places.get(node) ?? [];
      list.push({ place, bit });
      places.set(node, list);
    });
    for (const [source, list] of places) internal.get(source)?.push({ table, places: list });
  }
  return { tables, internal };
}

/** Codes that a table emits at addresses that come, ascending. */
export function emittedCodes({ entries, care }: WorkingTable): number[] {
  const codes = new Set<number>();
  for (let a = 0; a < care.length; a++) if (care[a] === 1) codes.add(entries[a]!);
  return [...codes].sort((a, b) => a - b);
}

/** For each code of a table: which code stands for it. Codes that no reader tells apart are merged, in tables and in readers. */
export function mergeCodes(graph: CodeGraph, node: NodeId): ReadonlyMap<number, number> {
  const table = graph.tables.get(node)!;
  const readers = graph.internal.get(node)!;
  const standing: number[] = [];
  const standsFor = new Map<number, number>();
  for (const code of emittedCodes(table)) {
    const same = standing.find((other) => readers.every((reader) => agree(graph, reader, other, code)));
    if (same === undefined) standing.push(code);
    else for (const reader of readers) absorb(graph, reader, same, code);
    standsFor.set(code, same ?? code);
  }
  for (let a = 0; a < table.entries.length; a++) {
    table.entries[a] = standsFor.get(table.entries[a]!) ?? table.entries[a]!;
  }
  return standsFor;
}

/** Bits of an address that one code sets. */
export const codePattern = (reader: Pick<CodeReader, "places">, code: number): number =>
  reader.places.reduce((pattern, { place, bit }) => pattern | (bitOf(code, bit) << place), 0);

function agree({ tables }: CodeGraph, reader: CodeReader, a: number, b: number): boolean {
  const { entries, care } = tables.get(reader.table)!;
  const mask = codePattern(reader, -1);
  const [x, y] = [codePattern(reader, a), codePattern(reader, b)];
  for (let rest = 0; rest < entries.length; rest++) {
    if ((rest & mask) !== 0) continue;
    if (care[rest | x] === 1 && care[rest | y] === 1 && entries[rest | x] !== entries[rest | y]) return false;
  }
  return true;
}

/** From now on code `b` never comes: its entries go to `a`'s addresses, where those never came. */
function absorb({ tables }: CodeGraph, reader: CodeReader, a: number, b: number): void {
  const { entries, care } = tables.get(reader.table)!;
  const mask = codePattern(reader, -1);
  const [x, y] = [codePattern(reader, a), codePattern(reader, b)];
  if (x === y) return;
  for (let rest = 0; rest < entries.length; rest++) {
    if ((rest & mask) !== 0 || care[rest | y] === 0) continue;
    entries[rest | x] = entries[rest | y]!;
    care[rest | x] = 1;
    care[rest | y] = 0;
  }
}
