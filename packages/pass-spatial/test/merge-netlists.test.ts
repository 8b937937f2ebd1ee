import {
  createCompiler,
  createModule,
  definePlugin,
  Graph,
  type Op,
  randomInteger,
  type StreamType,
  seededRandom,
  stream,
  type Value,
} from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { bodyOf, netlistOf } from "@gatefold/dialect-q";
import { Netlist } from "@gatefold/netlist";
import { expect, it } from "vitest";
import { mergeNetlists } from "../src/merge-netlists.js";

/** A circuit of random tables: each output reads two neighbouring inputs. */
function circuit(inputs: number, outputs: number, seed: number): readonly string[] {
  const random = seededRandom(seed);
  const netlist = new Netlist(`c${seed}`);
  const words = Array.from({ length: inputs }, (_, i) => netlist.input(`x${i}`, { lo: 0, hi: 3 }));
  for (let o = 0; o < outputs; o++) {
    const bits = [0, 1].flatMap((i) => netlist.bits(words[(o + i) % inputs]!));
    const entries = Array.from({ length: 2 ** bits.length }, () => randomInteger(random, 0, 3));
    netlist.output(`y${o}`, netlist.table(bits, entries));
  }
  return bodyOf(netlist);
}

function through(graph: Graph, x: Value, outputs: number, seed: number): Value {
  const { shape, lanes } = x.type as StreamType;
  const attrs = {
    body: circuit(shape.at(-1)!, outputs, seed),
    elem: "u2",
    simd: lanes,
    pe: outputs,
  } as const;
  return hw.Netlist.build(graph, [x], attrs, { loc: { node: `layer${seed}` } });
}

/** The ops of a graph of streams after merging, whose meaning is checked on the way. */
async function merged(build: (graph: Graph, x: Value) => readonly Value[]): Promise<readonly Op[]> {
  const graph = new Graph("main");
  graph.setOutputs(build(graph, graph.addInput(stream("u2", [1, 2, 3, 4], 4), "x")));
  const plugin = definePlugin({ name: "merge", ops: hw.hwOps, passes: [mergeNetlists] });
  const compiler = createCompiler({ plugins: [plugin] });
  const compilation = compiler.start(createModule("net", graph));
  await compiler.run(compilation, { check: { rows: 32 } });
  return [...compilation.module.main.ops()].filter((op) => op.results.length > 0);
}

const circuitsOf = (ops: readonly Op[]): number => ops.filter((op) => hw.Netlist.is(op)).length;

it("makes one of a row, with the channels in their order and all circuits' names", async () => {
  const ops = await merged((g, x) => [through(g, through(g, through(g, x, 5, 1), 3, 2), 7, 3)]);
  expect(ops).toHaveLength(1);
  expect(netlistOf(ops[0]!)).toMatchObject({ name: "c1+c2+c3" });
  expect(ops[0]!.attrs).toMatchObject({ simd: 4, pe: 7 });
});

it("moves a reshape that keeps vectors to the front, and leaves one that does not", async () => {
  const reshaped = (shape: readonly number[]) =>
    merged((g, x) => {
      const y = hw.Reshape.build(g, [through(g, x, 6, 4)], { shape });
      return [through(g, y, 3, 5)];
    });
  const same = await reshaped([1, 6, 6]);
  expect(same.map(({ def }) => def.name)).toEqual(["hw.reshape", "hw.netlist"]);
  expect(circuitsOf(await reshaped([1, 3, 12]))).toBe(2);
});

it("leaves what another one reads, before or behind a reshape", async () => {
  const forked = await merged((g, x) => {
    const y = through(g, x, 4, 6);
    return [through(g, y, 3, 7), through(g, y, 5, 8)];
  });
  expect(circuitsOf(forked)).toBe(3);
  const read = await merged((g, x) => {
    const y = through(g, x, 6, 9);
    return [through(g, hw.Reshape.build(g, [y], { shape: [1, 6, 6] }), 3, 10), y];
  });
  const circuits = read.filter((op) => hw.Netlist.is(op));
  expect(circuits.map((op) => netlistOf(op).name)).toEqual(["c9", "c10"]);
});
