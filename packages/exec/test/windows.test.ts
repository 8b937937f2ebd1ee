import { type ElemType, elemInfo, Graph, seededRandom, tensor, tensorFrom } from "@gatefold/core";
import { Add, Concat, Conv, MatMul, MaxPool, Reshape, SumPool, Threshold } from "@gatefold/dialect-q";
import { describe, expect, it } from "vitest";
import { createExecutor, type PlanStep } from "../src/index.js";
import { constant, type Grown, growThreshold, randomBatch, randomTensor, reference } from "./nets.js";
import { type ConvOptions, growConv } from "./window-nets.js";

function agrees(graph: Graph, count = 4): readonly PlanStep[] {
  const data = randomBatch(seededRandom(5), graph, count);
  const executor = createExecutor(graph);
  expect(executor.run({ data, count }).outputs).toEqual(reference(graph, data, count));
  return executor.plan;
}

function image(elem: ElemType, shape: readonly number[]): { graph: Graph; x: Grown } {
  const graph = new Graph("image");
  const { min: lo, max: hi } = elemInfo(elem);
  return { graph, x: { value: graph.addInput(tensor(elem, shape)), lo, hi } };
}

const square = { kernel: [3, 3], strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1] } as const;
const uneven = { kernel: [3, 2], strides: [2, 1], pads: [2, 0, 1, 1], dilations: [1, 2] } as const;

function convolved(
  elem: ElemType,
  channels: number,
  options: ConvOptions,
  count: number,
): readonly PlanStep[] {
  const { graph, x } = image(elem, [1, 7, 6, channels]);
  const random = seededRandom(channels);
  const sums = growConv(random, graph, x, options);
  graph.setOutputs([growThreshold(random, graph, sums, count, false, -1).value, sums.value]);
  return agrees(graph);
}

describe("a convolution", () => {
  it.each<[ElemType, ElemType, number, string]>([
    ["bipolar", "bipolar", 70, "xnor-popcount"],
    ["u1", "bipolar", 10, "1 bit planes x bipolar"],
    ["u2", "bipolar", 30, "2 bit planes x bipolar"],
    ["i3", "bipolar", 100, "3 bit planes x bipolar"],
    ["u8", "i8", 5, "i16 dot"],
    ["i12", "i8", 5, "i16 dot"],
    ["u16", "i8", 5, "i32 product"],
    ["i33", "i8", 5, "f64 product, exact below 2^53"],
  ])("of %s by %s weights, %i channels, is %s", (x, w, channels, kernel) => {
    for (const window of [square, uneven]) {
      const plan = convolved(x, channels, { filters: 7, elem: w, window }, 3);
      expect(plan.map((s) => s.kernel).join()).toContain(`windows, ${kernel}`);
    }
  });

  it("of signs agrees at every way that a pixel packs, with either sign outside", () => {
    for (const channels of [1, 3, 8, 9, 16, 17, 24, 31, 32, 33, 63, 64, 65, 96, 128, 130])
      for (const padValue of [-1, 1])
        for (const window of [square, uneven, { ...square, pads: [1, 1, 1, 1] }])
          convolved("bipolar", channels, { filters: 5, elem: "bipolar", window, padValue }, 1);
  });

  it("of signs into signs looks counts up where many windows meet few weights", () => {
    for (const channels of [1, 3, 8, 17, 33, 64, 65, 97])
      for (const [filters, window] of [
        [5, square],
        [64, { ...square, pads: [1, 1, 1, 1] }],
        [70, { ...square, kernel: [1, 1] }],
        [129, { ...uneven, strides: [1, 1] }],
      ] as const) {
        const { graph, x } = image("bipolar", [1, 7, 6, channels]);
        const random = seededRandom(channels + filters);
        const sums = growConv(random, graph, x, { filters, elem: "bipolar", window });
        const signs = growThreshold(random, graph, sums, 1, true, -1);
        const weights = constant(graph, randomTensor(random, "bipolar", [2, 1, 1, filters]));
        graph.setOutputs([Conv.build(graph, [signs.value, weights], { elem: "i20" })]);
        const plan = agrees(graph, 7);
        expect(plan.some((s) => s.kernel.endsWith("xnor-popcount by tables, sign into bits"))).toBe(true);
      }
  });

  it("of signs counts up to windows that differ everywhere", () => {
    const { graph, x } = image("bipolar", [1, 6, 6, 64]);
    const ones = constant(graph, tensorFrom("bipolar", [3, 3, 3, 64], new Array(3 * 576).fill(1)));
    const sums = Conv.build(graph, [x.value, ones], { elem: "i11" });
    const thresholds = constant(graph, tensorFrom("i11", [3, 1], [-576, -575, 576]));
    const signs = Threshold.build(graph, [sums, thresholds], { elem: "bipolar" });
    const picks = tensorFrom("bipolar", [2, 1, 1, 3], [1, 1, 1, 1, -1, 1]);
    graph.setOutputs([Conv.build(graph, [signs, constant(graph, picks)], { elem: "i3" })]);
    const executor = createExecutor(graph);
    expect(executor.plan.map((s) => s.kernel)).toContain(
      "3x3 windows, xnor-popcount by tables, sign into bits",
    );
    const data = new Int8Array(2 * 36 * 64).fill(-1).fill(1, 36 * 64);
    expect(executor.run({ data, count: 2 }).outputs).toEqual(reference(graph, [data], 2));
  });

  it("of pixels of two or three codes by signs looks their sums up", () => {
    for (const channels of [2, 3])
      for (const elem of ["u2", "u8", "i8", "i9"] as const)
        for (const filters of [1, 7, 32, 45])
          for (const padValue of [0, elemInfo(elem).max])
            for (const window of [square, uneven]) {
              const plan = convolved(elem, channels, { filters, elem: "bipolar", window, padValue }, 3);
              expect(plan.map((s) => s.kernel).join()).toContain("windows, sums of signed pixels");
            }
    const plan = convolved("i12", 3, { filters: 5, elem: "bipolar", window: square }, 3);
    expect(plan[0]!.kernel).toContain("windows, i16 dot");
  });

  it("of one pixel gathers nothing", () => {
    const window = { ...square, kernel: [1, 1] } as const;
    for (const elem of ["bipolar", "u2", "u8", "i12", "i20", "i33"] as const)
      for (const channels of [1, 5, 8, 64, 130])
        convolved(elem, channels, { filters: 9, elem: "bipolar", window }, 3);
  });

  it.each<[ElemType, ElemType, string]>([
    ["bipolar", "bipolar", "i16"],
    ["u8", "i8", "i16"],
    ["u16", "i8", "i32"],
    ["i33", "i4", "f64"],
  ])("channel by channel of %s by %s is direct", (x, w, kernel) => {
    for (const channels of [2, 3, 7, 8, 9, 16, 33]) {
      const options = { filters: channels, groups: channels, elem: w, window: uneven };
      const plan = convolved(x, channels, options, 3);
      expect(plan[0]!.kernel).toContain(`${kernel} channel by channel`);
    }
  });

  it("in groups multiplies each of them", () => {
    for (const [channels, groups, filters] of [
      [6, 2, 4],
      [6, 3, 9],
      [4, 4, 12],
      [130, 2, 6],
    ] as const)
      for (const [x, w] of [
        ["bipolar", "bipolar"],
        ["i8", "i8"],
        ["u16", "i8"],
        ["i33", "i4"],
      ] as const) {
        const plan = convolved(x, channels, { filters, groups, elem: w, window: uneven }, 3);
        expect(plan[0]!.kernel).toContain(`in ${groups} groups`);
      }
  });

  it("sees pad values beyond the image's range", () => {
    const { graph, x } = image("u8", [1, 5, 5, 40]);
    const random = seededRandom(3);
    const low = growThreshold(random, graph, x, 1, false, -1);
    const weights = constant(graph, randomTensor(random, "bipolar", [6, 3, 3, 40]));
    const one = Threshold.build(graph, [x.value, constant(graph, tensorFrom("u8", [1, 1], [9]))], {
      elem: "u8",
    });
    const attrs = { elem: "i20", pads: [1, 1, 1, 1], pad_value: 200 } as const;
    graph.setOutputs([low.value, Conv.build(graph, [one, weights], attrs)]);
    agrees(graph);
  });

  it("checks sums that the ranges leave open, and names the sample", () => {
    const { graph, x } = image("i8", [1, 3, 3, 1]);
    const ones = constant(graph, tensorFrom("u1", [1, 3, 3, 1], new Array(9).fill(1)));
    graph.setOutputs([Conv.build(graph, [x.value, ones], { elem: "i8" })]);
    const executor = createExecutor(graph);
    const data = new Int8Array(9 * 300).fill(14);
    expect(executor.run({ data, count: 300 }).outputs[0]![299]).toBe(126);
    data[9 * 200] = 16;
    expect(() => executor.run({ data, count: 300 })).toThrow("q.conv: sample 200: 128 is not a value of i8");
  });

  it("with computed weights runs by its definition", () => {
    const { graph, x } = image("i8", [1, 4, 4, 2]);
    const w = graph.addInput(tensor("i4", [3, 2, 2, 2]));
    graph.setOutputs([Conv.build(graph, [x.value, w], { elem: "i20" })]);
    expect(agrees(graph)[0]!.detail).toBe("sample by sample: weights are not constant");
  });
});

describe("images", () => {
  it("of signs stay packed from convolution through pools to dense layers", () => {
    const random = seededRandom(9);
    const start = image("bipolar", [1, 12, 12, 3]);
    const { graph } = start;
    let { x } = start;
    for (const filters of [40, 64, 65]) {
      x = growThreshold(
        random,
        graph,
        growConv(random, graph, x, { filters, elem: "bipolar", window: square }),
        1,
        true,
        -1,
      );
      const pads = filters === 65 ? [1, 0, 0, 1] : [0, 0, 0, 0];
      const window = { strides: [filters === 40 ? 1 : 2, 1], kernel: [2, 2], pads };
      x = { ...x, value: MaxPool.build(graph, [x.value], window) };
    }
    graph.setOutputs([growConv(random, graph, x, { filters: 3, elem: "bipolar", window: uneven }).value]);
    const sign = "3x3 windows, xnor-popcount, sign into bits";
    const tables = "3x3 windows, xnor-popcount by tables, sign into bits";
    const pool = "2x2 maximum of bits";
    const last = "3x2 windows, xnor-popcount";
    const kernels = agrees(graph).map((s) => s.kernel);
    expect(kernels).toEqual(["pack", tables, pool, tables, pool, sign, pool, last]);
  });

  it("of every storage have maxima and sums", () => {
    for (const elem of ["bipolar", "u1", "i8", "u8", "i12", "u16", "i20", "u32", "i40"] as const)
      for (const channels of [1, 7, 16, 19]) {
        const { graph, x } = image(elem, [1, 6, 5, channels]);
        const window = { kernel: [3, 2], strides: [2, 1], pads: [1, 1, 0, 1], dilations: [1, 2] };
        const sums = SumPool.build(graph, [x.value], { ...window, elem: "i50" });
        graph.setOutputs([MaxPool.build(graph, [x.value], window), sums]);
        for (const step of agrees(graph)) expect(step.kernel).not.toBe("evaluate");
      }
  });

  it("whose windows hold no pixel are left to the definition, which refuses them", () => {
    const { graph, x } = image("i8", [1, 2, 2, 1]);
    const window = { kernel: [2, 2], dilations: [3, 3], pads: [1, 1, 1, 1] };
    graph.setOutputs([MaxPool.build(graph, [x.value], window)]);
    const executor = createExecutor(graph);
    expect(executor.plan[0]!.detail).toBe("sample by sample: a window holds no pixel");
    expect(() => executor.run({ data: new Int8Array(4), count: 1 })).toThrow("sample 0");
  });

  it("meet in sums and joins; a dense layer takes them all", () => {
    const { graph, x } = image("u8", [1, 4, 4, 6]);
    const random = seededRandom(2);
    const window = { ...square, pads: [1, 1, 1, 1] } as const;
    const a = growConv(random, graph, x, { filters: 6, elem: "i4", window });
    const sum = Add.build(graph, [a.value, x.value], { elem: "i20", m: 1, n: 16 });
    const joined = Concat.build(graph, [sum, sum]);
    const flat = Reshape.build(graph, [joined], { shape: [1, 192] });
    const weights = constant(graph, randomTensor(random, "i4", [3, 192]));
    graph.setOutputs([MatMul.build(graph, [flat, weights], { elem: "i40" })]);
    for (const step of agrees(graph)) expect(step.kernel).not.toBe("evaluate");
  });

  it("of 32x32x64 and many layers take bounded memory a chunk", () => {
    const start = image("u4", [1, 32, 32, 64]);
    const { graph } = start;
    let { x } = start;
    const random = seededRandom(4);
    const window = { ...square, kernel: [1, 1] } as const;
    const channels = Array.from({ length: 64 }, (_, i) => i);
    const peephole = constant(
      graph,
      tensorFrom(
        "i2",
        [64, 1, 1, 64],
        channels.flatMap((o) => channels.map((c) => (c === o ? 1 : 0))),
      ),
    );
    for (let i = 0; i < 12; i++) {
      const value = Conv.build(graph, [x.value, peephole], { elem: "i8", strides: window.strides });
      x = growThreshold(random, graph, { value, lo: 0, hi: 15 }, 15, false, -1);
      x = { value: x.value, lo: Math.min(x.lo, 0), hi: x.hi };
    }
    graph.setOutputs([x.value]);
    // Twelve images of 64 KiB would leave one sample a chunk; two alive at a time leave room for several.
    expect(createExecutor(graph).chunkSamples).toBeGreaterThanOrEqual(4);
  });
});
