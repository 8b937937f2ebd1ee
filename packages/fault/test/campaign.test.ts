import { Constant, Graph, tensor, tensorFrom, type Value } from "@gatefold/core";
import { Add, Dequantize } from "@gatefold/dialect-nn";
import { MatMul, Threshold } from "@gatefold/dialect-q";
import { describe, expect, it } from "vitest";
import {
  classesOf,
  codesBetween,
  type Fault,
  faultsOf,
  faultyBit,
  faultyCode,
  inject,
  injectOps,
  layersOf,
  mostCritical,
  parseManifest,
  printManifest,
  rankChannels,
  runCampaign,
  select,
  stuckAtEnds,
  triplicate,
} from "../src/index.js";
import { COUNT, codes, labels, network, reference } from "./network.js";

const graph = network();
const layers = layersOf(graph);

describe("layersOf", () => {
  it("finds products with thresholds behind them", () => {
    expect(layers.map(({ name, channels, codes: c }) => [name, channels, c.low, c.high])).toEqual([
      ["fc1", 4, 0, 3],
      ["fc2", 4, -1, 1],
    ]);
  });
});

describe("runCampaign", () => {
  const families: Fault[] = [
    ...faultsOf(layers, {
      site: "channel",
      modes: [...stuckAtEnds, { kind: "flip" }, { kind: "random", seed: 3 }],
    }),
    ...faultsOf(layers, { site: "pe", lanes: 2, modes: stuckAtEnds }),
    ...faultsOf(layers, { site: "code-bit", modes: [{ kind: "flip" }, { kind: "stuck-at", value: 1 }] }),
    ...faultsOf(layers, {
      site: "accumulator-bit",
      modes: [
        { kind: "stuck-at", value: 0 },
        { kind: "random", seed: 1 },
      ],
    }),
    ...faultsOf(layers, { site: "weight-bit", modes: [{ kind: "flip" }] }),
  ];

  it("gives what the reference evaluator gives for every kind of fault", () => {
    const scenarios = select(families, { kind: "exhaustive" });
    const result = runCampaign(graph, { codes, count: COUNT, labels }, scenarios);
    const clean = reference(graph);
    expect(result.cleanAccuracy).toBe(clean.accuracy);
    const accuracies = scenarios.map((scenario) => reference(injectOps(graph, scenario)).accuracy);
    expect(result.outcomes.map(({ accuracy }) => accuracy)).toEqual(accuracies);
    expect(result.worst).toBe(Math.min(...accuracies));
    expect(result.outcomes.some(({ changedCount }) => changedCount > 0)).toBe(true);
  });

  it("runs faults at several places at once", () => {
    const scenarios = select(families, { kind: "sample", count: 25, simultaneous: 3, seed: 5 });
    const result = runCampaign(graph, { codes, count: COUNT, labels }, scenarios);
    expect(result.outcomes.map(({ accuracy }) => accuracy)).toEqual(
      scenarios.map((scenario) => reference(injectOps(graph, scenario)).accuracy),
    );
  });

  it("changes nothing without faults", () => {
    const result = runCampaign(graph, { codes, count: COUNT, labels }, [{ faults: [] }]);
    expect(result.outcomes[0]).toMatchObject({ accuracy: result.cleanAccuracy, changedCount: 0 });
  });
});

describe("classesOf", () => {
  it("gives the class behind the host's scales and biases, as the reference evaluator does", () => {
    const tail = (bias: number[]): Graph => {
      const host = new Graph("tail");
      const x = host.addInput(graph.outputs[0]!.type, "x");
      const constant = (shape: number[], values: number[]): Value =>
        Constant.build(host, [], { value: tensorFrom("f32", shape, values) });
      const real = Dequantize.build(host, [x, constant([], [0.5]), constant([], [0])]);
      host.setOutputs([Add.build(host, [real, constant([3], bias)])]);
      return host;
    };
    const outputs = reference(graph).outputs;
    const data = Int8Array.from(outputs.flat());
    for (const bias of [
      [0, 0, 0],
      [3, -2, 0.25],
      [-100, 0, 100],
    ]) {
      const expected = outputs.map((o) => {
        const scores = o.map((v, i) => v / 2 + bias[i]!);
        return scores.indexOf(Math.max(...scores));
      });
      expect([...(classesOf({ main: graph, tail: tail(bias) })([data], COUNT) as Int32Array)]).toEqual(
        expected,
      );
    }
  });
});

describe("a random code", () => {
  it("depends on the seed and the place in the frame, and is one that the layer emits", () => {
    const codes = codesBetween(-2, 5);
    const at = (seed: number): number[] =>
      Array.from({ length: 200 }, (_, place) => faultyCode(codes, { kind: "random", seed })(0, place));
    expect(at(1)).toEqual(at(1));
    expect(at(1)).not.toEqual(at(2));
    expect(new Set(at(1))).toEqual(new Set([-2, -1, 0, 1, 2, 3, 4, 5]));
    const signs = Array.from({ length: 50 }, (_, place) =>
      faultyCode(codesBetween(-1, 1, 1), { kind: "random", seed: 1 })(1, place),
    );
    expect(new Set(signs)).toEqual(new Set([-1, 1]));
    const bits = Array.from({ length: 50 }, (_, place) =>
      faultyBit(codes, 1, { kind: "random", seed: 1 })(5, place),
    );
    expect(new Set(bits)).toEqual(new Set([5, 7]));
  });
});

describe("inject", () => {
  it("builds stuck channels, PEs and weight bits into constants, with the same outputs", () => {
    const faults = [
      ...faultsOf(layers, { site: "channel", modes: [...stuckAtEnds] }),
      ...faultsOf(layers, { site: "channel", layers: ["fc1"], modes: [{ kind: "stuck-at", value: 2 }] }),
      ...faultsOf(layers, { site: "pe", lanes: 2, modes: stuckAtEnds }),
      ...faultsOf(layers, { site: "weight-bit", layers: ["fc1"], modes: [{ kind: "flip" }] }),
    ];
    for (const fault of faults) {
      const scenario = { faults: [fault] };
      expect(reference(inject(graph, scenario)).outputs).toEqual(
        reference(injectOps(graph, scenario)).outputs,
      );
    }
  });

  it("takes the codes that a layer emits, not all that its type could hold", () => {
    const narrow = new Graph("narrow");
    const constant = (elem: "i3" | "i8", shape: number[], values: number[]): Value =>
      Constant.build(narrow, [], { value: tensorFrom(elem, shape, values) });
    const x = narrow.addInput(tensor("u3", [1, 6]), "x");
    const w = constant("i3", [2, 6], [1, -2, 3, 0, 1, -1, 2, 2, -3, 1, 0, 1]);
    const sums = MatMul.build(narrow, [x, w], { elem: "i8" }, { loc: { node: "fc" } });
    // -1, 0, 1 in two bits, which could hold -2 too.
    const h = Threshold.build(narrow, [sums, constant("i8", [1, 2], [-3, 4])], { elem: "i2", bias: -1 });
    const v = constant("i3", [3, 2], [1, -1, 2, 1, -1, 3]);
    narrow.setOutputs([MatMul.build(narrow, [h, v], { elem: "i8" })]);
    const own = layersOf(narrow);
    expect(own[0]!.codes).toEqual({ low: -1, high: 1, elem: "i2" });
    for (const fault of faultsOf(own, { site: "channel", modes: stuckAtEnds })) {
      const scenario = { faults: [fault] };
      expect(reference(inject(narrow, scenario)).outputs).toEqual(
        reference(injectOps(narrow, scenario)).outputs,
      );
    }
    const outside: Fault = {
      site: { kind: "channel", layer: "fc", channel: 0 },
      mode: { kind: "stuck-at", value: -2 },
    };
    expect(() => inject(narrow, { faults: [outside] })).toThrow(/stuck at -2: the layer has no such code/);
    expect(() => injectOps(narrow, { faults: [outside] })).toThrow(/stuck at -2: the layer has no such code/);
  });

  it("refuses what is no constant, and what is not there", () => {
    const at = (site: Fault["site"], mode: Fault["mode"] = { kind: "flip" }): (() => Graph) => {
      return () => inject(graph, { faults: [{ site, mode }] });
    };
    expect(at({ kind: "code-bit", layer: "fc1", channel: 0, bit: 0 })).toThrow(
      /cannot be built into a network's constants/,
    );
    expect(at({ kind: "channel", layer: "fc9", channel: 0 })).toThrow(/No layer is called `fc9`/);
    expect(at({ kind: "channel", layer: "fc1", channel: 4 }, stuckAtEnds[0])).toThrow(
      /channel 4 of layer `fc1`: it has 4/,
    );
    expect(at({ kind: "channel", layer: "fc1", channel: 0 }, { kind: "stuck-at", value: 4 })).toThrow(
      /the layer has no such code/,
    );
    expect(at({ kind: "pe", layer: "fc1", pe: 0, lanes: 3 }, stuckAtEnds[0])).toThrow(
      /do not divide its 4 channels/,
    );
    expect(at({ kind: "weight-bit", layer: "fc1", row: 0, column: 0, bit: 3 })).toThrow(/i3 has 3 bits/);
  });
});

describe("triplicate", () => {
  const every = { fc1: [0, 1, 2, 3], fc2: [1, 3] };
  const redundant = triplicate(graph, every);

  it("changes nothing without faults", () => {
    expect(reference(redundant).outputs).toEqual(reference(graph).outputs);
    expect(layersOf(redundant).map(({ channels }) => channels)).toEqual([12, 8]);
  });

  it("masks every fault in one copy, stuck or flipped", () => {
    const faults = faultsOf(layersOf(redundant), {
      site: "channel",
      layers: ["fc1"],
      modes: [...stuckAtEnds, { kind: "flip" }],
    });
    const result = runCampaign(
      redundant,
      { codes, count: COUNT, labels },
      select(faults, { kind: "exhaustive" }),
    );
    expect(result.outcomes.map(({ changedCount }) => changedCount)).toEqual(faults.map(() => 0));
  });

  it("masks every fault of one PE when copies are on different PEs", () => {
    const faults = faultsOf(layersOf(redundant), {
      site: "pe",
      layers: ["fc1"],
      lanes: 3,
      modes: stuckAtEnds,
    });
    const result = runCampaign(
      redundant,
      { codes, count: COUNT, labels },
      select(faults, { kind: "exhaustive" }),
    );
    expect(result.outcomes.every(({ changedCount }) => changedCount === 0)).toBe(true);
  });

  it("does not mask a channel that is there once, nor two copies that fail alike", () => {
    const differs = (layer: string, ...channels: number[]): boolean =>
      stuckAtEnds.some((mode) => {
        const faults = channels.map(
          (channel): Fault => ({ site: { kind: "channel", layer, channel }, mode }),
        );
        const { outputs } = reference(injectOps(redundant, { faults }));
        return JSON.stringify(outputs) !== JSON.stringify(reference(redundant).outputs);
      });
    expect([0, 4].map((single) => differs("fc2", single))).toEqual([true, true]);
    expect([1, 2, 3].map((copy) => differs("fc2", copy))).toEqual([false, false, false]);
    expect([0, 3, 6, 9].map((first) => differs("fc1", first, first + 1))).toEqual([true, true, true, true]);
  });

  it("ranks channels by their worst fault and triples the first", () => {
    const scenarios = select(faultsOf(layers, { site: "channel", modes: stuckAtEnds }), {
      kind: "exhaustive",
    });
    const before = runCampaign(graph, { codes, count: COUNT, labels }, scenarios);
    const ranked = rankChannels(before);
    expect(ranked).toHaveLength(8);
    expect(ranked[0]!.worstAccuracy).toBe(before.worst);
    const chosen = mostCritical(ranked, 3);
    expect(Object.values(chosen).flat()).toHaveLength(3);
    expect(reference(triplicate(graph, chosen)).outputs).toEqual(reference(graph).outputs);
  });
});

describe("manifest", () => {
  it("prints and parses", () => {
    const scenarios = select(faultsOf(layers, { site: "channel", modes: stuckAtEnds }), {
      kind: "rate",
      rate: 0.5,
      seed: 3,
    });
    const manifest = {
      format: "gatefold-faults",
      version: 1,
      network: "small",
      when: "evaluation",
      scenarios,
    } as const;
    expect(parseManifest(printManifest(manifest))).toEqual(manifest);
  });

  it("says where a manifest is wrong", () => {
    const bad = (edit: object): (() => unknown) => {
      const manifest = { format: "gatefold-faults", version: 1, when: "evaluation", scenarios: [], ...edit };
      return () => parseManifest(JSON.stringify(manifest));
    };
    expect(() => parseManifest("{")).toThrow(/cannot be read/);
    expect(bad({ when: "never" })).toThrow(/`when`: it is not one of/);
    expect(bad({ scenarios: [{ faults: [{ site: { kind: "layer" }, mode: {} }] }] })).toThrow(
      /scenarios\[0\]\.faults\[0\]\.site\.kind/,
    );
    expect(
      bad({
        scenarios: [
          { faults: [{ site: { kind: "channel", layer: "a", channel: -1 }, mode: { kind: "flip" } }] },
        ],
      }),
    ).toThrow(/site\.channel: it is not an integer from 0/);
  });
});
