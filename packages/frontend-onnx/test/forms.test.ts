import {
  Constant,
  constantOf,
  evaluate,
  type Graph,
  numbers,
  type Op,
  type Tensor,
  tensorFrom,
} from "@gatefold/core";
import { Clip, Dequantize, MultiThreshold, Quant, Quantize } from "@gatefold/dialect-nn";
import { describe, expect, it } from "vitest";
import { importOnnx } from "../src/index.js";
import { f32, float, i8, i64, info, type ModelParts, modelBytes, node } from "./helpers/model.js";

const load = (parts: ModelParts): Graph => importOnnx(modelBytes(parts)).module.main;
const opsOf = (graph: Graph): Op[] => [...graph.ops()].filter((op) => !Constant.is(op));
const namesOf = (graph: Graph): string[] => opsOf(graph).map((op) => op.def.name);
const run = (graph: Graph, ...inputs: readonly Tensor[]): number[] =>
  Array.from(numbers(evaluate(graph, inputs)[0]!), (v) => v + 0);
const x4 = tensorFrom("f32", [1, 4], [-2, -1, 1, 2]);

/** One node on `x [1, 4]`, with constants. */
const one = (
  op: string,
  more: readonly string[],
  attributes: Parameters<typeof node>[3],
  rest: Partial<ModelParts> = {},
) =>
  load({
    nodes: [node(op, ["x", ...more], ["y"], attributes)],
    inputs: [info("x", [1, 4])],
    outputs: ["y"],
    ...rest,
  });

describe("forms of old opsets mean what the new ones mean", () => {
  it("Clip: attributes before opset 11, operands since; an infinite bound is none", () => {
    expect(run(one("Clip", [], { min: float(-1), max: float(1.5) }, { opset: 9 }), x4)).toEqual([
      -1, -1, 1, 1.5,
    ]);
    const initializers = [f32("hi", [], [1.5]), f32("lo", [], [Number.NEGATIVE_INFINITY])];
    expect(run(one("Clip", ["lo", "hi"], {}, { initializers }), x4)).toEqual([-2, -1, 1, 1.5]);
    expect(run(one("Clip", ["", "hi"], {}, { initializers }), x4)).toEqual([-2, -1, 1, 1.5]);
  });
  it("Slice: attributes before opset 10, with the largest int64 for the end", () => {
    const old = one("Slice", [], { starts: [1], ends: [2 ** 31 - 1], axes: [1] }, { opset: 9 });
    expect(run(old, x4)).toEqual([-1, 1, 2]);
    const max = {
      name: "e",
      dtype: 7,
      dims: [1],
      payload: { kind: "raw" as const, bytes: new Uint8Array([255, 255, 255, 255, 255, 255, 255, 127]) },
    };
    const initializers = [i64("s", [1]), max, i64("a", [1])];
    expect(run(one("Slice", ["s", "e", "a"], {}, { initializers }), x4)).toEqual([-1, 1, 2]);
  });
  it("Pad: attributes before opset 11; axes since opset 18", () => {
    expect(run(one("Pad", [], { pads: [0, 1, 0, 0], value: float(9) }, { opset: 9 }), x4)).toEqual([
      9, -2, -1, 1, 2,
    ]);
    const initializers = [i64("p", [0, 1]), i64("axes", [-1])];
    expect(run(one("Pad", ["p", "", "axes"], {}, { opset: 18, initializers }), x4)).toEqual([
      -2, -1, 1, 2, 0,
    ]);
  });
  it("Softmax before opset 13 runs over all axes from its own", () => {
    const parts = { inputs: [info("x", [1, 2, 2])], opset: 11 };
    const got = run(one("Softmax", [], {}, parts), tensorFrom("f32", [1, 2, 2], [0, 0, 0, 0]));
    expect(got).toEqual([0.25, 0.25, 0.25, 0.25]);
    const now = run(
      one("Softmax", [], {}, { ...parts, opset: 13 }),
      tensorFrom("f32", [1, 2, 2], [0, 0, 0, 0]),
    );
    expect(now).toEqual([0.5, 0.5, 0.5, 0.5]);
  });
  it("Split, Squeeze, Unsqueeze, ReduceSum, TopK, Upsample and Dropout", () => {
    expect(run(one("Split", [], { axis: 1, split: [1, 3] }, { opset: 11 }), x4)).toEqual([-2]);
    expect(one("Squeeze", [], { axes: [0] }, { opset: 11 }).outputs[0]!.type.shape).toEqual([4]);
    expect(one("Squeeze", [], {}, { opset: 11 }).outputs[0]!.type.shape).toEqual([4]);
    expect(one("Unsqueeze", [], { axes: [2] }, { opset: 11 }).outputs[0]!.type.shape).toEqual([1, 4, 1]);
    expect(run(one("ReduceSum", [], { axes: [1], keepdims: 0 }, { opset: 11 }), x4)).toEqual([0]);
    expect(run(one("TopK", [], { k: 2 }, { opset: 9 }), x4)).toEqual([2, 1]);
    const scales = { kind: "floats", value: [1, 2] } as const;
    expect(run(one("Upsample", [], { scales, mode: "nearest" }, { opset: 7 }), x4)).toEqual([
      -2, -2, -1, -1, 1, 1, 2, 2,
    ]);
    expect(run(one("Dropout", [], { ratio: float(0.5) }, { opset: 10 }), x4)).toEqual([-2, -1, 1, 2]);
  });
  it("weights that are graph inputs as well, before IR 4", () => {
    const graph = one(
      "Add",
      ["w"],
      {},
      { inputs: [info("x", [1, 4]), info("w", [4])], initializers: [f32("w", [4], [1, 2, 3, 4])] },
    );
    expect(graph.inputs).toHaveLength(1);
    expect(run(graph, x4)).toEqual([-1, 1, 4, 6]);
  });
});

describe("constants", () => {
  it("in every form", () => {
    const t = { kind: "tensor", value: f32("", [2], [1, 2]) } as const;
    const cases = [
      [{ value: t }, [1, 2]],
      [{ value_float: float(1.5) }, [1.5]],
      [{ value_floats: { kind: "floats", value: [1.5, 2.5] } }, [1.5, 2.5]],
      [{ value_int: 3 }, [3]],
      [{ value_ints: [3, 4] }, [3, 4]],
    ] as const;
    for (const [attributes, expected] of cases) {
      const graph = load({
        nodes: [node("Constant", [], ["y"], attributes)],
        inputs: [],
        outputs: ["y"],
        opset: 13,
      });
      expect(run(graph)).toEqual(expected);
    }
    const strings = { value_strings: { kind: "strings", value: ["a"] } } as const;
    expect(() => load({ nodes: [node("Constant", [], ["y"], strings)], inputs: [], outputs: ["y"] })).toThrow(
      "value_strings",
    );
  });

  it("of 16-bit floats and 4-bit integers", () => {
    const half = (dtype: number, bits: readonly number[]) => ({
      name: "w",
      dtype,
      dims: [bits.length],
      payload: { kind: "raw" as const, bytes: new Uint8Array(Uint16Array.from(bits).buffer) },
    });
    const constant = (w: Parameters<typeof float>[0] | ReturnType<typeof half>): number[] =>
      run(
        load({
          nodes: [node("Identity", ["w"], ["y"])],
          inputs: [],
          outputs: ["y"],
          initializers: [w as ReturnType<typeof half>],
        }),
      );
    expect(constant(half(10, [0x3c00, 0xc000, 0x3555, 0x0001, 0x0000]))).toEqual([
      1,
      -2,
      0.333251953125,
      2 ** -24,
      0,
    ]);
    expect(constant(half(16, [0x3f80, 0xc000, 0x3eab]))).toEqual([1, -2, 0.333984375]);
    const nibbles = (dtype: number) => ({
      ...half(dtype, []),
      dims: [3],
      payload: { kind: "raw" as const, bytes: Uint8Array.of(0xf1, 0x08) },
    });
    expect(constant(nibbles(22))).toEqual([1, -1, -8]);
    expect(constant(nibbles(21))).toEqual([1, 15, 8]);
  });

  it("a shape computed in the graph is folded away", () => {
    const nodes = [
      node("Shape", ["x"], ["shape"]),
      node("Gather", ["shape", "zero"], ["batch"], { axis: 0 }),
      node("Unsqueeze", ["batch", "axis0"], ["batch1"]),
      node("ConstantOfShape", ["one"], ["minus"], { value: { kind: "tensor", value: i64("", [-1]) } }),
      node("Concat", ["batch1", "minus"], ["target"], { axis: 0 }),
      node("Reshape", ["x", "target"], ["y"], {}, { name: "flat" }),
    ];
    const initializers = [i64("zero", [0], []), i64("axis0", [0]), i64("one", [1])];
    const graph = load({ nodes, inputs: [info("x", ["N", 2, 3])], outputs: ["y"], initializers });
    expect(namesOf(graph)).toEqual(["nn.reshape", "core.return"]);
    expect(graph.outputs[0]!.type.shape).toEqual([1, 6]);
  });

  it("a size computed in reals is folded where it is needed", () => {
    const nodes = [
      node("Shape", ["x"], ["shape"]),
      node("Cast", ["shape"], ["real"], { to: 1 }),
      node("Mul", ["real", "half"], ["halved"]),
      node("Floor", ["halved"], ["floored"]),
      node("Cast", ["floored"], ["ends"], { to: 7 }),
      node("Slice", ["x", "starts", "ends"], ["y"]),
    ];
    const initializers = [f32("half", [2], [1, 0.5]), i64("starts", [0, 0])];
    const graph = load({ nodes, inputs: [info("x", [1, 5])], outputs: ["y"], initializers });
    expect(namesOf(graph)).toEqual(["nn.slice", "core.return"]);
    expect(graph.outputs[0]!.type.shape).toEqual([1, 2]);
  });
});

describe("quantizers", () => {
  const parameters = [
    f32("s", [], [0.5]),
    f32("z", [], [0]),
    f32("b", [], [4]),
    f32("w", [1, 4], [0.25, 0.75, -9, 9]),
  ];
  it.each(["", "onnx.brevitas", "finn.custom_op.general", "qonnx.custom_op.general", "qonnx"])(
    "Quant of domain `%s`, on a weight, stays a quantizer",
    (domain) => {
      const graph = load({
        nodes: [
          node("Quant", ["w", "s", "z", "b"], ["q"], { signed: 1, narrow: 0 }, { domain }),
          node("Add", ["x", "q"], ["y"]),
        ],
        inputs: [info("x", [1, 4])],
        outputs: ["y"],
        initializers: parameters,
      });
      const quant = opsOf(graph)[0]!;
      expect(Quant.is(quant)).toBe(true);
      expect(quant.attrs["rounding"]).toBe("ROUND");
      // Ties to even: 0.25/0.5 is half of a step.
      expect(run(graph, tensorFrom("f32", [1, 4], [0, 0, 0, 0]))).toEqual([0, 1, -4, 3.5]);
    },
  );
  it("IntQuant with a rounding mode in small letters", () => {
    const graph = one(
      "IntQuant",
      ["s", "z", "b"],
      { rounding_mode: "ceil" },
      { initializers: parameters, inputs: [info("x", [1, 4])] },
    );
    expect(opsOf(graph)[0]!.attrs["rounding"]).toBe("CEIL");
  });

  it("QuantizeLinear, Clip, DequantizeLinear: the clip narrows the quantizer", () => {
    const parts: ModelParts = {
      nodes: [
        node("QuantizeLinear", ["x", "s", "z"], ["q"], {}, { name: "q" }),
        node("Clip", ["q", "lo", "hi"], ["c"], {}, { name: "c" }),
        node("DequantizeLinear", ["c", "s", "z"], ["y"], {}, { name: "d" }),
      ],
      inputs: [info("x", [1, 4])],
      outputs: ["y"],
      initializers: [f32("s", [], [0.5]), i8("z", [], [0]), i8("lo", [], [-3]), i8("hi", [], [2])],
    };
    const graph = load(parts);
    expect(opsOf(graph).some((op) => Clip.is(op))).toBe(false);
    const quantize = opsOf(graph)[0]!;
    expect(Quantize.is(quantize)).toBe(true);
    expect(quantize.loc).toEqual({ node: "c" });
    expect([3, 4].map((i) => Number(constantOf(quantize.operand(i))!.data[0]))).toEqual([-3, 2]);
    expect(run(graph, x4)).toEqual([-1.5, -1, 1, 1]);
  });
  it("an integer weight stays codes behind a dequantizer, per channel along its axis", () => {
    const graph = load({
      nodes: [node("DequantizeLinear", ["w", "s", "z"], ["r"], { axis: 1 }), node("Add", ["x", "r"], ["y"])],
      inputs: [info("x", [1, 4])],
      outputs: ["y"],
      initializers: [
        i8("w", [3, 4], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
        f32("s", [4], [1, 10, 100, 1000]),
        i8("z", [4], [0, 1, 0, 0]),
      ],
    });
    const dequantize = opsOf(graph)[0]!;
    expect(Dequantize.is(dequantize)).toBe(true);
    expect(constantOf(dequantize.operand(0))!.elem).toBe("i8");
    const zero = tensorFrom("f32", [1, 4], [0, 0, 0, 0]);
    expect(run(graph, zero).slice(0, 4)).toEqual([1, 10, 300, 4000]);
  });
  it("rounds before it adds an odd zero point", () => {
    const initializers = [f32("s", [], [2]), i8("z", [], [1])];
    const graph = one("QuantizeLinear", ["s", "z"], {}, { initializers });
    // -1/2 and 1/2 are ties, and go to 0 before 1 is added.
    expect(run(graph, x4)).toEqual([0, 1, 1, 2]);
  });
});

describe("FINN's operators", () => {
  it("MultiThreshold counts, then scales and shifts", () => {
    const parts: ModelParts = {
      nodes: [
        node(
          "MultiThreshold",
          ["x", "t"],
          ["y"],
          { out_scale: float(2), out_bias: float(-1), out_dtype: "INT4" },
          { domain: "finn.custom_op.general" },
        ),
      ],
      inputs: [info("x", [1, 4])],
      outputs: ["y"],
      initializers: [f32("t", [4, 2], [-2, 0, 0, 1, 1, 2, 3, 4])],
    };
    const graph = load(parts);
    expect(namesOf(graph)).toEqual(["nn.multi_threshold", "nn.dequantize", "nn.add", "core.return"]);
    expect(MultiThreshold.is(opsOf(graph)[0])).toBe(true);
    expect(run(graph, x4)).toEqual([1, -1, 1, -1]);
  });
  it("Im2Col, MaxPoolNHWC, XnorPopcountMatMul, QuantAvgPool2d and channels-last ops", () => {
    const domain = "qonnx.custom_op.general";
    const image = tensorFrom("f32", [1, 2, 2, 1], [1, 2, 3, 4]);
    const nhwc = { inputs: [info("x", [1, 2, 2, 1])], outputs: ["y"] };
    const load1 = (op: string, attributes: Parameters<typeof node>[3], at = domain) =>
      load({ nodes: [node(op, ["x"], ["y"], attributes, { domain: at })], ...nhwc });
    const im2col = load1("Im2Col", {
      kernel_size: [2, 2],
      stride: [1, 1],
      pad_amount: [0, 0, 0, 0],
      input_shape: "(1,2,2,1)",
    });
    expect(run(im2col, image)).toEqual([1, 2, 3, 4]);
    expect(run(load1("MaxPoolNHWC", { kernel_shape: [2, 2], strides: [2, 2] }), image)).toEqual([4]);
    const last = "qonnx.custom_op.channels_last";
    expect(run(load1("MaxPool", { kernel_shape: [2, 2] }, last), image)).toEqual([4]);
    const conv = load({
      nodes: [node("Conv", ["x", "w"], ["y"], { kernel_shape: [2, 2] }, { domain: last })],
      ...nhwc,
      initializers: [f32("w", [2, 1, 2, 2], [1, 0, 0, 0, 0, 0, 0, 1])],
    });
    expect(run(conv, image)).toEqual([1, 4]);
    expect(conv.outputs[0]!.type.shape).toEqual([1, 1, 1, 2]);
    const pool = load1("QuantAvgPool2d", {
      kernel: 2,
      stride: 2,
      ibits: 4,
      obits: 4,
      signed: 0,
      data_layout: "NHWC",
    });
    expect(run(pool, image)).toEqual([2]);
    const xnor = load({
      nodes: [node("XnorPopcountMatMul", ["x", "w"], ["y"], {}, { domain })],
      inputs: [info("x", [1, 4])],
      outputs: ["y"],
      initializers: [f32("w", [4, 1], [1, 0, 0, 1])],
    });
    expect(run(xnor, tensorFrom("f32", [1, 4], [1, 0, 1, 0]))).toEqual([2]);
  });
  it("Trunc of both versions", () => {
    const initializers = [
      f32("s", [], [1]),
      f32("z", [], [0]),
      f32("i", [], [8]),
      f32("o", [], [6]),
      f32("os", [], [4]),
    ];
    const inputs = [info("x", [1, 4])];
    const given = tensorFrom("f32", [1, 4], [7, 8, -7, 100]);
    const v1 = one("Trunc", ["s", "z", "i", "o"], {}, { initializers, inputs });
    expect(run(v1, given)).toEqual([1, 2, -2, 25]);
    const v2 = one("Trunc", ["s", "z", "i", "os", "o"], {}, { initializers, inputs });
    expect(run(v2, given)).toEqual([4, 8, -8, 100]);
  });
});

it("locations: the file, and the node's name or its type and place", () => {
  const bytes = modelBytes({
    nodes: [node("Relu", ["x"], ["a"], {}, { name: "first" }), node("Neg", ["a"], ["y"])],
    inputs: [info("x", [1, 4])],
    outputs: ["y"],
  });
  const { module } = importOnnx(bytes, { path: "models/net.onnx" });
  expect(opsOf(module.main).map((op) => op.loc)).toEqual([
    { file: "net.onnx", node: "first" },
    { file: "net.onnx", node: "Neg_1" },
    { file: "net.onnx" },
  ]);
  expect(
    opsOf(module.main)
      .slice(0, 2)
      .map((op) => op.result().name),
  ).toEqual(["a", "y"]);
});

it("a network of twenty thousand nodes in any order", () => {
  const nodes = Array.from({ length: 20_000 }, (_, i) =>
    node("Relu", [i === 0 ? "x" : `v${i}`], [`v${i + 1}`]),
  );
  const graph = load({ nodes: nodes.reverse(), inputs: [info("x", [1, 4])], outputs: ["v20000"] });
  expect(opsOf(graph)).toHaveLength(20_001);
});
