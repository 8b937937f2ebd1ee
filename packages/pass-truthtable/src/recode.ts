import { type Netlist, type NodeId, rebuild, unsignedBits } from "@gatefold/netlist";
import { type CodeGraph, codeGraph, codePattern, emittedCodes, mergeCodes } from "./codes.js";
import { sourceOf } from "./reachable.js";

/** New codes: bits, and the old code that each new one means. */
interface Encoding {
  readonly widthBits: number;
  readonly newOf: ReadonlyMap<number, number>;
  /** By new code; unused ones mean some old code too. */
  readonly oldOf: readonly number[];
}

/**
 * Other codes between tables. A code that only tables read, through registers or not, is free: codes that no reader tells apart
 * become one, what never comes is left out, and the rest is numbered anew. What outputs compute stays, what registers hold does not.
 */
export function recodeTables(netlist: Netlist): Netlist {
  const graph = codeGraph(netlist);
  // Readers first: codes of theirs that have become one make more of their own inputs alike.
  for (const node of [...graph.internal.keys()].reverse()) mergeCodes(graph, node);
  const encodings = new Map<NodeId, Encoding>();
  for (const node of graph.internal.keys())
    encodings.set(node, encodingOf(emittedCodes(graph.tables.get(node)!)));
  const made = new Map<NodeId, NodeId>();
  return rebuild(netlist, (into, node, operands) => {
    if (netlist.kind(node) === "register") {
      const register = into.register(operands[0]!);
      made.set(node, register);
      return register;
    }
    if (netlist.kind(node) !== "table") return undefined;
    const table = recoded(netlist, graph, encodings, into, node, operands, made);
    made.set(node, table);
    return table;
  });
}

/** A group of address bits: the bits of one code, or one bit of something else. */
interface Group {
  readonly bits: readonly NodeId[];
  /** By value of those bits: what it sets in the old address. */
  readonly patterns: readonly number[];
}

function recoded(
  netlist: Netlist,
  graph: CodeGraph,
  encodings: ReadonlyMap<NodeId, Encoding>,
  into: Netlist,
  node: NodeId,
  operands: readonly NodeId[],
  made: ReadonlyMap<NodeId, NodeId>,
): NodeId {
  const old = netlist.operands(node);
  const words = new Map<NodeId, { place: number; bit: number }[]>();
  const groups: Group[] = [];
  old.forEach((operand, place) => {
    const { node: source, bit } = sourceOf(netlist, operand);
    if (!encodings.has(source)) {
      groups.push({ bits: [operands[place]!], patterns: [0, 1 << place] });
      return;
    }
    const word = netlist.kind(operand) === "bit" ? netlist.operands(operand)[0]! : operand;
    const places = words.get(word) ?? [];
    places.push({ place, bit });
    words.set(word, places);
  });
  for (const [word, places] of words) {
    let source = word;
    while (netlist.kind(source) === "register") source = netlist.operands(source)[0]!;
    const { widthBits, oldOf } = encodings.get(source)!;
    groups.push({
      bits: Array.from({ length: widthBits }, (_, b) => into.bit(made.get(word)!, b)),
      patterns: oldOf.map((code) => codePattern({ places }, code)),
    });
  }
  const { entries } = graph.tables.get(node)!;
  const encoding = encodings.get(node);
  let addresses = [0];
  for (const { patterns } of groups)
    addresses = patterns.flatMap((pattern) => addresses.map((a) => a | pattern));
  return into.table(
    groups.flatMap(({ bits }) => bits),
    addresses.map((a) => (encoding ? (encoding.newOf.get(entries[a]!) ?? 0) : entries[a]!)),
  );
}

/**
 * Codes by rank, so that what grows with a sum still does: both bits of three codes (0, 1, 3) and the higher one of four are then
 * thresholds of it. Measured on trained networks, Gray codes and the third assignment of two bits take 10 to 25 % more LUTs.
 */
function encodingOf(codes: readonly number[]): Encoding {
  const ranks = codes.length === 3 ? [0, 1, 3] : codes.map((_, i) => i);
  const newOf = new Map(codes.map((code, i) => [code, ranks[i]!]));
  const widthBits = unsignedBits(codes.length - 1);
  const oldOf = Array.from({ length: 2 ** widthBits }, (_, value) => {
    const below = codes.findLast((code) => newOf.get(code)! <= value);
    return below ?? 0;
  });
  return { widthBits, newOf, oldOf };
}
