import {
  Constant,
  type ElemType,
  elemForRange,
  elemInfo,
  Graph,
  type Op,
  type Random,
  randomInteger,
  seededRandom,
  stream,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";

/** One kernel to measure, as plain data: the key of its runs. */
export type KernelSpec = Readonly<Record<string, number | string | readonly number[]>> & {
  readonly op: string;
};

const codes = (random: Random, elem: ElemType, count: number): Float64Array => {
  const { min, max } = elemInfo(elem);
  return Float64Array.from({ length: count }, () =>
    elem === "bipolar" ? (random() < 0.5 ? -1 : 1) : randomInteger(random, min, max),
  );
};

/** A graph of one kernel with random constants, drawn from a seed that follows from the spec. */
export function kernelGraph(spec: KernelSpec): { readonly graph: Graph; readonly op: Op } {
  const graph = new Graph("main");
  const random = seededRandom(
    [...JSON.stringify(spec)].reduce((h, c) => (h * 31 + c.charCodeAt(0)) % 2 ** 31, 7),
  );
  const n = (key: string, fallback?: number): number => {
    const value = spec[key] ?? fallback;
    if (typeof value !== "number") throw new TypeError(`${JSON.stringify(spec)} has no number ${key}`);
    return value;
  };
  const list = (key: string): readonly number[] => spec[key] as readonly number[];
  const elem = (key: string): ElemType => spec[key] as ElemType;
  const input = (shape: readonly number[], lanes: number, type = elem("x"), name = "x"): Value =>
    graph.addInput(stream(type, shape, lanes), name);
  const constant = (type: ElemType, shape: readonly number[], values?: Float64Array): Value =>
    Constant.build(graph, [], {
      value: tensorFrom(
        type,
        shape,
        values ??
          codes(
            random,
            type,
            shape.reduce((a, b) => a * b, 1),
          ),
      ),
    });
  const done = (results: readonly Value[]): { graph: Graph; op: Op } => {
    graph.setOutputs(results);
    return { graph, op: results[0]!.op! };
  };
  /** Codes without −2, so that `i2` is ternary. `density`: the share of weights that may be anything; the rest are 0. */
  const weights = (shape: readonly number[]): Value => {
    const type = spec["w"] === "ternary" ? "i2" : elem("w");
    const density = n("density", 1);
    const drawn = codes(
      random,
      type,
      shape.reduce((a, b) => a * b, 1),
    );
    const values = density === 1 ? drawn : drawn.map((v) => (random() < density ? v : 0));
    return constant(type, shape, spec["w"] === "ternary" ? values.map((v) => Math.max(v, -1)) : values);
  };
  switch (spec.op) {
    case "mvu": {
      const x = input([1, n("mw")], n("simd"));
      const w = weights([n("mh"), n("mw")]);
      return done([hw.Mvu.build(graph, [x, w], { elem: elem("y"), pe: n("pe"), simd: n("simd") })]);
    }
    case "vvu": {
      const x = input([1, 4, 4, n("k") * n("c")], n("pe"));
      return done([hw.Vvu.build(graph, [x, weights([n("k"), n("c")])], { elem: elem("y"), pe: n("pe") })]);
    }
    case "threshold": {
      const x = input([1, n("c")], n("pe"));
      const { min, max } = elemInfo(elem("x"));
      const t = elemForRange(min, max + 1);
      const rows = n("rows", n("c"));
      const values = Array.from({ length: rows }, () =>
        Array.from({ length: n("n") }, () => randomInteger(random, min, max)).sort((a, b) => a - b),
      ).flat();
      const ts = constant(t, [rows, n("n")], Float64Array.from(values));
      return done([hw.Threshold.build(graph, [x, ts], { elem: elem("y"), pe: n("pe"), bias: n("bias", 0) })]);
    }
    case "lookup": {
      const x = input([1, n("c")], n("pe"));
      const { min, max } = elemInfo(elem("x"));
      const table = constant(elem("y"), [n("rows", n("c")), max - min + 1]);
      return done([hw.Lookup.build(graph, [x, table], { elem: elem("y"), pe: n("pe"), lo: min })]);
    }
    case "affine": {
      const rows = n("rows", n("c"));
      const [a, b] = [constant(elem("a"), [rows, 1]), constant(elem("b"), [rows, 1])];
      return done([
        hw.Affine.build(graph, [input([1, n("c")], n("pe")), a, b], { elem: elem("y"), pe: n("pe") }),
      ]);
    }
    case "requantize": {
      const x = input([1, n("c")], n("pe"));
      const m = n("m");
      // Each of full width: what is fitted is that width.
      const factors = Float64Array.from({ length: n("factor") > 0 ? 1 : n("c") }, () =>
        n("factor") > 0 ? n("factor") : 2 ** (m - 1) + randomInteger(random, 0, 2 ** (m - 1) - 1),
      );
      const { min, max } = elemInfo(elem("y"));
      const offsets = constant(`i${n("b")}` as ElemType, [n("c")]);
      const mul = constant(`u${m}` as ElemType, [factors.length], factors);
      return done([
        hw.Requantize.build(graph, [x, mul, offsets], {
          elem: elem("y"),
          pe: n("pe"),
          drop: n("drop"),
          shift: n("shift"),
          ties: spec["ties"] as "up" | "even",
          low: min,
          high: max,
        }),
      ]);
    }
    case "argmax":
      return done([hw.ArgMax.build(graph, [input([1, n("c")], n("pe"))], { pe: n("pe") })]);
    case "window":
      return done([
        hw.Window.build(graph, [input([1, n("h"), n("w"), n("c")], n("simd"))], {
          kernel: list("k"),
          strides: list("s"),
          dilations: list("d"),
          simd: n("simd"),
        }),
      ]);
    case "pad":
      return done([
        hw.Pad.build(graph, [input([1, n("h"), n("w"), n("c")], n("simd"))], {
          pads: list("pads"),
          value: n("value", 0),
          simd: n("simd"),
        }),
      ]);
    case "pool":
      return done([
        hw.Pool.build(graph, [input([1, 4, 4, n("k") * n("c")], n("simd"))], {
          mode: spec["mode"] as "max" | "sum",
          window: n("k"),
          elem: elem("y"),
          simd: n("simd"),
        }),
      ]);
    case "upsample":
      return done([
        hw.Upsample.build(graph, [input([1, n("h"), n("w"), n("c")], n("simd"))], {
          scales: list("k"),
          simd: n("simd"),
        }),
      ]);
    case "fork":
      return done(
        hw.Fork.create(graph, [input([1, 4, 4, n("c")], n("simd"))], { count: n("count") }).results,
      );
    case "add_streams": {
      const [x, y] = [input([1, 4, 4, n("c")], n("pe")), input([1, 4, 4, n("c")], n("pe"), elem("x2"), "x2")];
      return done([
        hw.AddStreams.build(graph, [x, y], { elem: elem("y"), m: n("m"), n: n("n"), pe: n("pe") }),
      ]);
    }
    case "concat": {
      const [x, y] = [
        input([1, 4, 4, n("c")], n("simd")),
        input([1, 4, 4, n("c2")], n("simd"), elem("x"), "x2"),
      ];
      return done([hw.Concat.build(graph, [x, y], { simd: n("simd") })]);
    }
    case "slice":
      return done([
        hw.Slice.build(graph, [input([1, 4, 4, n("c")], n("simd"))], {
          first: n("first"),
          count: n("count"),
          simd: n("simd"),
        }),
      ]);
    case "width_converter":
      return done([hw.WidthConverter.build(graph, [input([1, n("c")], n("lanes"))], { lanes: n("to") })]);
    case "fifo":
      return done([hw.Fifo.build(graph, [input([1, n("c")], n("lanes"))], { depth: n("depth") })]);
    default:
      throw new TypeError(`no kernel hw.${spec.op}`);
  }
}
