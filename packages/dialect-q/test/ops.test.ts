import {
  AnalysisManager,
  Constant,
  type ElemType,
  elemForRange,
  elemInfo,
  evaluate,
  Graph,
  InterfaceTable,
  integerRanges,
  numbers,
  opTable,
  parseGraph,
  printGraph,
  product,
  type Tensor,
  tensor,
  tensorFrom,
  type Value,
  verifyGraph,
} from "@gatefold/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Add, Affine, ArgMax, Lookup, MatMul, negateRows, qOps, Reshape, Threshold } from "../src/index.js";

const codeElem = fc.oneof(
  fc.constantFrom<ElemType>("bipolar", "bool", "u1", "i1", "i2"),
  fc.integer({ min: 2, max: 12 }).map((b): ElemType => `u${b}`),
  fc.integer({ min: 2, max: 12 }).map((b): ElemType => `i${b}`),
);

function codesOf(elem: ElemType, count: number): fc.Arbitrary<number[]> {
  const { min, max } = elemInfo(elem);
  const one =
    elem === "bipolar"
      ? fc.constantFrom(-1, 1)
      : fc.oneof(fc.constantFrom(min, max), fc.integer({ min, max }));
  return fc.array(one, { minLength: count, maxLength: count });
}

const tensorArb = (elem: ElemType, shape: readonly number[]): fc.Arbitrary<Tensor> =>
  codesOf(elem, product(shape)).map((values) => tensorFrom(elem, shape, values));

/** One op on one input: what it gives, and that the range analysis holds it. */
function run(x: Tensor, make: (graph: Graph, value: Value) => Value): bigint[] {
  const graph = new Graph("main");
  const input = graph.addInput(tensor(x.elem, x.shape), "x");
  const out = make(graph, input);
  graph.setOutputs([out]);
  expect(verifyGraph(graph)).toEqual([]);
  const text = printGraph(graph);
  expect(printGraph(parseGraph(text, { ops: opTable(qOps) }))).toBe(text);
  const [result] = evaluate(graph, [x]);
  expect([result!.elem, result!.shape]).toEqual([out.type.elem, out.type.shape]);
  const { lo, hi, channels } = new AnalysisManager(new InterfaceTable()).get(integerRanges, graph).of(out);
  const values = Array.from(numbers(result!));
  const inner = channels ? product(out.type.shape.slice(channels.axis + 1)) : 1;
  values.forEach((v, i) => {
    expect(v >= lo && v <= hi).toBe(true);
    const c = channels ? Math.floor(i / inner) % out.type.shape[channels.axis]! : 0;
    if (channels) expect(v >= channels.lo[c]! && v <= channels.hi[c]!).toBe(true);
  });
  return values.map((v) => BigInt(v));
}

const constant = (graph: Graph, value: Tensor): Value => Constant.build(graph, [], { value });
const big = (t: Tensor): bigint[] => Array.from(numbers(t), (v) => BigInt(v));

/** Shape, channel axis (counted either way), and the channel of each element. */
const layout = fc
  .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      axis: fc.integer({ min: -shape.length, max: shape.length - 1 }),
    }),
  )
  .map(({ shape, axis }) => {
    const front = axis < 0 ? axis + shape.length : axis;
    const inner = product(shape.slice(front + 1));
    return {
      shape,
      axis,
      channels: shape[front]!,
      channelOf: (i: number): number => Math.floor(i / inner) % shape[front]!,
    };
  });

describe("evaluators agree with bigint arithmetic, inside their ranges", () => {
  it("q.matmul", () => {
    const sizes = fc.record({
      rows: fc.integer({ min: 1, max: 3 }),
      k: fc.integer({ min: 1, max: 6 }),
      n: fc.integer({ min: 1, max: 4 }),
    });
    const cases = fc
      .tuple(sizes, codeElem, codeElem)
      .chain(([s, xe, we]) =>
        fc.tuple(fc.constant(s), tensorArb(xe, [s.rows, s.k]), tensorArb(we, [s.n, s.k])),
      );
    fc.assert(
      fc.property(cases, ([{ rows, k, n }, x, w]) => {
        const [xs, ws] = [big(x), big(w)];
        const model = Array.from({ length: rows * n }, (_, i) => {
          let sum = 0n;
          for (let j = 0; j < k; j++) sum += xs[Math.floor(i / n) * k + j]! * ws[(i % n) * k + j]!;
          return sum;
        });
        expect(run(x, (g, v) => MatMul.build(g, [v, constant(g, w)], { elem: "i40" }))).toEqual(model);
      }),
    );
  });

  it("q.threshold, one row or one a channel, bipolar or counted", () => {
    const cases = fc
      .tuple(layout, codeElem, fc.nat(5), fc.boolean(), fc.boolean())
      .chain(([at, elem, count, shared, bipolar]) => {
        const rows = shared ? 1 : at.channels;
        const n = bipolar ? 1 : count;
        const row = fc.array(fc.integer({ min: -5000, max: 5000 }), { minLength: n, maxLength: n });
        const sorted = row.map((r) => r.sort((a, b) => a - b));
        const table = fc.array(sorted, { minLength: rows, maxLength: rows });
        const bias = bipolar ? fc.constant(0) : fc.integer({ min: -3, max: 3 });
        return fc.tuple(fc.constant({ at, bipolar }), tensorArb(elem, at.shape), table, bias);
      });
    fc.assert(
      fc.property(cases, ([{ at, bipolar }, x, table, bias]) => {
        const t = tensorFrom("i16", [table.length, table[0]!.length], table.flat());
        const model = big(x).map((v, i) => {
          const row = table[table.length === 1 ? 0 : at.channelOf(i)]!;
          const reached = row.filter((limit) => v >= BigInt(limit)).length;
          return BigInt(bipolar ? 2 * reached - 1 : bias + reached);
        });
        const elem: ElemType = bipolar ? "bipolar" : "i5";
        expect(
          run(x, (g, v) => Threshold.build(g, [v, constant(g, t)], { elem, bias, axis: at.axis })),
        ).toEqual(model);
      }),
    );
  });

  it("q.lookup", () => {
    const cases = fc
      .tuple(layout, fc.constantFrom<ElemType>("u3", "i3", "bipolar"), fc.boolean(), codeElem)
      .chain(([at, elem, shared, out]) => {
        const { min, max } = elemInfo(elem);
        return fc.tuple(
          fc.constant({ at, lo: min, out }),
          tensorArb(elem, at.shape),
          tensorArb(out, [shared ? 1 : at.channels, max - min + 1]),
        );
      });
    fc.assert(
      fc.property(cases, ([{ at, lo, out }, x, table]) => {
        const [rows, length] = [table.shape[0]!, table.shape[1]!];
        const entries = big(table);
        const model = big(x).map(
          (v, i) => entries[(rows === 1 ? 0 : at.channelOf(i)) * length + Number(v) - lo]!,
        );
        expect(
          run(x, (g, v) => Lookup.build(g, [v, constant(g, table)], { elem: out, lo, axis: at.axis })),
        ).toEqual(model);
      }),
    );
  });

  it("q.affine", () => {
    const cases = fc
      .tuple(layout, codeElem, fc.boolean(), fc.boolean())
      .chain(([at, elem, one, shared]) =>
        fc.tuple(
          fc.constant(at),
          tensorArb(elem, at.shape),
          tensorArb("i6", [one ? 1 : at.channels]),
          tensorArb("i20", [shared ? 1 : at.channels]),
        ),
      );
    fc.assert(
      fc.property(cases, ([at, x, a, b]) => {
        const pick = (t: Tensor, i: number): bigint => big(t)[t.data.length === 1 ? 0 : at.channelOf(i)]!;
        const model = big(x).map((v, i) => pick(a, i) * v + pick(b, i));
        const elem = "i32";
        expect(
          run(x, (g, v) => Affine.build(g, [v, constant(g, a), constant(g, b)], { elem, axis: at.axis })),
        ).toEqual(model);
      }),
    );
  });

  it("q.add, with weights, broadcast either way", () => {
    const weight = fc.integer({ min: -9, max: 9 });
    const shapes = fc.constantFrom<[number[], number[]]>(
      [
        [2, 3],
        [2, 3],
      ],
      [[2, 3], [3]],
      [
        [2, 2],
        [3, 2, 2],
      ],
      [[1], [2, 1]],
    );
    const cases = fc
      .tuple(shapes, codeElem, codeElem, weight, weight, fc.boolean())
      .chain(([[a, b], xe, ye, m, n, swap]) =>
        fc.tuple(fc.constant({ m, n, swap }), tensorArb(xe, a), tensorArb(ye, b)),
      );
    fc.assert(
      fc.property(cases, ([{ m, n, swap }, x, y]) => {
        const size = Math.max(x.data.length, y.data.length);
        // All shapes here repeat along the first axes only.
        const at = (t: Tensor, i: number): bigint => big(t)[i % t.data.length]!;
        const model = Array.from({ length: size }, (_, i) => BigInt(m) * at(x, i) + BigInt(n) * at(y, i));
        const got = run(x, (g, v) => {
          const other = constant(g, y);
          return swap
            ? Add.build(g, [other, v], { elem: "i20", m: n, n: m })
            : Add.build(g, [v, other], { elem: "i20", m, n });
        });
        expect(got).toEqual(model);
      }),
    );
  });

  it("q.add of two values whose channels stand on different axes", () => {
    const graph = new Graph("main");
    const [x, y] = [graph.addInput(tensor("u4", [2, 2]), "x"), graph.addInput(tensor("u4", [3, 2, 2]), "y")];
    const scaled = (v: Value, axis: number): Value => {
      const parameters = [
        [1, 100],
        [0, 0],
      ].map((p) => constant(graph, tensorFrom("u7", [2], p)));
      return Affine.build(graph, [v, ...parameters], { elem: "u12", axis });
    };
    const out = Add.build(graph, [scaled(x, 1), scaled(y, 1)], { elem: "u13" });
    graph.setOutputs([out]);
    const { lo, hi, channels } = new AnalysisManager(new InterfaceTable()).get(integerRanges, graph).of(out);
    expect({ lo, hi, channels }).toEqual({ lo: 0, hi: 3000, channels: undefined });
  });

  it("q.reshape keeps the ranges of channels that stay innermost, and of no others", () => {
    const rangeAfter = (shape: readonly number[]): unknown => {
      const graph = new Graph("main");
      const x = graph.addInput(tensor("u4", [2, 3, 2]), "x");
      const parameters = [
        [1, 100],
        [0, 7],
      ].map((p) => constant(graph, tensorFrom("u7", [2], p)));
      const scaled = Affine.build(graph, [x, ...parameters], { elem: "u12" });
      const out = Reshape.build(graph, [scaled], { shape });
      graph.setOutputs([out]);
      return new AnalysisManager(new InterfaceTable()).get(integerRanges, graph).of(out);
    };
    const channels = { axis: 1, lo: Float64Array.of(0, 7), hi: Float64Array.of(15, 1507) };
    expect(rangeAfter([6, 2])).toEqual({ lo: 0, hi: 1507, channels });
    expect(rangeAfter([2, 6])).toEqual({ lo: 0, hi: 1507 });
    expect(rangeAfter([12])).toEqual({ lo: 0, hi: 1507 });
  });

  it("q.argmax: the first of the greatest", () => {
    const cases = fc
      .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 9 }), codeElem, fc.boolean())
      .chain(([rows, width, elem, keep]) =>
        fc.tuple(fc.constant({ rows, width, keep }), tensorArb(elem, [rows, width])),
      );
    fc.assert(
      fc.property(cases, ([{ rows, width, keep }, x]) => {
        const xs = Array.from(numbers(x));
        const model = Array.from({ length: rows }, (_, r) => {
          const row = xs.slice(r * width, (r + 1) * width);
          return BigInt(row.indexOf(Math.max(...row)));
        });
        expect(run(x, (g, v) => ArgMax.build(g, [v], { keep_dims: keep }))).toEqual(model);
      }),
    );
  });

  it("q.reshape keeps elements, and forgets which channel ranges how", () => {
    const x = tensorFrom("u4", [2, 3], [1, 2, 3, 4, 5, 6]);
    const values = run(x, (g, v) => {
      const parameters = [
        [1, 2, 3],
        [0, 0, 0],
      ].map((p) => constant(g, tensorFrom("u2", [3], p)));
      const scaled = Affine.build(g, [v, ...parameters], { elem: "u6" });
      return Reshape.build(g, [scaled], { shape: [3, 2] });
    });
    expect(values).toEqual([1n, 4n, 9n, 4n, 10n, 18n]);
  });
});

describe("ranges", () => {
  it("of a product follow the weights and the channels of the input", () => {
    const graph = new Graph("main");
    const x = graph.addInput(tensor("u4", [1, 2]), "x");
    const parameters = [
      [1, -2],
      [0, 5],
    ].map((p) => constant(graph, tensorFrom("i4", [2], p)));
    const scaled = Affine.build(graph, [x, ...parameters], { elem: "i8" });
    const w = constant(graph, tensorFrom("i3", [2, 2], [1, 1, -3, 2]));
    const out = MatMul.build(graph, [scaled, w], { elem: "i10" });
    graph.setOutputs([out]);
    // The channels of the input take 0 … 15 and −25 … 5.
    expect(new AnalysisManager(new InterfaceTable()).get(integerRanges, graph).of(out)).toEqual({
      lo: -95,
      hi: 20,
      channels: { axis: 1, lo: Float64Array.of(-25, -95), hi: Float64Array.of(20, 10) },
    });
  });

  it("of a product don't take channels of another axis for its inputs'", () => {
    const graph = new Graph("main");
    const x = graph.addInput(tensor("u4", [1, 2, 2]), "x");
    const parameters = [
      [0, 1],
      [0, 0],
    ].map((p) => constant(graph, tensorFrom("i4", [2], p)));
    const scaled = Affine.build(graph, [x, ...parameters], { elem: "u4", axis: 1 });
    const w = constant(graph, tensorFrom("u1", [1, 2], [1, 0]));
    const out = MatMul.build(graph, [scaled, w], { elem: "u5" });
    graph.setOutputs([out]);
    expect(new AnalysisManager(new InterfaceTable()).get(integerRanges, graph).of(out).hi).toBe(15);
  });

  it("of a long table are found", () => {
    const length = 2 ** 18;
    const graph = new Graph("main");
    const x = graph.addInput(tensor("u18", [1]), "x");
    const entries = Float64Array.from({ length }, (_, i) => (i === 77 ? 3 : 1));
    const out = Lookup.build(graph, [x, constant(graph, tensorFrom("u2", [1, length], entries))], {
      elem: "u2",
    });
    graph.setOutputs([out]);
    const { lo, hi } = new AnalysisManager(new InterfaceTable()).get(integerRanges, graph).of(out);
    expect([lo, hi]).toEqual([1, 3]);
  });
});

describe("negateRows", () => {
  it("keeps the type while it holds, and widens it when it does not", () => {
    const bits = tensorFrom("bipolar", [2, 2], [1, -1, 1, 1]);
    expect(negateRows(bits, [true, false])).toEqual(tensorFrom("bipolar", [2, 2], [-1, 1, 1, 1]));
    const edge = tensorFrom("i8", [2, 1], [-128, 3]);
    expect(negateRows(edge, [true, true])).toEqual(tensorFrom(elemForRange(-3, 128), [2, 1], [128, -3]));
    expect(negateRows(edge, [false, true]).elem).toBe("i8");
  });
});

describe("constraints", () => {
  const graph = (): Graph => new Graph("main");
  const broken = (make: (g: Graph) => unknown): string => {
    try {
      const g = graph();
      make(g);
      g.setOutputs([]);
      return verifyGraph(g)
        .map((d) => d.message)
        .join("; ");
    } catch (error) {
      return (error as Error).message;
    }
  };
  const real = (g: Graph): Value => g.addInput(tensor("f32", [1, 2]));
  const ints = (g: Graph, shape: readonly number[] = [1, 2]): Value => g.addInput(tensor("u4", shape));
  const table = (g: Graph, shape: readonly number[], values: readonly number[]): Value =>
    constant(g, tensorFrom("i8", shape, values));

  it.each<[string, RegExp, (g: Graph) => unknown]>([
    [
      "q.matmul (C1)",
      /^\(C1\) operands are not integers/,
      (g) => MatMul.build(g, [real(g), table(g, [1, 2], [1, 1])], { elem: "i8" }),
    ],
    [
      "q.matmul (C2)",
      /^\(C2\) weights of shape \[1,3\]/,
      (g) => MatMul.build(g, [ints(g), table(g, [1, 3], [1, 1, 1])], { elem: "i8" }),
    ],
    [
      "q.threshold (C1)",
      /^\(C1\)/,
      (g) => Threshold.build(g, [real(g), table(g, [1, 1], [1])], { elem: "u1" }),
    ],
    [
      "q.threshold (C2) rows",
      /^\(C2\) parameters have 3 rows for 2 channels/,
      (g) => Threshold.build(g, [ints(g), table(g, [3, 1], [1, 1, 1])], { elem: "u1" }),
    ],
    [
      "q.threshold (C2) matrix",
      /^\(C2\) thresholds of shape \[1\]/,
      (g) => Threshold.build(g, [ints(g), table(g, [1], [1])], { elem: "u1" }),
    ],
    [
      "q.threshold (C3)",
      /\(C3\): a row of thresholds does not ascend/,
      (g) => Threshold.build(g, [ints(g), table(g, [2, 2], [1, 2, 3, 2])], { elem: "u2" }),
    ],
    [
      "q.threshold (C4) count",
      /^\(C4\)/,
      (g) => Threshold.build(g, [ints(g), table(g, [1, 2], [1, 2])], { elem: "bipolar" }),
    ],
    [
      "q.threshold (C4) bias",
      /^\(C4\)/,
      (g) => Threshold.build(g, [ints(g), table(g, [1, 1], [1])], { elem: "bipolar", bias: 1 }),
    ],
    ["q.lookup (C1)", /^\(C1\)/, (g) => Lookup.build(g, [real(g), table(g, [1, 2], [1, 1])], { elem: "u1" })],
    ["q.lookup (C2)", /^\(C2\)/, (g) => Lookup.build(g, [ints(g), table(g, [2], [1, 1])], { elem: "u1" })],
    [
      "q.affine (C1)",
      /^\(C1\)/,
      (g) => Affine.build(g, [real(g), table(g, [1], [1]), table(g, [1], [1])], { elem: "i8" }),
    ],
    [
      "q.affine (C2)",
      /^\(C2\)/,
      (g) => Affine.build(g, [ints(g), table(g, [3], [1, 1, 1]), table(g, [1], [1])], { elem: "i8" }),
    ],
    ["q.add (C1)", /^\(C1\)/, (g) => Add.build(g, [ints(g), real(g)], { elem: "i8" })],
    ["q.add (C2)", /^\(C2\)/, (g) => Add.build(g, [ints(g), ints(g, [3])], { elem: "i8" })],
    ["q.argmax (C1)", /^\(C1\)/, (g) => ArgMax.build(g, [ints(g, [])])],
    [
      "q.reshape (C1)",
      /^\(C1\) \[1,2\] has 2 elements, \[3\] 3/,
      (g) => Reshape.build(g, [ints(g)], { shape: [3] }),
    ],
  ])("%s", (_, message, make) => {
    expect(broken(make)).toMatch(message);
  });

  it("an accumulator never wraps, and a table has no entry outside", () => {
    const at = (x: number, make: (g: Graph, v: Value) => Value) => (): bigint[] =>
      run(tensorFrom("u4", [1, 1], [x]), make);
    const square = (g: Graph, v: Value): Value =>
      MatMul.build(g, [v, table(g, [1, 1], [100])], { elem: "i8" });
    expect(at(1, square)()).toEqual([100n]);
    expect(at(2, square)).toThrow("200 is not a value of i8");
    const look = (g: Graph, v: Value): Value =>
      Lookup.build(g, [v, table(g, [1, 2], [7, 8])], { elem: "i8", lo: 3 });
    expect(at(4, look)()).toEqual([8n]);
    expect(at(2, look)).toThrow("2 is outside the table's 3 … 4");
    expect(at(5, look)).toThrow("5 is outside the table's 3 … 4");
  });
});
