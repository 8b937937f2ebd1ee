import {
  Constant,
  createModule,
  type DiagnosticError,
  defineOp,
  evaluate,
  evaluateModule,
  Graph,
  type Module,
  printDiagnostic,
  sameTensor,
  seededRandom,
  type Tensor,
  tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { Add, Dequantize, MaxPool, MultiThreshold, Quantize, Relu, TruncV2 } from "@gatefold/dialect-nn";
import { describe, expect, it } from "vitest";
import {
  decodeModel,
  type ExportHandler,
  exportQonnx,
  importOnnx,
  parseInputEncoding,
} from "../src/index.js";
import { info, modelBytes, node } from "./helpers/model.js";
import { sharedModel } from "./helpers/shared.js";

/** A graph of one input, made by `build` with a helper for constants. */
function graphOf(
  shape: readonly number[],
  build: (
    g: Graph,
    x: Value,
    constant: (values: readonly number[], shape?: readonly number[]) => Value,
  ) => Value,
): Graph {
  const g = new Graph("net");
  const x = g.addInput(tensor("f32", shape), "x");
  const constant = (values: readonly number[], dims: readonly number[] = []): Value =>
    Constant.build(g, [], { value: tensorFrom("f32", dims, values) });
  g.setOutputs([build(g, x, constant)]);
  return g;
}

const opsIn = (bytes: Uint8Array): string[] => decodeModel(bytes).graph.nodes.map((n) => n.op);
const again = (bytes: Uint8Array): Module => importOnnx(bytes).module;

/** Evaluates both on values around the quantizers' steps. */
function expectSame(graph: Graph, bytes: Uint8Array): void {
  const { shape } = graph.inputs[0]!.type;
  const count = shape.reduce((n, d) => n * d, 1);
  const values = Array.from({ length: count }, (_, i) => (i - count / 2) / 4);
  const x = tensorFrom("f32", shape, values);
  expect(sameTensor(evaluate(again(bytes).main, [x])[0]!, evaluate(graph, [x])[0]!)).toBe(true);
}

describe("exportQonnx", () => {
  it.each([
    ["signed", "i4", -8, 7],
    ["narrow", "i4", -7, 7],
    ["unsigned", "u3", 0, 7],
    ["unsigned and narrow", "u3", 0, 6],
    ["one bit", "u1", 0, 1],
  ] as const)("writes quantize and dequantize as one Quant: %s", (_, elem, lo, hi) => {
    const graph = graphOf([1, 64], (g, x, c) => {
      const [scale, zero] = [c([0.5]), c([0])];
      const codes = Quantize.build(g, [x, scale, zero, c([lo]), c([hi])], { elem });
      return Dequantize.build(g, [codes, scale, zero]);
    });
    const bytes = exportQonnx(graph);
    expect(opsIn(bytes)).toEqual(["Quant"]);
    expectSame(graph, bytes);
  });

  it("writes bipolar codes as BipolarQuant", () => {
    const graph = graphOf([1, 64], (g, x, c) => {
      const [scale, zero] = [c([0.5]), c([0])];
      const codes = Quantize.build(g, [x, scale, zero, c([-1]), c([1])], { elem: "bipolar" });
      return Dequantize.build(g, [codes, scale, zero]);
    });
    const bytes = exportQonnx(graph);
    expect(opsIn(bytes)).toEqual(["BipolarQuant"]);
    expectSame(graph, bytes);
  });

  it("writes codes that something else reads as QuantizeLinear and Clip, with lists of scales along their axis", () => {
    const graph = graphOf([1, 16, 4], (g, x, c) => {
      const scale = c([0.5, 1, 0.25, 2], [4]);
      const codes = Quantize.build(g, [x, scale, c([0]), c([-5]), c([4])], { elem: "i8" });
      return Dequantize.build(g, [codes, c([1]), c([2])]);
    });
    const bytes = exportQonnx(graph);
    expect(opsIn(bytes)).toEqual(["QuantizeLinear", "Clip", "DequantizeLinear"]);
    expectSame(graph, bytes);
  });

  it("writes counts and their scale as one MultiThreshold", () => {
    const graph = graphOf([1, 2, 32], (g, x, c) => {
      const counts = MultiThreshold.build(g, [x, c([-2, 0, 3, -1, 1, 2], [2, 3])]);
      return Dequantize.build(g, [counts, c([0.25]), c([0])]);
    });
    const bytes = exportQonnx(graph);
    expect(opsIn(bytes)).toEqual(["MultiThreshold"]);
    expectSame(graph, bytes);
  });

  it("writes the second version of Trunc with its domain's version", () => {
    const graph = graphOf([1, 64], (g, x, c) =>
      TruncV2.build(g, [x, c([0.25]), c([0]), c([8]), c([1]), c([6])], { rounding: "FLOOR" }),
    );
    const bytes = exportQonnx(graph);
    expect(decodeModel(bytes).opsets.get("qonnx.custom_op.general")).toBe(2);
    expectSame(graph, bytes);
  });

  it("writes head and main as one network", () => {
    const source = modelBytes({
      nodes: [node("Relu", ["x"], ["y"])],
      inputs: [info("x", [1, 3])],
      outputs: ["y"],
    });
    const { module } = importOnnx(source, { inputs: [parseInputEncoding("x:uint4:scale=1/2")] });
    const bytes = exportQonnx(module);
    expect(opsIn(bytes)).toEqual(["Quant", "Relu"]);
    const x = tensorFrom("f32", [1, 3], [-1, 0.75, 100]);
    const [y] = evaluateModule(again(bytes), [x]);
    expect(Array.from(y!.data as Float64Array)).toEqual([0, 1, 7.5]);
    expect(sameTensor(y!, evaluateModule(module, [x])[0]!)).toBe(true);
  });

  it("gives every output a name of its own", () => {
    const g = new Graph("net");
    const x = g.addInput(tensor("f32", [2]), "x");
    const y = Relu.build(g, [x], {}, { names: ["x"] });
    g.setOutputs([y, y, x]);
    const { module } = importOnnx(exportQonnx(g));
    const results = evaluate(module.main, [tensorFrom("f32", [2], [-1, 1])]);
    expect(results.map((t: Tensor) => Array.from(t.data as Float64Array))).toEqual([
      [0, 1],
      [0, 1],
      [-1, 1],
    ]);
  });

  it("names every op that has no form", () => {
    const Odd = defineOp({
      name: "acme.odd",
      summary: "",
      operands: ["x"],
      infer: ({ operands }) => [operands[0]!],
    });
    const graph = graphOf([1, 2, 2, 1], (g, x, c) => {
      const odd = Odd.build(g, [x], {}, { loc: { file: "net.onnx", node: "odd0" } });
      const pool = MaxPool.build(g, [odd], { kernel_shape: [2, 2], layout: "channels_last" });
      const codes = Quantize.build(
        g,
        [pool, c([1]), c([0]), c([0]), c([5])],
        { elem: "u3" },
        { loc: { node: "q" } },
      );
      const real = Dequantize.build(g, [codes, c([1]), c([0])]);
      return Add.build(g, [real, c([1])]);
    });
    let said = "";
    try {
      exportQonnx(graph);
    } catch (error) {
      said = (error as DiagnosticError).diagnostics.map(printDiagnostic).join("\n");
    }
    expect(said).toMatchInlineSnapshot(`
      "net.onnx: error: 3 ops have no ONNX form. [onnx/cannot-export]
        note: \`acme.odd\` (node odd0): no form is known
        note: \`nn.quantize\` (node q): QuantizeLinear gives no u3
        note: \`nn.dequantize\`: DequantizeLinear reads no u3
        hint: export before lowering, or give an export handler for these ops"
    `);
    const form: ExportHandler = { def: Odd, write: (op, w) => w.node(op, "Relu", [w.name(op.operand(0))]) };
    expect(() => exportQonnx(graph, { handlers: [form] })).toThrow("2 ops have");
  });

  const files = [
    "finn__tfc_w1a1.onnx",
    "bnn-pynq__lfcW1A1_mnist.onnx",
    "mlperftiny__kws_w3a3_QONNX_model.onnx",
    "brevitas-radioml__VGG10_w8a8.onnx",
    "nn2fpga__resnet8_a8w8b16.onnx",
    "nn2fpga__resnet8_a4w4b32.onnx",
    "qonnx__mnist-conv.onnx",
    "qonnx__floatquant_fp8.onnx",
  ];
  it.skipIf(!sharedModel(files[0]!)).each(files)("%s is the same network after a round trip", (file) => {
    const { module } = importOnnx(sharedModel(file)!);
    const { shape } = module.main.inputs[0]!.type;
    const draw = seededRandom(1);
    const count = shape.reduce((n, d) => n * d, 1);
    const x = tensorFrom(
      "f32",
      shape,
      Array.from({ length: count }, () => Math.fround(draw() * 2 - 1)),
    );
    const copy = again(exportQonnx(module));
    expect(sameTensor(evaluateModule(copy, [x])[0]!, evaluateModule(module, [x])[0]!)).toBe(true);
  });

  it("keeps integers of 64 bits exactly", () => {
    const values = [-1n, 2n ** 62n + 1n, -(2n ** 63n)];
    const attributes = { value_ints: { kind: "ints", value: values } } as const;
    const bytes = modelBytes({
      nodes: [node("Constant", [], ["y"], attributes)],
      inputs: [],
      outputs: ["y"],
    });
    const copy = again(exportQonnx(importOnnx(bytes).module));
    expect(evaluate(copy.main, [])[0]!.data).toEqual(BigInt64Array.from(values));
  });

  it("keeps the module's name", () => {
    const graph = graphOf([1], (g, x) => Relu.build(g, [x]));
    expect(decodeModel(exportQonnx(createModule("tiny", graph))).graph.name).toBe("tiny");
  });
});
