import {
  AnalysisManager,
  Constant,
  type ElemType,
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
import { Concat, Conv, MaxPool, qOps, Slice, SumPool, Upsample } from "../src/index.js";

const elems = fc.constantFrom<ElemType>("bipolar", "u1", "i2", "u3", "i4", "u8");

function tensorArb(elem: ElemType, shape: readonly number[]): fc.Arbitrary<Tensor> {
  const { min, max } = elemInfo(elem);
  const one = elem === "bipolar" ? fc.constantFrom(-1, 1) : fc.integer({ min, max });
  const length = product(shape);
  return fc.array(one, { minLength: length, maxLength: length }).map((v) => tensorFrom(elem, shape, v));
}

/** Evaluates one op; checks its text, and that its range holds every element, channel by channel. */
function run(inputs: readonly Tensor[], make: (graph: Graph, values: readonly Value[]) => Value): Tensor {
  const graph = new Graph("main");
  const values = inputs.map((t, i) => graph.addInput(tensor(t.elem, t.shape), `x${i}`));
  const out = make(graph, values);
  graph.setOutputs([out]);
  expect(verifyGraph(graph)).toEqual([]);
  const text = printGraph(graph);
  expect(printGraph(parseGraph(text, { ops: opTable(qOps) }))).toBe(text);
  const [result] = evaluate(graph, inputs) as [Tensor];
  expect([result.elem, result.shape]).toEqual([out.type.elem, out.type.shape]);
  const { lo, hi, channels } = new AnalysisManager(new InterfaceTable()).get(integerRanges, graph).of(out);
  const depth = out.type.shape.at(-1)!;
  for (const [i, v] of numbers(result).entries()) {
    expect(v >= lo && v <= hi).toBe(true);
    if (channels) expect(v >= channels.lo[i % depth]! && v <= channels.hi[i % depth]!).toBe(true);
  }
  return result;
}

const pair = (min: number, max: number): fc.Arbitrary<[number, number]> =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));

/** An image, and a window that fits it. */
const windows = fc
  .record({
    size: pair(3, 6),
    channels: fc.integer({ min: 1, max: 4 }),
    kernel: pair(1, 3),
    strides: pair(1, 3),
    dilations: pair(1, 2),
    pads: fc.tuple(pair(0, 2), pair(0, 2)).map(([a, b]) => [...a, ...b]),
    elem: elems,
  })
  .filter(
    ({ size, kernel, dilations, pads }) =>
      [0, 1].every((d) => size[d]! + pads[d]! + pads[d + 2]! > dilations[d]! * (kernel[d]! - 1)) &&
      [0, 1].every((d) => Math.max(pads[d]!, pads[d + 2]!) < dilations[d]! * (kernel[d]! - 1) + 1),
  );
type Win = typeof windows extends fc.Arbitrary<infer W> ? W : never;

const outSize = (w: Win, d: 0 | 1): number =>
  Math.floor(
    (w.size[d] + w.pads[d]! + w.pads[d + 2]! - w.dilations[d] * (w.kernel[d] - 1) - 1) / w.strides[d],
  ) + 1;

/** The element that a tap sees; `undefined` outside the image. */
function seen(x: Tensor, w: Win, i: number, j: number, u: number, v: number, c: number): number | undefined {
  const y = i * w.strides[0] + u * w.dilations[0] - w.pads[0]!;
  const z = j * w.strides[1] + v * w.dilations[1] - w.pads[1]!;
  if (y < 0 || z < 0 || y >= w.size[0] || z >= w.size[1]) return undefined;
  return numbers(x)[(y * w.size[1] + z) * w.channels + c];
}

/** One number for each output pixel and channel, from all that its window sees. */
function model(w: Win, depth: number, one: (i: number, j: number, o: number) => number): number[] {
  const out: number[] = [];
  for (let i = 0; i < outSize(w, 0); i++)
    for (let j = 0; j < outSize(w, 1); j++) for (let o = 0; o < depth; o++) out.push(one(i, j, o));
  return out;
}

const taps = (w: Win): [number, number][] =>
  Array.from({ length: w.kernel[0] * w.kernel[1] }, (_, t) => [Math.floor(t / w.kernel[1]), t % w.kernel[1]]);
const imageOf = (w: Win): fc.Arbitrary<Tensor> => tensorArb(w.elem, [1, ...w.size, w.channels]);
const attrsOf = ({ strides, dilations, pads }: Win): Pick<Win, "strides" | "dilations" | "pads"> => ({
  strides,
  dilations,
  pads,
});
const list = (t: Tensor): number[] => Array.from(numbers(t), (v) => v + 0);

describe("evaluators of images agree with naive loops, inside their ranges", () => {
  it("q.conv: strides, dilations, asymmetric padding of any code, groups", () => {
    const cases = windows.chain((w) =>
      fc
        .record({ groups: fc.constantFrom(1, w.channels), share: fc.integer({ min: 1, max: 2 }) })
        .chain(({ groups, share }) => {
          const shape = [groups * share, ...w.kernel, w.channels / groups];
          const pad = w.elem === "bipolar" ? fc.constantFrom(-1, 1) : fc.constantFrom(0, 1);
          return fc.tuple(fc.constant(w), imageOf(w), tensorArb("i3", shape), fc.constant(groups), pad);
        }),
    );
    fc.assert(
      fc.property(cases, ([w, x, k, groups, pad]) => {
        const [filters, , , perGroup] = k.shape as [number, number, number, number];
        const expected = model(w, filters, (i, j, o) => {
          let sum = 0;
          taps(w).forEach(([u, v], t) => {
            for (let c = 0; c < perGroup; c++) {
              const channel = Math.floor(o / (filters / groups)) * perGroup + c;
              sum +=
                (seen(x, w, i, j, u, v, channel) ?? pad) *
                numbers(k)[(o * taps(w).length + t) * perGroup + c]!;
            }
          });
          return sum + 0;
        });
        const got = run([x], (graph, [value]) => {
          const weight = Constant.build(graph, [], { value: k });
          const attrs = { ...attrsOf(w), elem: "i24", groups, pad_value: pad } as const;
          return Conv.build(graph, [value!, weight], attrs);
        });
        expect(list(got)).toEqual(expected);
      }),
    );
  });

  it("q.max_pool: the padding does not count; q.sum_pool: it counts as 0", () => {
    const cases = windows.chain((w) => fc.tuple(fc.constant(w), imageOf(w)));
    fc.assert(
      fc.property(cases, ([w, x]) => {
        const all = (i: number, j: number, c: number): number[] =>
          taps(w).flatMap(([u, v]) => seen(x, w, i, j, u, v, c) ?? []);
        // A dilated window may lie around a small image and see none of it.
        fc.pre(model(w, 1, (i, j) => all(i, j, 0).length).every((n) => n > 0));
        const attrs = { ...attrsOf(w), kernel: w.kernel };
        const greatest = run([x], (graph, [v]) => MaxPool.build(graph, [v!], attrs));
        expect(list(greatest)).toEqual(model(w, w.channels, (i, j, c) => Math.max(...all(i, j, c))));
        const sum = run([x], (graph, [v]) => SumPool.build(graph, [v!], { ...attrs, elem: "i16" }));
        expect(list(sum)).toEqual(model(w, w.channels, (i, j, c) => all(i, j, c).reduce((a, b) => a + b, 0)));
      }),
    );
  });

  it("q.concat and q.slice: slices of a concatenation are its parts", () => {
    const cases = fc
      .record({
        elem: elems,
        widths: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
        pixels: fc.integer({ min: 1, max: 5 }),
      })
      .chain(({ elem, widths, pixels }) => fc.tuple(...widths.map((c) => tensorArb(elem, [1, pixels, c]))));
    fc.assert(
      fc.property(cases, (parts) => {
        const whole = run(parts, (graph, values) => Concat.build(graph, values));
        let first = 0;
        for (const part of parts) {
          const count = part.shape[2]!;
          const attrs = { first, count };
          expect(run([whole], (graph, [v]) => Slice.build(graph, [v!], attrs))).toEqual(part);
          first += count;
        }
        const pixels = parts[0]!.shape[1]!;
        const rows = Array.from({ length: pixels }, (_, p) =>
          parts.flatMap((t) => list(t).slice(p * t.shape[2]!, (p + 1) * t.shape[2]!)),
        );
        expect(list(whole)).toEqual(rows.flat());
      }),
    );
  });

  it("q.upsample repeats pixels", () => {
    const cases = fc
      .tuple(pair(1, 4), pair(1, 3), fc.integer({ min: 1, max: 3 }), elems)
      .chain(([size, scales, channels, elem]) =>
        fc.tuple(fc.constant(scales), tensorArb(elem, [1, ...size, channels])),
      );
    fc.assert(
      fc.property(cases, ([scales, x]) => {
        const [, h, w, c] = x.shape as [number, number, number, number];
        const expected: number[] = [];
        for (let y = 0; y < h * scales[0]; y++)
          for (let z = 0; z < w * scales[1]; z++)
            for (let k = 0; k < c; k++)
              expected.push(list(x)[(Math.floor(y / scales[0]) * w + Math.floor(z / scales[1])) * c + k]!);
        expect(list(run([x], (graph, [v]) => Upsample.build(graph, [v!], { scales })))).toEqual(expected);
      }),
    );
  });
});

describe("constraints", () => {
  const message = (make: (g: Graph, x: Value) => unknown): string => {
    const graph = new Graph("main");
    try {
      make(graph, graph.addInput(tensor("u4", [1, 4, 4, 2]), "x"));
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };
  const weights = (g: Graph, shape: readonly number[]): Value =>
    Constant.build(g, [], { value: tensorFrom("i2", shape, new Float64Array(product(shape))) });

  it.each<[string, RegExp, (g: Graph, x: Value) => unknown]>([
    [
      "q.conv (C3)",
      /^\(C3\) a 5x5 window/,
      (g, x) => Conv.build(g, [x, weights(g, [1, 5, 5, 2])], { elem: "i8" }),
    ],
    ["q.conv (C4)", /^\(C4\)/, (g, x) => Conv.build(g, [x, weights(g, [1, 3, 3, 1])], { elem: "i8" })],
    [
      "q.conv (C5)",
      /^\(C5\) -1 is no value of u4/,
      (g, x) =>
        Conv.build(g, [x, weights(g, [1, 3, 3, 2])], { elem: "i8", pads: [1, 1, 1, 1], pad_value: -1 }),
    ],
    ["q.max_pool (C3)", /^\(C3\)/, (g, x) => MaxPool.build(g, [x], { kernel: [2] })],
    ["q.max_pool (C4)", /^\(C4\)/, (g, x) => MaxPool.build(g, [x], { kernel: [2, 2], pads: [2, 0, 0, 0] })],
    ["q.concat (C1)", /^\(C1\)/, (g, x) => Concat.build(g, [x, g.addInput(tensor("i4", [1, 4, 4, 2]), "y")])],
    ["q.concat (C2)", /^\(C2\)/, (g, x) => Concat.build(g, [x, g.addInput(tensor("u4", [1, 4, 3, 2]), "y")])],
    ["q.slice (C2)", /^\(C2\) channels 1 … 2 of 2/, (g, x) => Slice.build(g, [x], { first: 1, count: 2 })],
    ["q.upsample (C2)", /^\(C2\)/, (g, x) => Upsample.build(g, [x], { scales: [2] })],
  ])("%s", (_, expected, make) => {
    expect(message(make)).toMatch(expected);
  });
});
