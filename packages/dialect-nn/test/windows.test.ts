import { evaluateOp, numbers, type Tensor, tensorFrom } from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { f32, flat, number, place, ramp, run, values, vector } from "./run.js";

const geometry = fc.record({
  rank: fc.integer({ min: 1, max: 3 }),
  size: fc.integer({ min: 3, max: 5 }),
  kernel: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 3 }),
  dilation: fc.integer({ min: 1, max: 2 }),
  begin: fc.integer({ min: 0, max: 2 }),
  end: fc.integer({ min: 0, max: 2 }),
  group: fc.constantFrom(1, 2),
  perGroup: fc.integer({ min: 1, max: 2 }),
});

type Geometry = typeof geometry extends fc.Arbitrary<infer T> ? T : never;

const fill = (rank: number, v: number): number[] => new Array<number>(rank).fill(v);
const fits = (g: Geometry): boolean => g.size + g.begin + g.end > g.dilation * (g.kernel - 1);
const attrsOf = (g: Geometry) => ({
  strides: fill(g.rank, g.stride),
  dilations: fill(g.rank, g.dilation),
  pads: [...fill(g.rank, g.begin), ...fill(g.rank, g.end)],
});

/** All positions of a shape, in order. */
function* positions(shape: readonly number[]): Generator<number[]> {
  if (shape.length === 0) yield [];
  else for (let i = 0; i < shape[0]!; i++) for (const rest of positions(shape.slice(1))) yield [i, ...rest];
}

function at(t: Tensor, position: readonly number[]): number {
  const inside = position.every((p, i) => p >= 0 && p < t.shape[i]!);
  return inside ? numbers(t)[position.reduce((n, p, i) => n * t.shape[i]! + p, 0)]! : 0;
}

/** The textbook's sum, position by position. */
function textbook(x: Tensor, w: Tensor, g: Geometry, out: readonly number[]): number[] {
  return [...positions(out)].map(([n, o, ...place]) => {
    let sum = 0;
    const first = Math.floor(o! / (w.shape[0]! / g.group)) * w.shape[1]!;
    for (const [c, ...k] of positions(w.shape.slice(1))) {
      const source = place.map((p, i) => p * g.stride - g.begin + k[i]! * g.dilation);
      sum += at(x, [n!, first + c!, ...source]) * at(w, [o!, c!, ...k]);
    }
    return sum;
  });
}

const toLast = (t: Tensor): Tensor => {
  const rank = t.shape.length;
  const perm = [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
  return run(nn.Transpose, [t], { perm })[0]!;
};

describe("nn.conv", () => {
  it("is the textbook's sum, in 1 to 3 dimensions, groups, dilations, strides and uneven pads", () => {
    fc.assert(
      fc.property(geometry, (g) => {
        fc.pre(fits(g));
        const x = ramp([2, 2 * g.group, ...fill(g.rank, g.size)]);
        const w = ramp([g.perGroup * g.group, 2, ...fill(g.rank, g.kernel)], 2);
        const [y] = run(nn.Conv, [x, w], { ...attrsOf(g), group: g.group });
        expect(flat(y!)).toEqual(textbook(x, w, g, y!.shape));
      }),
      { numRuns: 25 },
    );
  });

  it("gives the same in channels-last layout, with the same weights", () => {
    const [x, w, b] = [ramp([2, 4, 5, 3]), ramp([6, 2, 3, 2]), ramp([6])];
    const attrs = { group: 2, strides: [2, 1], pads: [1, 0, 0, 2] };
    const first = run(nn.Conv, [x, w, b], attrs)[0]!;
    const last = run(nn.Conv, [toLast(x), w, b], { ...attrs, layout: "channels_last" })[0]!;
    expect(last).toEqual(toLast(first));
  });

  it("is a matrix product after nn.im2_col", () => {
    const [x, w] = [ramp([1, 3, 5, 6]), ramp([4, 3, 3, 2])];
    const rows = run(nn.Im2Col, [toLast(x)], {
      kernel_size: [3, 2],
      stride: [2, 1],
      pad_amount: [1, 0, 1, 1],
    });
    const matrix = run(nn.Reshape, [run(nn.Transpose, [w], { perm: [2, 3, 1, 0] })[0]!], { shape: [-1, 4] });
    const direct = run(nn.Conv, [x, w], { strides: [2, 1], pads: [1, 0, 1, 1] })[0]!;
    expect(values(nn.MatMul, [rows[0]!, matrix[0]!])).toEqual(flat(toLast(direct)));
  });

  it("evaluates other batch sizes than it was made for", () => {
    const w = ramp([2, 3, 3, 3]);
    const op = place(nn.Conv, [ramp([1, 3, 4, 4]), w]);
    expect(evaluateOp(op, [ramp([5, 3, 4, 4]), w])[0]!.shape).toEqual([5, 2, 2, 2]);
  });

  it("pads SAME_UPPER after, SAME_LOWER before", () => {
    const [x, w] = [f32([1, 1, 4], [1, 2, 3, 4]), f32([1, 1, 2], [1, 10])];
    expect(values(nn.Conv, [x, w], { auto_pad: "SAME_UPPER" })).toEqual([21, 32, 43, 4]);
    expect(values(nn.Conv, [x, w], { auto_pad: "SAME_LOWER" })).toEqual([10, 21, 32, 43]);
    expect(values(nn.Conv, [x, w], { auto_pad: "VALID" })).toEqual([21, 32, 43]);
    expect(values(nn.Conv, [x, w], { auto_pad: "SAME_UPPER", strides: [3] })).toEqual([21, 4]);
  });

  it.each([
    [[ramp([1, 2]), ramp([1, 2])], {}, "(C2)"],
    [[ramp([1, 2, 3, 3]), ramp([1, 2, 3, 3])], { kernel_shape: [2, 2] }, "(C3)"],
    [[ramp([1, 3, 3, 3]), ramp([1, 2, 3, 3])], {}, "(C4)"],
    [[ramp([1, 2, 3, 3]), ramp([3, 1, 3, 3])], { group: 2 }, "(C4)"],
    [[ramp([1, 2, 3, 3]), ramp([3, 2, 3, 3]), ramp([2])], {}, "(C5)"],
    [[ramp([1, 2, 3, 3]), ramp([3, 2, 4, 4])], {}, "(W)"],
    [[ramp([1, 2, 3, 3]), ramp([3, 2, 1, 1])], { strides: [1] }, "(W)"],
    [[ramp([1, 2, 3]), tensorFrom("i8", [1, 2, 1], [1, 1])], {}, "(C1)"],
  ] as const)("%# rejects by label", (operands, attrs, label) => {
    expect(() => place(nn.Conv, operands, attrs)).toThrow(label);
  });
});

describe("nn.conv_transpose", () => {
  it("is the transpose of nn.conv: ⟨conv x, y⟩ = ⟨x, convᵀ y⟩", () => {
    const dot = (a: Tensor, b: Tensor): number =>
      flat(a).reduce((sum, v, i) => sum + v * Number(b.data[i]), 0);
    fc.assert(
      fc.property(geometry, (g) => {
        fc.pre(fits(g));
        const x = ramp([2, 2 * g.group, ...fill(g.rank, g.size)]);
        const w = ramp([g.perGroup * g.group, 2, ...fill(g.rank, g.kernel)], 2);
        const attrs = { ...attrsOf(g), group: g.group };
        const y = run(nn.Conv, [x, w], attrs)[0]!;
        const z = ramp(y.shape, 3);
        const rest = (g.size + g.begin + g.end - g.dilation * (g.kernel - 1) - 1) % g.stride;
        const back = run(nn.ConvTranspose, [z, w], { ...attrs, output_padding: fill(g.rank, rest) })[0]!;
        expect(back.shape).toEqual(x.shape);
        expect(dot(x, back)).toBe(dot(y, z));
      }),
      { numRuns: 25 },
    );
  });
  it("adds the bias, and takes a wanted shape", () => {
    const [x, w] = [f32([1, 1, 2], [1, 2]), f32([1, 1, 3], [1, 1, 1])];
    expect(values(nn.ConvTranspose, [x, w, vector(10)])).toEqual([11, 13, 13, 12]);
    expect(values(nn.ConvTranspose, [x, w], { strides: [2], output_shape: [4] })).toEqual([1, 3, 2, 2]);
    expect(() => place(nn.ConvTranspose, [x, w], { pads: [2, 2] })).toThrow("(C6)");
  });
});

describe("pooling", () => {
  const x = f32([1, 1, 5], [1, 5, 3, -2, 4]);
  it("takes the largest, or the mean, of what is inside", () => {
    const attrs = { kernel_shape: [3], strides: [2], pads: [1, 1] };
    expect(values(nn.MaxPool, [x], attrs)).toEqual([5, 5, 4]);
    expect(values(nn.AveragePool, [x], attrs)).toEqual([3, 2, 1]);
    expect(values(nn.AveragePool, [x], { ...attrs, count_include_pad: true })).toEqual([2, 2, 2 / 3]);
    expect(values(nn.LpPool, [f32([1, 1, 2], [3, -4])], { kernel_shape: [2] })).toEqual([5]);
  });
  it("adds a last window in ceil mode, unless it would start in the end padding", () => {
    const pool = (attrs: object) => values(nn.MaxPool, [x], { kernel_shape: [2], strides: [2], ...attrs });
    expect(pool({})).toEqual([5, 3]);
    expect(pool({ ceil_mode: true })).toEqual([5, 3, 4]);
    expect(pool({ ceil_mode: true, pads: [0, 2] })).toEqual([5, 3, 4]);
    const mean = { kernel_shape: [2], strides: [2], ceil_mode: true, count_include_pad: true };
    // The last window reaches beyond input and padding: only what is there counts.
    expect(values(nn.AveragePool, [x], mean)).toEqual([3, 0.5, 4]);
  });
  it("ignores padding that is larger than every element", () => {
    expect(values(nn.MaxPool, [f32([1, 1, 1], [-3])], { kernel_shape: [3], pads: [1, 1] })).toEqual([-3]);
  });
  it("dilates", () => {
    expect(values(nn.MaxPool, [x], { kernel_shape: [2], dilations: [3] })).toEqual([1, 5]);
  });
  it("gives the same in channels-last layout", () => {
    const planes = ramp([2, 3, 4, 6]);
    const attrs = { kernel_shape: [2, 3], strides: [1, 2], pads: [0, 1, 1, 0] };
    for (const def of [nn.MaxPool, nn.AveragePool] as const) {
      const last = run(def, [toLast(planes)], { ...attrs, layout: "channels_last" })[0]!;
      expect(last).toEqual(toLast(run(def, [planes], attrs)[0]!));
    }
    for (const def of [nn.GlobalAveragePool, nn.GlobalMaxPool] as const) {
      const last = run(def, [toLast(planes)], { layout: "channels_last" })[0]!;
      expect(last).toEqual(toLast(run(def, [planes])[0]!));
    }
  });
});

describe("matrix products", () => {
  it("follows NumPy's rules for vectors and batches", () => {
    const shapes = (a: number[], b: number[]) => run(nn.MatMul, [ramp(a), ramp(b)])[0]!.shape;
    expect(shapes([3], [3])).toEqual([]);
    expect(shapes([3], [3, 2])).toEqual([2]);
    expect(shapes([4, 3], [3])).toEqual([4]);
    expect(shapes([2, 1, 4, 3], [5, 3, 2])).toEqual([2, 5, 4, 2]);
  });
  it("multiplies rows by columns, for every number of rows", () => {
    for (const rows of [1, 3, 4, 5, 9]) {
      const [a, b] = [ramp([rows, 3]), ramp([3, 2], 2)];
      const wanted = [...positions([rows, 2])].map(([r, c]) =>
        [0, 1, 2].reduce((sum, k) => sum + at(a, [r!, k]) * at(b, [k, c!]), 0),
      );
      expect(values(nn.MatMul, [a, b])).toEqual(wanted);
    }
  });
  it("broadcasts batches", () => {
    const [a, b] = [ramp([2, 1, 2, 3]), ramp([3, 3, 2], 2)];
    const whole = run(nn.MatMul, [a, b])[0]!;
    const slice = (t: Tensor, i: number) => run(nn.Gather, [t, tensorFrom("i64", [], [i])])[0]!;
    for (const [i, j] of positions([2, 3])) {
      const one = run(nn.MatMul, [slice(slice(a, i!), 0), slice(b, j!)])[0]!;
      expect(slice(slice(whole, i!), j!)).toEqual(one);
    }
  });
  it("wraps integers", () => {
    const a = tensorFrom("i8", [1, 2], [100, 100]);
    expect(values(nn.MatMul, [a, tensorFrom("i8", [2, 1], [1, 1])])).toEqual([-56]);
  });
  it("scales, transposes and adds in nn.gemm", () => {
    const [a, b] = [f32([2, 1], [1, 2]), f32([1, 2], [3, 4])];
    const attrs = { alpha: 0.5, beta: 2, trans_a: true, trans_b: true };
    expect(values(nn.Gemm, [a, b, number(10)], attrs)).toEqual([25.5]);
    expect(values(nn.Gemm, [a, b, vector(10, 20)])).toEqual([13, 24, 16, 28]);
    expect(() => place(nn.Gemm, [a, b, vector(1, 2, 3)])).toThrow("(C4)");
    expect(() => place(nn.MatMul, [a, a])).toThrow("(C3)");
    expect(() => place(nn.MatMul, [a, number(1)])).toThrow("(C2)");
  });
});

describe("normalization", () => {
  it("computes batch norm per channel in either layout", () => {
    const x = ramp([2, 3, 4]);
    const list = [vector(1, 2, -1), vector(0, 1, 2), vector(0.5, 0, 1), vector(0.75, 3.75, 15.75)];
    const first = run(nn.BatchNorm, [x, ...list], { epsilon: 0.25 })[0]!;
    const wanted = [...positions(x.shape)].map(([n, c, i]) => {
      const [s, b, m, v] = list.map((t) => at(t, [c!])) as [number, number, number, number];
      return ((at(x, [n!, c!, i!]) - m) / Math.sqrt(v + 0.25)) * s + b;
    });
    expect(flat(first)).toEqual(wanted);
    const last = run(nn.BatchNorm, [toLast(x), ...list], { epsilon: 0.25, layout: "channels_last" })[0]!;
    expect(last).toEqual(toLast(first));
    expect(() => place(nn.BatchNorm, [x, ...list.slice(1), vector(1, 2)])).toThrow("(C3)");
  });
});
