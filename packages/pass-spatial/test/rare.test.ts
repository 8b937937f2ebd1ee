import {
  createCompiler,
  createModule,
  definePass,
  definePlugin,
  elemInfo,
  evaluateModule,
  type Module,
  type Plugin,
  randomInteger,
  seededRandom,
  type Tensor,
  tensorFrom,
} from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { netlistOf } from "@gatefold/dialect-q";
import { costOf, Netlist, simulate } from "@gatefold/netlist";
import { fold } from "@gatefold/pass-fold";
import { firstDifference, mapTables } from "@gatefold/pass-truthtable";
import { describe, expect, it } from "vitest";
import { forgetRareAddresses } from "../src/forget-rare-addresses.js";
import { implementations, type Rarity, rareAddresses, spatial } from "../src/index.js";
import { mergeNetlists } from "../src/merge-netlists.js";
import { type NetOptions, randomNet } from "./nets.js";

/** Two tables behind each other: parity of four bits, and of that with a fifth. */
function parity(): Netlist {
  const netlist = new Netlist("parity");
  const x = Array.from({ length: 5 }, (_, i) => netlist.input(`x${i}`, { lo: 0, hi: 1 }));
  const ones = (a: number): number => a.toString(2).replaceAll("0", "").length;
  const first = netlist.table(
    x.slice(0, 4),
    Array.from({ length: 16 }, (_, a) => 3 * (ones(a) % 2)),
  );
  const both = [netlist.bit(first, 0), x[4]!];
  netlist.output("y", netlist.table(both, [0, 1, 1, 0]));
  return netlist;
}

const columns = (rows: readonly (readonly number[])[]): Float64Array[] =>
  rows[0]!.map((_, i) => Float64Array.from(rows, (row) => row[i]!));

describe("rareAddresses", () => {
  it("counts what each table reads, through tables in front of it", () => {
    const rows = [
      [0, 0, 0, 0, 0],
      [1, 0, 0, 0, 0],
      [1, 0, 0, 0, 0],
      [0, 1, 0, 0, 1],
      [1, 1, 1, 1, 1],
    ];
    const care = [...rareAddresses(parity(), columns(rows), 1).values()].map((a) => a.join(""));
    expect(care).toEqual(["1110000000000001", "1111"]);
    const twice = [...rareAddresses(parity(), columns(rows), 2).values()].map((a) => a.join(""));
    expect(twice).toEqual(["0100000000000000", "0100"]);
  });

  it("lets LUTs differ elsewhere only, and a comparison finds that they do", () => {
    const rows = [
      [0, 0, 0, 0, 0],
      [1, 0, 0, 0, 0],
      [0, 1, 0, 0, 1],
      [0, 0, 1, 0, 1],
    ];
    const care = rareAddresses(parity(), columns(rows), 1);
    const smaller = mapTables(parity(), { k: 4, objective: "area", care });
    expect(simulate(smaller, columns(rows))).toEqual(simulate(parity(), columns(rows)));
    expect(firstDifference(parity(), smaller, 200)).toBeDefined();
    expect(firstDifference(parity(), mapTables(parity(), { k: 4, objective: "area" }), 200)).toBeUndefined();
  });
});

const net: readonly NetOptions[] = [
  { seed: 1, input: "u2", inputs: 16, neurons: 12, reach: 3, fanIn: 5, output: "u2" },
  { seed: 2, input: "u2", inputs: 12, neurons: 4, reach: 3, fanIn: 5, output: "u2" },
];

function drawn(count: number): Tensor[][] {
  const random = seededRandom(5);
  const { max } = elemInfo("u2");
  return Array.from({ length: count }, () => [
    tensorFrom(
      "u2",
      [3, 16],
      Float64Array.from({ length: 48 }, () => randomInteger(random, 0, max)),
    ),
  ]);
}

async function built(...plugins: Plugin[]): Promise<Module> {
  const compiler = createCompiler({
    plugins: [
      fold({ clockMhz: 100, implementation: "spatial", implementations: implementations() }),
      ...plugins,
    ],
  });
  const compilation = compiler.start(createModule("net", randomNet(net)));
  await compiler.run(compilation, { check: { rows: 40 } });
  return compilation.module;
}

const lutsOf = ({ main }: Module): number =>
  [...main.ops()]
    .filter((op) => hw.Netlist.is(op))
    .reduce((sum, op) => sum + costOf(netlistOf(op), 6).lutCount, 0);

describe("forget-rare-addresses", () => {
  const rarity: Rarity = { data: drawn(20), times: 1 };

  it("is right on the data, and smaller", async () => {
    const [exact, smaller] = [await built(spatial()), await built(spatial({ rarity }))];
    for (const row of rarity.data) expect(evaluateModule(smaller, row)).toEqual(evaluateModule(exact, row));
    expect(lutsOf(smaller)).toBeLessThan(0.8 * lutsOf(exact));
    const others = drawn(80).slice(20);
    const wrong = others.filter(
      (row) => `${evaluateModule(smaller, row)[0]!.data}` !== `${evaluateModule(exact, row)[0]!.data}`,
    );
    expect(wrong.length).toBeGreaterThan(0);
  });

  it("is found out by the check of a pass that takes its don't-cares for exact", async () => {
    const lying = definePass({ ...forgetRareAddresses({}, rarity), semantics: "bit-exact" });
    const plugin = definePlugin({ name: "lying", after: ["fold"], passes: [mergeNetlists, lying] });
    await expect(built(plugin)).rejects.toThrow(/forget-rare-addresses/);
  });
});
