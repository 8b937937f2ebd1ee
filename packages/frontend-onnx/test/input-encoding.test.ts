import {
  type DiagnosticError,
  evaluate,
  evaluateModule,
  moduleGraphs,
  printDiagnostic,
  tensorFrom,
} from "@gatefold/core";
import { Dequantize, Quantize } from "@gatefold/dialect-nn";
import { describe, expect, it } from "vitest";
import { importOnnx, parseInputEncoding } from "../src/index.js";
import { info, modelBytes, node } from "./helpers/model.js";

describe("parseInputEncoding", () => {
  it.each([
    ["x:uint8:scale=1/255,zp=0", { name: "x", elem: "u8", scale: 1 / 255, zeroPoint: 0 }],
    ["uint8:scale=1/255", { elem: "u8", scale: 1 / 255, zeroPoint: 0 }],
    ["int8:scale=0.33674246,zp=-3", { elem: "i8", scale: 0.33674246, zeroPoint: -3 }],
    ["img:0:uint4", { name: "img:0", elem: "u4", scale: 1, zeroPoint: 0 }],
    ["bipolar", { elem: "bipolar", scale: 1, zeroPoint: 0 }],
    ["a:i6:scale=2e-2", { name: "a", elem: "i6", scale: 0.02, zeroPoint: 0 }],
  ])("reads %s", (text, expected) => {
    expect(parseInputEncoding(text)).toEqual(expected);
  });

  it.each([
    ["", "`` is not an integer type such as uint8, int4 or bipolar"],
    ["x:float32", "`float32` is not an integer type such as uint8, int4 or bipolar"],
    ["x:uint99", "`uint99` is not an integer type such as uint8, int4 or bipolar"],
    ["uint8:scale=a", "`a` is not a number"],
    ["uint8:scale=1/0", "`1/0` is not a number"],
    ["uint8:scale=1/2/3", "`1/2/3` is not a number"],
    ["uint8:scale=", "`` is not a number"],
    ["uint8:scale=0", "the scale is not above zero"],
    ["uint8:gain=2", "`gain` is neither scale nor zp"],
    ["uint8:zp=0.5", "the zero point is not an integer"],
  ])("refuses %s", (text, reason) => {
    try {
      parseInputEncoding(text);
      expect.unreachable();
    } catch (error) {
      const [diagnostic] = (error as DiagnosticError).diagnostics;
      expect(printDiagnostic(diagnostic!)).toBe(
        `error: Input encoding \`${text}\`: ${reason}. [onnx/bad-encoding]\n  hint: write [name:]type[:scale=number,zp=number], e.g. x:uint8:scale=1/255,zp=0`,
      );
    }
  });
});

const bytes = modelBytes({
  nodes: [node("Add", ["x", "w"], ["y"], {}, { name: "sum" })],
  inputs: [info("x", [1, 3]), info("w", [1, 3])],
  outputs: ["y"],
});

describe("an encoded input", () => {
  const { module } = importOnnx(bytes, {
    path: "net.onnx",
    inputs: [parseInputEncoding("x:int4:scale=1/2,zp=1")],
  });

  it("is codes in main, dequantized, and quantized in the head", () => {
    expect(module.main.inputs.map((v) => v.type.elem)).toEqual(["i4", "f32"]);
    const reader = module.main.inputs[0]!.onlyReader!;
    expect(Dequantize.is(reader)).toBe(true);
    expect(reader.loc).toEqual({ file: "net.onnx", node: "x" });
    expect(Quantize.is(module.head!.outputs[0]!.op)).toBe(true);
    expect(module.head!.outputs[1]).toBe(module.head!.inputs[1]);
    expect(moduleGraphs(module)).toHaveLength(2);
  });

  it("stands for (code - zp) * scale", () => {
    const codes = tensorFrom("i4", [1, 3], [-8, 1, 7]);
    const [y] = evaluate(module.main, [codes, tensorFrom("f32", [1, 3], [100, 100, 100])]);
    expect(Array.from(y!.data as Float64Array)).toEqual([95.5, 100, 103]);
  });

  it("rounds ties to even and saturates in the head, so that head and main are total", () => {
    const w = tensorFrom("f32", [1, 3], [0, 0, 0]);
    const [y] = evaluateModule(module, [tensorFrom("f32", [1, 3], [0.25, -1e9, 1e9]), w]);
    // 0.25/0.5 + 1 = 1.5 gives code 2, which is 0.5.
    expect(Array.from(y!.data as Float64Array)).toEqual([0.5, -4.5, 3]);
  });

  it("may be bipolar", () => {
    const { module: signs } = importOnnx(bytes, { inputs: [parseInputEncoding("x:bipolar")] });
    const w = tensorFrom("f32", [1, 3], [0, 0, 0]);
    const [y] = evaluateModule(signs, [tensorFrom("f32", [1, 3], [-0.1, 0, 5]), w]);
    expect(Array.from(y!.data as Float64Array)).toEqual([-1, 1, 1]);
  });
});
