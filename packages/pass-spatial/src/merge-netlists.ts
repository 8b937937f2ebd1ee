import { definePass, type ElemType, type Graph, type Op, type Pass } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { bodyOf, netlistOf } from "@gatefold/dialect-q";
import { Netlist, type NodeId, rebuild } from "@gatefold/netlist";
import { insert } from "./insert.js";

/**
 * `netlist(netlist(x, f), g)` → `netlist(x, g ∘ f)`, where g alone reads what f makes.
 *
 * Neurons of f that g does not read go with the border between them. A reshape that keeps vectors as they are goes before both.
 */
export const mergeNetlists: Pass = definePass({
  name: "merge-netlists",
  summary: "Spatial circuits behind each other become one.",
  phase: "implement",
  semantics: "bit-exact",
  run: ({ main }) => {
    const merged = new Set<Op>();
    // The last of a row first, so that the whole row becomes one at once.
    for (const op of [...main.ops()].reverse()) {
      if (merged.has(op) || !hw.Netlist.is(op)) continue;
      const producers = producersOf(op);
      for (const { netlist } of producers) merged.add(netlist);
      if (producers.length > 0) mergeRow(main, op, producers);
    }
    main.eraseDead();
  },
});

interface Producer {
  readonly netlist: Op;
  /** Behind it, with the same vectors in another order of axes. */
  readonly reshape: Op | undefined;
}

/** The netlists in front of one that it alone reads, the nearest first. */
function producersOf(last: Op): readonly Producer[] {
  const found: Producer[] = [];
  for (let op = last; ; ) {
    const producer = producerOf(op);
    if (producer === undefined) return found;
    found.push(producer);
    op = producer.netlist;
  }
}

function producerOf(op: Op): Producer | undefined {
  const link = op.operand(0);
  const from = link.op;
  if (from === undefined || link.uses.length !== 1) return undefined;
  if (hw.Netlist.is(from)) return { netlist: from, reshape: undefined };
  if (!hw.Reshape.is(from)) return undefined;
  const inner = from.operand(0);
  const isSame = inner.type.shape.at(-1) === link.type.shape.at(-1);
  if (!isSame || inner.uses.length !== 1 || !inner.op || !hw.Netlist.is(inner.op)) return undefined;
  return { netlist: inner.op, reshape: from };
}

function mergeRow(graph: Graph, last: Op, producers: readonly Producer[]): void {
  const first = producers.at(-1)!.netlist;
  const circuits = [last, ...producers.map(({ netlist }) => netlist)].reverse().map(netlistOf);
  const where = { before: last, loc: last.loc };
  let x = first.operand(0);
  const channels = x.type.shape.at(-1)!;
  for (const { reshape } of [...producers].reverse()) {
    if (reshape === undefined) continue;
    const shape = [...reshape.result().type.shape.slice(0, -1), channels];
    x = hw.Reshape.create(graph, [x], { shape }, { ...where, loc: reshape.loc }).result();
  }
  const { elem, pe } = last.attrs as { elem: ElemType; pe: number };
  const { simd } = first.attrs as { simd: number };
  const body = bodyOf(composed(circuits));
  const made = hw.Netlist.create(graph, [x], { body, elem, simd, pe }, where);
  graph.replaceOp(last, [made.result()]);
}

/** Circuits one on what the other makes, without what none of those behind needs. */
export function composed(circuits: readonly Netlist[]): Netlist {
  const names = new Set(circuits.map(({ name }) => name));
  const all = new Netlist([...names].join("+"));
  const [first, last] = [circuits[0]!, circuits.at(-1)!];
  const inputs = first.inputs.map(({ name, node }) => all.input(name, first.interval(node)));
  const outputs = circuits.reduce<readonly NodeId[]>(
    (words, circuit) => insert(all, circuit, words, true),
    inputs,
  );
  last.outputs.forEach(({ name }, o) => {
    all.output(name, outputs[o]!);
  });
  return rebuild(all);
}
