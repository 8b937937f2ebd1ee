import {
  type ElemType,
  evaluate,
  Graph,
  numbers,
  type StreamType,
  stream,
  type Tensor,
  tensorFrom,
} from "@gatefold/core";
import { describe, expect, it } from "vitest";
import * as hw from "../src/index.js";
import { constant, type OneOp, one, window } from "./one.js";

describe("hw.window", () => {
  const shape = [1, 3, 2, 4];

  it("sends taps first, then channels", () => {
    const x = window(shape, { kernel: [2, 1], simd: 2, parallel: 0 }).run();
    expect(x.shape).toEqual([1, 2, 2, 8]);
    expect([...numbers(x)].slice(0, 8)).toEqual([0, 1, 2, 3, 8, 9, 10, 11]);
  });

  it("sends all taps of all channels in one beat in the same order", () => {
    const attrs = { kernel: [2, 1], simd: 4 };
    const whole = window(shape, { ...attrs, parallel: 1 });
    expect((whole.op.result().type as StreamType).lanes).toBe(8);
    expect(whole.run()).toEqual(window(shape, { ...attrs, parallel: 0 }).run());
  });

  it("sends all taps of some channels fold by fold, and its shape says so", () => {
    const { op, run } = window(shape, { kernel: [2, 1], simd: 2, parallel: 1 });
    expect((op.result().type as StreamType).lanes).toBe(4);
    const x = run();
    expect(x.shape).toEqual([1, 2, 2, 2, 4]);
    expect([...numbers(x)].slice(0, 8)).toEqual([0, 1, 8, 9, 2, 3, 10, 11]);
  });

  it("keeps its shape where a window is one pixel", () => {
    const { op } = window(shape, { kernel: [1, 1], simd: 2, parallel: 1 });
    expect(op.result().type).toEqual(stream("u10", shape, 2));
  });
});

describe("hw.vvu", () => {
  const weights = Array.from({ length: 24 }, (_, i) => (i % 5) - 2);

  const after = (pe: number, simd: number, parallel: number): OneOp =>
    one([stream("u4", [1, 3, 3, 6], pe)], (g, [x]) => {
      const y = hw.Window.build(g, [x!], { kernel: [2, 2], simd: pe, parallel });
      const to = hw.WidthConverter.build(g, [y], { lanes: pe * simd });
      return hw.Vvu.build(g, [to, constant(g, "i3", [4, 6], weights)], { elem: "i12", pe, simd });
    });

  it("multiplies each channel of a window by its own weights", () => {
    const data = Array.from({ length: 54 }, (_, i) => i % 16);
    const graph = new Graph("main");
    const x = graph.addInput(stream("u4", [1, 1, 1, 24], 1));
    graph.setOutputs([hw.Vvu.build(graph, [x, constant(graph, "i3", [4, 6], weights)], { elem: "i12" })]);
    const [y] = evaluate(graph, [tensorFrom("u4", [1, 1, 1, 24], data.slice(0, 24))]) as [Tensor];
    const expected = Array.from({ length: 6 }, (_, c) =>
      [0, 1, 2, 3].reduce((sum, k) => sum + data[k * 6 + c]! * weights[k * 6 + c]!, 0),
    );
    expect([...numbers(y)]).toEqual(expected);
  });

  it.each([
    [6, 1, 0],
    [6, 2, 0],
    [6, 4, 1],
    [3, 2, 1],
    [2, 4, 1],
    [1, 2, 1],
  ])("gives the same with PE %i, SIMD %i behind a window with `parallel` %i", (pe, simd, parallel) => {
    const codes = (graph: Graph): Tensor => {
      const values = Array.from({ length: 54 }, (_, i) => (i * 7) % 16);
      return evaluate(graph, [tensorFrom("u4", [1, 3, 3, 6], values)])[0]!;
    };
    expect(codes(after(pe, simd, parallel).op.graph)).toEqual(codes(after(1, 1, 0).op.graph));
  });

  it("keeps a word of weights a beat, lane for lane", () => {
    const words = (pe: number, simd: number, parallel: number): readonly bigint[] =>
      hw.kernelOf(after(pe, simd, parallel).op).memories!(after(pe, simd, parallel).op)[0]!.words();
    const word = (at: readonly number[]): bigint =>
      hw.packWord(
        at.map((i) => weights[i]!),
        3,
      );
    expect(words(2, 1, 0).slice(0, 4)).toEqual([word([0, 1]), word([2, 3]), word([4, 5]), word([6, 7])]);
    expect(words(2, 2, 1)).toEqual(
      [0, 2, 4].flatMap((c) => [0, 12].map((k) => word([k + c, k + c + 1, k + 6 + c, k + 7 + c]))),
    );
  });
});

describe("evaluators of kernels of images", () => {
  it("pad, pool, slice, concatenate and repeat what they say", () => {
    const padded = one([stream("u4", [1, 1, 2, 1], 1)], (g, [x]) =>
      hw.Pad.build(g, [x!], { pads: [1, 0, 0, 1], value: 9 }),
    );
    expect([...numbers(padded.run())]).toEqual([9, 9, 9, 0, 1, 9]);
    const pooled = (mode: "max" | "sum"): number[] => [
      ...numbers(
        one([stream("u4", [1, 1, 1, 6], 2)], (g, [x]) =>
          hw.Pool.build(g, [x!], { mode, window: 3, elem: "u5", simd: 2 }),
        ).run(),
      ),
    ];
    expect([pooled("max"), pooled("sum")]).toEqual([
      [4, 5],
      [6, 9],
    ]);
    const part = one([stream("u4", [2, 4], 1)], (g, [x]) => hw.Slice.build(g, [x!], { first: 1, count: 2 }));
    expect([...numbers(part.run())]).toEqual([1, 2, 5, 6]);
    const both = one([stream("u8", [2, 2], 1), stream("u8", [2, 1], 1)], (g, v) => hw.Concat.build(g, v));
    expect([...numbers(both.run())]).toEqual([0, 1, 100, 2, 3, 101]);
    const more = one([stream("u4", [1, 1, 2, 1], 1)], (g, [x]) =>
      hw.Upsample.build(g, [x!], { scales: [2, 2] }),
    );
    expect([...numbers(more.run())]).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
  });
});

describe("hw.threshold", () => {
  const stored = (input: ElemType, elem: ElemType, values: readonly number[]): [number, bigint[]] => {
    const { op } = one([stream(input, [1, values.length], 1)], (g, [x]) =>
      hw.Threshold.build(g, [x!, constant(g, elem, [values.length, 1], values)], { elem: "u1" }),
    );
    return [hw.thresholdBits(op), [...hw.kernelOf(op).memories!(op)[0]!.words()]];
  };

  it("stores thresholds with a sign where its input has one, and only there", () => {
    expect(stored("i6", "i5", [-3, 9])).toEqual([5, [29n, 9n]]);
    expect(stored("i6", "u5", [28, 2])).toEqual([6, [28n, 2n]]);
    expect(stored("u6", "u5", [28, 2])).toEqual([5, [28n, 2n]]);
    expect(stored("u6", "i5", [-3, 9])).toEqual([4, [0n, 9n]]);
    expect(stored("bipolar", "i2", [-1, 1])).toEqual([2, [0n, 1n]]);
  });
});
