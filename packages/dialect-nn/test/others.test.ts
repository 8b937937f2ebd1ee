import { tensorFrom } from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import { describe, expect, it } from "vitest";
import { f32, flat, number, place, ramp, run, values, vector } from "./run.js";

describe("normalization of samples", () => {
  it("brings each channel of each sample to mean 0 and variance 1", () => {
    const x = f32([1, 2, 2], [1, 3, 10, 30]);
    expect(values(nn.InstanceNorm, [x, vector(1, 2), vector(0, 5)], { epsilon: 0 })).toEqual([-1, 1, 3, 7]);
  });
  it("brings the last axes to mean 0 and variance 1 together", () => {
    const x = f32([2, 2], [1, 3, 10, 30]);
    expect(values(nn.LayerNorm, [x, vector(1, 2)], { epsilon: 0 })).toEqual([-1, 2, -1, 2]);
    expect(values(nn.LayerNorm, [x, number(1), vector(1, 0)], { epsilon: 0 })).toEqual([0, 1, 0, 1]);
    expect(() => place(nn.LayerNorm, [x, ramp([3, 2, 2])])).toThrow("(C3)");
  });
  it("divides by the neighbouring channels", () => {
    // size 3: squares around channel 0 are 1 + 4, around 1 1 + 4 + 4, around 2 4 + 4.
    const x = f32([1, 3], [1, 2, 2]);
    expect(values(nn.Lrn, [x], { size: 3, alpha: 3, beta: 1, bias: 1 })).toEqual([1 / 6, 2 / 10, 2 / 9]);
    // size 2 takes the channel after, none before.
    expect(values(nn.Lrn, [x], { size: 2, alpha: 2, beta: 1, bias: 1 })).toEqual([1 / 6, 2 / 9, 2 / 5]);
  });
});

describe("resizing", () => {
  const x = f32([4], [0, 1, 2, 3]);
  const nearest = (attrs: object) => values(nn.Resize, [x], attrs as never);
  it("takes the nearest element by each coordinate rule", () => {
    expect(nearest({ scales: [2] })).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect(
      nearest({ sizes: [2], coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" }),
    ).toEqual([0, 2]);
    expect(nearest({ sizes: [2], coordinate_transformation_mode: "align_corners" })).toEqual([0, 3]);
    expect(nearest({ sizes: [2], nearest_mode: "ceil" })).toEqual([1, 3]);
    expect(nearest({ sizes: [1], coordinate_transformation_mode: "pytorch_half_pixel" })).toEqual([0]);
    expect(nearest({ sizes: [-1] })).toEqual([0, 1, 2, 3]);
  });
  it("interpolates linearly and holds the ends", () => {
    expect(values(nn.ResizeLinear, [x], { scales: [2] })).toEqual([0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3]);
    const square = f32([2, 2], [0, 2, 4, 6]);
    const corners = { sizes: [3, 3], coordinate_transformation_mode: "align_corners" };
    expect(values(nn.ResizeLinear, [square], corners)).toEqual([0, 1, 2, 2, 3, 4, 4, 5, 6]);
  });
});

describe("ops that make tensors", () => {
  it("reads shapes of the tensor, not of the type", () => {
    const x = ramp([2, 3, 4]);
    expect(values(nn.Shape, [x])).toEqual([2, 3, 4]);
    expect(values(nn.Shape, [x], { start: -2, end: 99 })).toEqual([3, 4]);
    expect(values(nn.Shape, [x], { start: 2, end: 1 })).toEqual([]);
    expect(values(nn.Size, [x])).toEqual([24]);
  });
  it("fills and counts", () => {
    const [ones] = run(nn.ConstantOfShape, [], { shape: [2, 2], value: 1, elem: "u8" });
    expect([ones!.elem, ...flat(ones!)]).toEqual(["u8", 1, 1, 1, 1]);
    expect(values(nn.Range, [], { start: 1, limit: 6, delta: 2 })).toEqual([1, 3, 5]);
    expect(values(nn.Range, [], { start: 6, limit: 1, delta: -2 })).toEqual([6, 4, 2]);
    expect(values(nn.Range, [], { limit: -1 })).toEqual([]);
    expect(() => place(nn.Range, [], { limit: 1, delta: 0 })).toThrow("(C1)");
    expect(() => place(nn.ConstantOfShape, [], { shape: [-1] })).toThrow("(C1)");
  });
  it("keeps triangles", () => {
    const x = f32([2, 3], [1, 2, 3, 4, 5, 6]);
    expect(values(nn.Trilu, [x])).toEqual([1, 2, 3, 0, 5, 6]);
    expect(values(nn.Trilu, [x], { upper: false, k: 1 })).toEqual([1, 2, 0, 4, 5, 6]);
  });
});

describe("the dialect", () => {
  it("names every op once, says what it does, and evaluates it", () => {
    const names = nn.nnOps.map((def) => def.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => name.startsWith("nn."))).toBe(true);
    expect(nn.nnOps.filter((def) => def.summary === "" || !def.evaluate)).toEqual([]);
    expect(names).toMatchSnapshot();
  });
  it("rejects positions outside of an axis when it gathers", () => {
    const at = tensorFrom("i64", [1], [3]);
    expect(() => run(nn.Gather, [vector(1, 2, 3), at])).toThrow("position 3 is outside");
    expect(() => run(nn.GatherElements, [vector(1, 2, 3), at])).toThrow("position 3 is outside");
    expect(() => run(nn.GatherND, [vector(1, 2, 3), at])).toThrow("position 3 is outside");
  });
});
