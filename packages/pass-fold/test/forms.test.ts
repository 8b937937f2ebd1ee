import {
  type Compilation,
  createCompiler,
  createModule,
  type DiagnosticError,
  type Graph,
} from "@gatefold/core";
import { describe, expect, it } from "vitest";
import { type FoldOptions, type FoldSummary, fold, foldSummary, networkLatency } from "../src/index.js";
import { bipolarNet } from "./nets.js";
import { tableOffers } from "./table-offers.js";

async function compiled(graph: Graph, options: Partial<FoldOptions>): Promise<Compilation> {
  const compiler = createCompiler({ plugins: [fold({ clockMhz: 100, ...options })] });
  const compilation = compiler.start(createModule("net", graph));
  await compiler.run(compilation, { check: { rows: 4 } });
  return compilation;
}

const folded = async (graph: Graph, options: Partial<FoldOptions>): Promise<FoldSummary> =>
  (await compiled(graph, options)).facts.need(foldSummary);

async function codes(graph: Graph, options: Partial<FoldOptions>): Promise<DiagnosticError["diagnostics"]> {
  const error = await folded(graph, options).then(
    () => undefined,
    (e: DiagnosticError) => e,
  );
  expect(error?.name).toBe("DiagnosticError");
  return error!.diagnostics;
}

/** 12 inputs into 8 neurons, into 12, into 4: every layer could be a table. */
const small = (): Graph => bipolarNet([12, 8, 12, 4]);
const chosen = (s: FoldSummary): unknown => Object.fromEntries(s.layers.map((l) => [l.layer, l.chosen]));
const all = (form: string): unknown => ({ dense_0: form, dense_1: form, dense_2: form });
const costing = (luts: Readonly<Record<string, number>>) => tableOffers({ luts: (layer) => luts[layer]! });

describe("the form of a layer", () => {
  it("is folded where nothing is offered, and where that costs less", async () => {
    expect((await folded(small(), {})).layers).toEqual([]);
    const dear = await folded(small(), { implementations: tableOffers({ luts: () => 1e5 }) });
    expect(chosen(dear)).toEqual(all("folded"));
    expect(dear.folding["Forms"]).toBeUndefined();
  });

  it("is the offer where that costs less at the wanted cycles", async () => {
    const luts = { dense_0: 60, dense_1: 1e5, dense_2: 60 };
    const slow = await folded(small(), { implementations: costing(luts) });
    expect(chosen(slow)).toEqual(all("folded"));
    const fast = await folded(small(), { implementations: costing(luts), targetCycles: 2 });
    expect(chosen(fast)).toEqual({ ...(all("table") as object), dense_1: "folded" });
    expect(fast.intervalCycles).toBeLessThanOrEqual(2);
    expect(fast.kernels.map((k) => k.kind)).toContain("Netlist");
    const [first, second] = fast.layers;
    expect(first!.forms.map((f) => f.form)).toEqual(["folded", "table"]);
    expect(first!.forms[1]).toMatchObject({ units: 60, latencyCycles: 1 });
    expect(first!.forms[0]!.units).toBeGreaterThan(60);
    expect(second!.forms[1]).toMatchObject({ form: "table", units: undefined });
    expect(second!.forms[1]!.reason).toContain("at least 100000 LUTs");
  });

  it("is not asked for its price where its lower bound is too much", async () => {
    const asked: string[] = [];
    const implementations = tableOffers({ asked, luts: (l) => (l === "dense_1" ? 1e5 : 60) });
    await folded(small(), { implementations, targetCycles: 2 });
    expect([...asked].sort()).toEqual(["dense_0", "dense_2"]);
  });

  it("counts width converters: between two spatial layers a folded one may cost more than it saves", async () => {
    // Alone the kernels of dense_1 are cheaper at 12 cycles by a few LUTs; with a converter at either end they are not.
    const at = (luts: number) =>
      folded(small(), {
        implementations: costing({ dense_0: 1, dense_1: luts, dense_2: 1 }),
        targetCycles: 12,
      });
    const alone = (await at(1e5)).layers[1]!.forms[0]!.units!;
    expect(chosen(await at(1e5))).toMatchObject({ dense_1: "folded" });
    expect(chosen(await at(alone + 5))).toEqual(all("table"));
  });

  it("is fast enough at one vector a cycle, where kernels are not", async () => {
    const graph = small();
    const summary = await folded(graph, {
      implementations: tableOffers({ luts: () => 1e5 }),
      implementation: "spatial",
      targetCycles: 1,
    });
    expect(summary.intervalCycles).toBe(1);
    expect(chosen(summary)).toEqual(all("table"));
  });

  it("keeps its pace and its latency however many registers it has", async () => {
    const stages = 90;
    const implementations = tableOffers({ stages });
    const compilation = await compiled(small(), { implementations, implementation: "spatial" });
    expect(compilation.diagnostics.all.map((d) => d.code)).toEqual([]);
    expect(compilation.facts.need(foldSummary).intervalCycles).toBe(1);
    // Of each circuit the registers and the one behind it; the first cycle is counted too.
    expect(compilation.facts.need(networkLatency)).toBe(3 * (stages + 1) + 1);
  });

  it("can be wanted for each layer, and wins over the mode", async () => {
    const implementations = tableOffers();
    const one = await folded(small(), {
      implementations,
      implementationOf: { dense_1: "table" },
      implementation: "folded",
    });
    expect(chosen(one)).toEqual({ ...(all("folded") as object), dense_1: "table" });
    const two = await folded(small(), {
      implementations,
      implementationOf: { dense_1: "folded" },
      implementation: "spatial",
    });
    expect(chosen(two)).toEqual({ ...(all("table") as object), dense_1: "folded" });
  });

  it("stands in folding.json, which reads back", async () => {
    const first = await folded(small(), {
      implementations: tableOffers(),
      implementationOf: { dense_0: "table", dense_1: "folded", dense_2: "table" },
      targetCycles: 8,
    });
    expect(first.folding["Forms"]).toEqual({ dense_0: "table", dense_1: "folded", dense_2: "table" });
    expect(first.folding["Netlist_0"]).toEqual({ SIMD: 12, PE: 8 });
    const again = await folded(small(), {
      implementations: tableOffers(),
      folding: JSON.parse(JSON.stringify(first.folding)),
    });
    expect(again.folding).toEqual(first.folding);
    expect(again.kernels).toEqual(first.kernels);
  });

  it("is folded where a folding is given that names kernels only", async () => {
    const implementations = tableOffers({ luts: () => 0 });
    const summary = await folded(small(), { implementations, folding: { MVAU_0: { PE: 2 } } });
    expect(summary.kernels[0]).toMatchObject({ name: "MVAU_0", fold: { PE: 2 } });
  });
});

describe("what cannot be built as wanted", () => {
  it("is told with every layer's reasons", async () => {
    const wide = bipolarNet([16, 12, 16, 4]);
    const problems = await codes(wide, { implementations: tableOffers(), implementation: "spatial" });
    expect(problems.map((d) => [d.code, d.loc.node])).toEqual([
      ["fold/no-form", "dense_0"],
      ["fold/no-form", "dense_2"],
    ]);
    expect(problems[0]!.notes[0]).toBe("table: its 16 bits of input are more than 12");
  });

  it("is told where no plugin offers anything", async () => {
    const problems = await codes(small(), { implementation: "spatial" });
    expect(problems.map((d) => d.code)).toEqual(["fold/no-form", "fold/no-form", "fold/no-form"]);
  });

  it("names unknown layers and forms, and those that are there", async () => {
    const implementationOf = { dense_9: "table", dense_0: "magic" };
    const problems = await codes(small(), { implementations: tableOffers(), implementationOf });
    expect(problems.map((d) => [d.code, d.hint])).toEqual([
      ["fold/unknown-layer", "its layers are dense_0, dense_1, dense_2"],
      ["fold/unknown-form", "it can be folded, table"],
    ]);
    const bad = () => fold({ clockMhz: 100, implementation: "magic" as "auto", latencyCycles: -1 });
    expect(bad).toThrow(/implementation.*\n?.*/);
  });
});

describe("a budget of resources", () => {
  it("takes the fastest forms that fit", async () => {
    const luts = { dense_0: 100, dense_1: 100, dense_2: 100 };
    const options = { implementations: costing(luts) };
    const rich = await folded(small(), { ...options, budget: { lutCount: 5000 } });
    expect(rich.intervalCycles).toBe(1);
    expect(chosen(rich)).toEqual(all("table"));
    const tight = await folded(small(), { ...options, budget: { lutCount: 290, bramCount: 0 } });
    expect(tight.intervalCycles).toBeGreaterThan(1);
    expect(chosen(tight)).not.toEqual(all("table"));
    const kernels = await folded(small(), { budget: { lutCount: 290, bramCount: 0 } });
    expect(tight.intervalCycles).toBeLessThanOrEqual(kernels.intervalCycles);
  });

  it("takes dearer forms where the cheapest need too much of one resource", async () => {
    const options = { implementations: tableOffers({ luts: () => 1, ffCount: 500 }), targetCycles: 4 };
    expect(chosen(await folded(small(), options))).toEqual(all("table"));
    const few = await folded(small(), { ...options, budget: { lutCount: 5000, ffCount: 400 } });
    expect(chosen(few)).toEqual(all("folded"));
    const many = await folded(small(), { ...options, budget: { lutCount: 5000, ffCount: 1500 } });
    expect(chosen(many)).toEqual(all("table"));
  });
});

describe("a latency", () => {
  it("costs least within the limit, and is what the token schedules have", async () => {
    const slow = await compiled(small(), { latencyCycles: 200 });
    const fast = await compiled(small(), { latencyCycles: 20 });
    const [a, b] = [slow, fast].map((c) => ({
      ...c.facts.need(foldSummary).cost,
      cycles: c.facts.need(networkLatency),
    }));
    expect(a!.cycles).toBeLessThanOrEqual(200);
    expect(b!.cycles).toBeLessThanOrEqual(20);
    expect(a!.units).toBeLessThan(b!.units);
  });

  it("makes layers spatial where kernels are too slow", async () => {
    const options = { latencyCycles: 8, implementations: tableOffers({ luts: () => 400, stages: 1 }) };
    const compilation = await compiled(small(), options);
    expect(chosen(compilation.facts.need(foldSummary))).not.toEqual(all("folded"));
    expect(compilation.facts.need(networkLatency)).toBeLessThanOrEqual(8);
  });

  it.each([
    ["has", { stages: 30 }],
    ["is still to get", { laterCycles: 30 }],
  ])("counts the registers that a spatial circuit %s", async (_, registers) => {
    const implementations = tableOffers({ luts: () => 1, ...registers });
    const cheap = await compiled(small(), { implementations, latencyCycles: 200 });
    expect(chosen(cheap.facts.need(foldSummary))).toEqual(all("table"));
    const fast = await compiled(small(), { implementations, latencyCycles: 20 });
    expect(chosen(fast.facts.need(foldSummary))).toEqual(all("folded"));
    expect(fast.facts.need(networkLatency)).toBeLessThanOrEqual(20);
  });

  it("that cannot be reached is told with the least that can", async () => {
    const [problem] = await codes(small(), { latencyCycles: 2 });
    expect(problem).toMatchObject({ code: "fold/over-latency" });
    const least = Number(/least that was found is (\d+) cycles/.exec(problem!.notes[0]!)![1]);
    const reached = await compiled(small(), { latencyCycles: least });
    expect(reached.facts.need(networkLatency)).toBeLessThanOrEqual(least);
    const both = await codes(small(), { latencyCycles: least, budget: { lutCount: 10 } });
    expect(both[0]!.code).toBe("fold/over-budget");
  });
});
