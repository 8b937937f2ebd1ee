import { printDiagnostic } from "@gatefold/core";
import { describe, expect, it } from "vitest";
import { type ImportOptions, inspectOnnx } from "../src/index.js";
import type { OnnxTensor } from "../src/model.js";
import { f32, float, i8, i64, info, type ModelParts, modelBytes, node } from "./helpers/model.js";

/** Every diagnostic of an import as it is printed: file, node, severity, message, code, notes and hint. */
function said(source: Uint8Array | ModelParts, options: ImportOptions = {}): string {
  const bytes = source instanceof Uint8Array ? source : modelBytes(source);
  const { module, diagnostics } = inspectOnnx(bytes, { path: "net.onnx", ...options });
  expect(module === undefined).toBe(diagnostics.some((d) => d.severity === "error"));
  return `\n${diagnostics.map(printDiagnostic).join("\n")}\n`;
}

const x = info("x", [1, 4]);
const relu: ModelParts = {
  nodes: [node("Relu", ["x"], ["y"], {}, { name: "act" })],
  inputs: [x],
  outputs: ["y"],
};
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** `y = x · w`, with any weight. */
const matmul = (w: OnnxTensor, more: Partial<ModelParts> = {}): ModelParts => ({
  nodes: [node("MatMul", ["x", "w"], ["y"], {}, { name: "fc" })],
  inputs: [x],
  outputs: ["y"],
  initializers: [w],
  ...more,
});

const quant = (scale: readonly number[], input: "x" | "w"): ModelParts => ({
  nodes: [
    node("Quant", [input, "s", "z", "b"], ["q"], { signed: 1, narrow: 0 }, { name: "q0" }),
    node("Add", ["x", "q"], ["y"]),
  ],
  inputs: [x],
  outputs: ["y"],
  initializers: [
    f32("w", [1, 4], [1, 2, 3, 4]),
    f32("s", [scale.length], scale),
    f32("z", [], [0]),
    f32("b", [], [4]),
  ],
});

describe("files that are no models", () => {
  it("an empty file", () => {
    expect(said(new Uint8Array())).toMatchInlineSnapshot(`
      "
      net.onnx: error: The file is not an ONNX model: it is empty. [onnx/not-onnx]
        hint: give a .onnx file, as torch.onnx.export, Brevitas or QKeras write it
      "
    `);
  });
  it("a PNG image", () => {
    expect(said(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a))).toMatchInlineSnapshot(`
      "
      net.onnx: error: The file is not an ONNX model: it is a PNG image. [onnx/not-onnx]
        hint: give a .onnx file, as torch.onnx.export, Brevitas or QKeras write it
      "
    `);
  });
  it("JSON", () => {
    expect(said(text('{"nodes": []}'))).toMatchInlineSnapshot(`
      "
      net.onnx: error: The file is not an ONNX model: it is JSON text. [onnx/not-onnx]
        hint: give a .onnx file, as torch.onnx.export, Brevitas or QKeras write it
      "
    `);
  });
  it("a Git LFS pointer", () => {
    expect(said(text("version https://git-lfs.github.com/spec/v1"))).toMatchInlineSnapshot(`
      "
      net.onnx: error: The file is not an ONNX model: it is a Git LFS pointer; run \`git lfs pull\`. [onnx/not-onnx]
        hint: give a .onnx file, as torch.onnx.export, Brevitas or QKeras write it
      "
    `);
  });
  it("something else", () => {
    expect(said(text("hello"))).toMatchInlineSnapshot(`
      "
      net.onnx: error: The file is not an ONNX model: byte 0 begins no field of a model. [onnx/not-onnx]
        hint: give a .onnx file, as torch.onnx.export, Brevitas or QKeras write it
      "
    `);
  });
  it("a model without a graph", () => {
    expect(said(Uint8Array.of(0x08, 0x07))).toMatchInlineSnapshot(`
      "
      net.onnx: error: The file is not an ONNX model: it has no graph. [onnx/not-onnx]
        hint: give a .onnx file, as torch.onnx.export, Brevitas or QKeras write it
      "
    `);
  });
  it("a truncated model, wherever it is cut", () => {
    const bytes = modelBytes(relu);
    expect(said(bytes.subarray(0, 40))).toMatchInlineSnapshot(`
      "
      net.onnx: error: The file ends early: 68 bytes are announced and 40 are there. [onnx/truncated]
        hint: copy or download the file again
      "
    `);
    for (let end = 1; end < bytes.length; end++) {
      const { module, diagnostics } = inspectOnnx(bytes.subarray(0, end));
      expect(module).toBeUndefined();
      expect(["onnx/truncated", "onnx/not-onnx", "onnx/opset-missing"]).toContain(diagnostics[0]!.code);
    }
  });
  it("corrupt contents", () => {
    const bytes = modelBytes(relu);
    const at = bytes.indexOf(0x3a); // The graph's field; its first inner tag follows the length.
    bytes[at + 2] = 0xff;
    expect(said(bytes)).toMatchInlineSnapshot(`
      "
      net.onnx: error: The file is not an ONNX model: its contents are corrupt (invalid wire type 7 at offset 12). [onnx/not-onnx]
        hint: give a .onnx file, as torch.onnx.export, Brevitas or QKeras write it
      "
    `);
  });
  it("a path that is not there", () => {
    const { diagnostics } = inspectOnnx("no-such-folder/net.onnx");
    expect(diagnostics.map(printDiagnostic).join("\n")).toMatchInlineSnapshot(`
      "no-such-folder/net.onnx: error: The model cannot be read: there is no such file. [onnx/not-found]
        hint: check the path"
    `);
  });
});

describe("operators", () => {
  it("unknown ones are all reported, with the nearest known", () => {
    const nodes = [
      node("Rellu", ["x"], ["a"], {}, { name: "n0" }),
      node("LSTM", ["a"], ["b"], {}, { name: "n1" }),
      node("Zorp", ["x"], ["c"], {}, { domain: "com.acme" }),
      node("MultiThreshold", ["x", "b"], ["d"], {}, { name: "n3" }),
      node("Relu", ["b"], ["y"], {}, { name: "n4" }),
    ];
    expect(said({ nodes, inputs: [x], outputs: ["y"] })).toMatchInlineSnapshot(`
      "
      net.onnx: node n0: error: \`Rellu\` of ai.onnx 13 is not read. [onnx/unknown-op]
        hint: the nearest that is read is \`Relu\`
      net.onnx: node n1: error: \`LSTM\` of ai.onnx 13 is not read. [onnx/unknown-op]
        hint: unroll it over its time steps into Gemm, Sigmoid and Tanh
      net.onnx: node Zorp_2: error: \`Zorp\` of com.acme 1 is not read. [onnx/unknown-op]
        hint: export the model without it, or give an import handler for it
      net.onnx: node n3: error: \`MultiThreshold\` of ai.onnx 13 is not read. [onnx/unknown-op]
        hint: \`MultiThreshold\` is read in domain \`qonnx.custom_op.general\`
      "
    `);
    const { coverage } = inspectOnnx(modelBytes({ nodes, inputs: [x], outputs: ["y"] }));
    expect(coverage.mappedCount).toBe(0);
    expect(coverage.unmapped.map((e) => e.node)).toEqual(["n0", "n1", "Zorp_2", "n3"]);
    expect(coverage.unmapped[2]).toEqual({
      node: "Zorp_2",
      op: "Zorp",
      domain: "com.acme",
      opset: 1,
      status: "unmapped",
      reason: "`Zorp` of com.acme 1 is not read.",
      nearest: "export the model without it, or give an import handler for it",
    });
    expect(coverage.entries[4]).toEqual({ node: "n4", op: "Relu", domain: "", opset: 13, status: "blocked" });
  });
  it("an operator of other versions", () => {
    const nodes = [node("Upsample", ["x"], ["y"], { mode: "nearest" }, { name: "up" })];
    expect(said({ nodes, inputs: [x], outputs: ["y"] })).toMatchInlineSnapshot(`
      "
      net.onnx: node up: error: \`Upsample\` of ai.onnx 13 is read in versions 1 to 9. [onnx/unknown-op]
        hint: convert the model's opset
      "
    `);
  });
  it("a form that is not read, beside an unknown operator", () => {
    const nodes = [
      node("Reshape", ["x", "shape"], ["a"], {}, { name: "reshape" }),
      node("Einsum", ["x"], ["b"], { equation: "ij->ji" }, { name: "sum" }),
    ];
    const inputs = [x, info("shape", [2], 7)];
    expect(said({ nodes, inputs, outputs: ["a", "b"] })).toMatchInlineSnapshot(`
      "
      net.onnx: node reshape: error: \`Reshape\` has a shape that the input decides. [onnx/unsupported-form]
        hint: make it a constant
      net.onnx: node sum: error: \`Einsum\` of ai.onnx 13 is not read. [onnx/unknown-op]
        hint: write it as Transpose and MatMul
      "
    `);
  });
  it("shapes that do not fit", () => {
    expect(said(matmul(f32("w", [3, 2], [1, 2, 3, 4, 5, 6])))).toMatchInlineSnapshot(`
      "
      net.onnx: node fc: error: \`MatMul\`: (C3): [1,4] and [3,2] differ in their inner size. [onnx/type-mismatch]
        hint: check the shapes of the node's inputs in the exported model
      "
    `);
  });
  it("control flow", () => {
    const branch = { kind: "graph" as const, value: { ...emptyGraph, name: "then" } };
    const nodes = [
      node("If", ["c"], ["y"], { then_branch: branch, else_branch: branch }, { name: "choose" }),
    ];
    expect(said({ nodes, inputs: [info("c", [], 9)], outputs: ["y"] })).toMatchInlineSnapshot(`
      "
      net.onnx: node choose: error: \`If\` runs the subgraph \`then_branch\`, and circuits have no control flow. [onnx/subgraph]
        hint: export the model with the branch or loop unrolled, e.g. torch.jit.trace instead of script
      "
    `);
  });
  it("an attribute of another kind", () => {
    const nodes = [node("Softmax", ["x"], ["y"], { axis: float(1) }, { name: "soft" })];
    expect(said({ nodes, inputs: [x], outputs: ["y"] })).toMatchInlineSnapshot(`
      "
      net.onnx: node soft: error: \`Softmax\` has attribute \`axis\` of kind float. [onnx/unsupported-form]
        hint: give it as int
      "
    `);
  });
  it("an attribute that nothing reads is a warning", () => {
    const nodes = [node("Relu", ["x"], ["y"], { slope: 3 }, { name: "act" })];
    expect(said({ nodes, inputs: [x], outputs: ["y"] })).toMatchInlineSnapshot(`
      "
      net.onnx: node act: warning: \`Relu\` has attributes that change nothing here: \`slope\`. [onnx/unread-attribute]
      "
    `);
  });
  it("more outputs than the operator has", () => {
    const nodes = [node("Relu", ["x"], ["y", "z"], {}, { name: "act" })];
    expect(said({ nodes, inputs: [x], outputs: ["y"] })).toMatchInlineSnapshot(`
      "
      net.onnx: node act: error: \`Relu\` names 2 outputs and has 1. [onnx/output-count]
        hint: export the model again; the node does not fit its operator
      "
    `);
  });
  it("an unknown rounding mode", () => {
    const nodes = [
      node("Quant", ["x", "s", "z", "b"], ["y"], { rounding_mode: "stochastic" }, { name: "q" }),
    ];
    const initializers = [f32("s", [], [1]), f32("z", [], [0]), f32("b", [], [4])];
    expect(said({ nodes, inputs: [x], outputs: ["y"], initializers })).toMatchInlineSnapshot(`
      "
      net.onnx: node q: error: \`Quant\` rounds by \`STOCHASTIC\`. [onnx/unsupported-form]
        hint: use one of ROUND, HALF_EVEN, CEIL, FLOOR, UP, DOWN, HALF_UP, HALF_DOWN
      "
    `);
  });
});

const emptyGraph = {
  nodes: [],
  initializers: [],
  sparseInitializers: [],
  inputs: [],
  outputs: [],
  datatypes: new Map<string, string>(),
};

describe("opsets", () => {
  it("too old", () => {
    expect(said({ ...relu, opset: 6 })).toMatchInlineSnapshot(`
      "
      net.onnx: error: The model uses opset 6, and opsets 7 to 25 are read. [onnx/opset-range]
        hint: convert it: onnx.version_converter.convert_version(model, 13)
      "
    `);
  });
  it("too new", () => {
    expect(said({ ...relu, opset: 99 })).toMatchInlineSnapshot(`
      "
      net.onnx: error: The model uses opset 99, and opsets 7 to 25 are read. [onnx/opset-range]
        hint: export it with opset_version=25 or less
      "
    `);
  });
  it("none", () => {
    expect(said({ ...relu, opsets: { "qonnx.custom_op.general": 1 } })).toMatchInlineSnapshot(`
      "
      net.onnx: error: The model imports no operator set \`ai.onnx\`. [onnx/opset-missing]
        hint: export the model again; opset_import names the version of every operator domain
      "
    `);
  });
});

describe("shapes", () => {
  const dynamic: ModelParts = { ...relu, inputs: [info("x", ["N", 1, "H", ""])] };
  it("open dimensions beyond the batch", () => {
    expect(said(dynamic)).toMatchInlineSnapshot(`
      "
      net.onnx: error: Input \`x\` has shape [N, 1, H, ?], and only its first dimension may be open. [onnx/dynamic-shape]
        note: dimension 2 is \`H\`
        note: dimension 3 is \`x[3]\`
        hint: give a size, e.g. --dim H=32 --dim x[3]=32
      "
    `);
  });
  it("given sizes fill them", () => {
    const { module } = inspectOnnx(modelBytes(dynamic), { dims: { H: 8, "x[3]": 6 } });
    expect(module!.main.inputs[0]!.type.shape).toEqual([1, 1, 8, 6]);
  });
  it("a size for a dimension that is not open, and one that is no size", () => {
    expect(said(relu, { dims: { W: 2 } })).toMatchInlineSnapshot(`
      "
      net.onnx: error: \`W\` is no open dimension of the network's inputs. [onnx/unknown-dim]
        hint: leave it out; every dimension is fixed
      "
    `);
    expect(said(dynamic, { dims: { H: 0, "x[3]": 1 } })).toMatchInlineSnapshot(`
      "
      net.onnx: error: Dimension \`H\` is set to 0. [onnx/bad-dim]
        hint: give a whole number from 1
      "
    `);
  });
  it("no shape at all", () => {
    expect(said({ ...relu, inputs: [info("x")] })).toMatchInlineSnapshot(`
      "
      net.onnx: error: Input \`x\` has no shape. [onnx/no-shape]
        hint: export the model with a fixed input shape
      "
    `);
  });
  it("an input beyond the limit", () => {
    expect(said({ ...relu, inputs: [info("x", [1, 789444, 789444])] })).toMatchInlineSnapshot(`
      "
      net.onnx: error: The shape [1, 789444, 789444] of input \`x\` is beyond 268435456 elements. [onnx/too-large]
        hint: check the shape; raise the limit with the option maxElements if it is right
      "
    `);
  });
  it("a result beyond the limit", () => {
    const nodes = [node("Tile", ["x", "r"], ["y"], {}, { name: "tile" })];
    const initializers = [i64("r", [789444, 789444])];
    expect(said({ nodes, inputs: [x], outputs: ["y"], initializers })).toMatchInlineSnapshot(`
      "
      net.onnx: node tile: error: The shape [789444, 3157776] of the result of \`Tile\` is beyond 268435456 elements. [onnx/too-large]
        hint: check the shape; raise the limit with the option maxElements if it is right
      "
    `);
  });
});

describe("weights", () => {
  it("NaN", () => {
    expect(said(matmul(f32("w", [4, 1], [1, 2, Number.NaN, 4])))).toMatchInlineSnapshot(`
      "
      net.onnx: error: Constant \`w\` holds NaN at [2, 0]. [onnx/non-finite]
        hint: train again or repair the weights; no circuit computes with NaN or infinity
      "
    `);
  });
  it("an infinite one", () => {
    const w = f32("w", [4, 2], [1, 2, 3, 4, 5, Number.NEGATIVE_INFINITY, 7, 8]);
    expect(said(matmul(w))).toMatchInlineSnapshot(`
      "
      net.onnx: error: Constant \`w\` holds -Infinity at [2, 1]. [onnx/non-finite]
        hint: train again or repair the weights; no circuit computes with NaN or infinity
      "
    `);
  });
  it("an infinite scale", () => {
    expect(said(quant([Number.POSITIVE_INFINITY], "x"))).toMatchInlineSnapshot(`
      "
      net.onnx: error: Constant \`s\` holds Infinity at [0]. [onnx/non-finite]
        hint: train again or repair the weights; no circuit computes with NaN or infinity
      "
    `);
  });
  it("a scale of zero", () => {
    expect(said(quant([1, 0, 1, 1], "x"))).toMatchInlineSnapshot(`
      "
      net.onnx: node q0: error: \`Quant\` divides by a scale of zero. [onnx/zero-scale]
        hint: train again or repair the scale; a dead channel needs any positive scale
      "
    `);
  });
  it("a negative scale of an activation; a weight may have one", () => {
    expect(said(quant([-0.5], "x"))).toMatchInlineSnapshot(`
      "
      net.onnx: node q0: error: \`Quant\` quantizes an activation with a negative scale. [onnx/negative-scale]
        hint: use a positive scale; only weights may have negative scales
      "
    `);
    expect(inspectOnnx(modelBytes(quant([-0.5], "w"))).diagnostics).toEqual([]);
  });
  it("a tensor whose data does not fit its shape", () => {
    expect(said(matmul({ ...f32("w", [4, 2], [1, 2, 3]) }))).toMatchInlineSnapshot(`
      "
      net.onnx: error: Tensor \`w\` of float has shape [4, 2], which needs 32 bytes, and holds 12. [onnx/tensor-size]
        hint: export the model again; the tensor's data does not fit its shape
      "
    `);
  });
  it("a huge tensor in a tiny file", () => {
    expect(said(matmul({ ...f32("w", [], [1]), dims: [16384, 16384] }))).toMatchInlineSnapshot(`
      "
      net.onnx: error: Tensor \`w\` of float has shape [16384, 16384], which needs 1073741824 bytes, and holds 4. [onnx/tensor-size]
        hint: export the model again; the tensor's data does not fit its shape
      "
    `);
    expect(said(matmul({ ...f32("w", [], [1]), dims: [789444, 789444, 789444] }))).toMatchInlineSnapshot(`
      "
      net.onnx: error: The shape [789444, 789444, 789444] of tensor \`w\` is beyond 268435456 elements. [onnx/too-large]
        hint: check the shape; raise the limit with the option maxElements if it is right
      "
    `);
  });
  it("strings and complex numbers", () => {
    expect(said(matmul({ ...f32("w", [4, 1], [1, 2, 3, 4]), dtype: 14 }))).toMatchInlineSnapshot(`
      "
      net.onnx: error: The element type of tensor \`w\` is complex64. [onnx/unsupported-dtype]
        hint: use floats, integers or booleans; strings, complex numbers and 8-bit floats have no circuit
      "
    `);
    expect(said({ ...relu, inputs: [info("x", [1, 4], 8)] })).toMatchInlineSnapshot(`
      "
      net.onnx: error: The element type of input \`x\` is string. [onnx/unsupported-dtype]
        hint: use floats, integers or booleans; strings, complex numbers and 8-bit floats have no circuit
      "
    `);
  });
});

describe("wiring", () => {
  it("a cycle names its members", () => {
    const nodes = [
      node("Add", ["x", "c"], ["a"], {}, { name: "first" }),
      node("Relu", ["a"], ["b"], {}, { name: "second" }),
      node("Neg", ["b"], ["c"], {}, { name: "third" }),
    ];
    expect(said({ nodes, inputs: [x], outputs: ["b"] })).toMatchInlineSnapshot(`
      "
      net.onnx: node second: error: 3 nodes read each other in a cycle: \`second\` → \`third\` → \`first\`. [onnx/cycle]
        hint: export the model again; an ONNX graph has no cycles
      "
    `);
  });
  it("two definitions of one value", () => {
    const nodes = [
      node("Relu", ["x"], ["y"], {}, { name: "a" }),
      node("Neg", ["x"], ["y"], {}, { name: "b" }),
    ];
    expect(said({ nodes, inputs: [x], outputs: ["y"] })).toMatchInlineSnapshot(`
      "
      net.onnx: error: Value \`y\` is made 2 times: node a, node b. [onnx/duplicate-value]
        hint: rename the outputs so that each value has one definition
      "
    `);
  });
  it("a read of nothing, an output of nothing", () => {
    const nodes = [node("Add", ["x", "ghost"], ["y"], {}, { name: "sum" })];
    expect(said({ nodes, inputs: [x], outputs: ["y", "spirit"] })).toMatchInlineSnapshot(`
      "
      net.onnx: node sum: error: \`Add\` reads \`ghost\`, which nothing makes. [onnx/missing-input]
        hint: export the model again; every value needs a node, an initializer or a graph input
      net.onnx: error: Nothing makes the graph output \`spirit\`. [onnx/missing-output]
        hint: export the model again; every output needs a node, an initializer or a graph input
      "
    `);
  });
  it("no outputs", () => {
    expect(said({ ...relu, outputs: [] })).toMatchInlineSnapshot(`
      "
      net.onnx: error: The graph has no outputs. [onnx/no-outputs]
        hint: name the network's results as graph outputs
      "
    `);
  });
  it("the order of nodes does not matter", () => {
    const nodes = [node("Neg", ["a"], ["y"]), node("Relu", ["x"], ["a"])];
    expect(inspectOnnx(modelBytes({ nodes, inputs: [x], outputs: ["y"] })).diagnostics).toEqual([]);
  });
});

describe("input encodings", () => {
  it("for no input, and for several without a name", () => {
    const encoding = { elem: "u8", scale: 1, zeroPoint: 0 } as const;
    expect(said(relu, { inputs: [{ ...encoding, name: "z" }] })).toMatchInlineSnapshot(`
      "
      net.onnx: error: An input encoding names \`z\`, which is no input of the network. [onnx/encoding-input]
        hint: name one of \`x\`
      "
    `);
    const two = { ...relu, nodes: [node("Add", ["x", "w"], ["y"])], inputs: [x, info("w", [1, 4])] };
    expect(said(two, { inputs: [encoding] })).toMatchInlineSnapshot(`
      "
      net.onnx: error: An input encoding without a name needs a network of one input, and this one has 2. [onnx/encoding-input]
        hint: name one of \`x\`, \`w\`
      "
    `);
  });
  it("for integers", () => {
    const encoding = { elem: "u8", scale: 1, zeroPoint: 0 } as const;
    expect(said({ ...relu, inputs: [info("x", [1, 4], 6)] }, { inputs: [encoding] })).toMatchInlineSnapshot(`
      "
      net.onnx: error: Input \`x\` is i32, and only a real input takes an encoding. [onnx/encoding-type]
        hint: leave the encoding out; the input is integer codes already
      "
    `);
  });
  it("an annotated input is a note", () => {
    expect(said({ ...relu, datatypes: { x: "UINT8" } })).toMatchInlineSnapshot(`
      "
      net.onnx: note: Input \`x\` is annotated UINT8 and is read as real numbers. [onnx/annotated-input]
        hint: give --input x:uint8 to read integer codes
      "
    `);
  });
});

it("a dequantizer of codes that are none", () => {
  const nodes = [node("DequantizeLinear", ["x", "s"], ["y"], {}, { name: "dq" })];
  expect(
    said({ nodes, inputs: [x], outputs: ["y"], initializers: [f32("s", [], [1])] }),
  ).toMatchInlineSnapshot(`
    "
    net.onnx: node dq: error: \`DequantizeLinear\` reads f32, which is no code. [onnx/unsupported-form]
    "
  `);
});

it("int8 weights need as many bytes as elements", () => {
  expect(said(matmul(i8("w", [4, 2], [1, 2, 3])))).toMatchInlineSnapshot(`
    "
    net.onnx: error: Tensor \`w\` of int8 has shape [4, 2], which needs 8 bytes, and holds 3. [onnx/tensor-size]
      hint: export the model again; the tensor's data does not fit its shape
    "
  `);
});
