import {
  createCompiler,
  DiagnosticError,
  defineOp,
  definePlugin,
  evaluateModule,
  type Plugin,
  printDiagnostic,
  tensorFrom,
} from "@gatefold/core";
import { Mul } from "@gatefold/dialect-nn";
import { describe, expect, it } from "vitest";
import { frontendOnnx, importOnnx, type OnnxHandler, OnnxImport } from "../src/index.js";
import { info, modelBytes, node } from "./helpers/model.js";

const relu = modelBytes({ nodes: [node("Relu", ["x"], ["y"])], inputs: [info("x", [1, 2])], outputs: ["y"] });

/** A stranger's operator: twice its operand. */
const twice: OnnxHandler = {
  op: "Twice",
  domains: ["com.acme"],
  build: (n) => n.emit(Mul, [n.value(0), n.makeFrom(n.elem(0), [], [n.float("by", 2)])]),
};

async function saidBy(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map(printDiagnostic).join("\n");
  }
  return "nothing";
}

describe("frontendOnnx", () => {
  it("takes a model by its name or its contents, with the source's options", async () => {
    const compiler = createCompiler({ plugins: [frontendOnnx()] });
    for (const name of ["net.onnx", "net.bin"]) {
      const { module } = await compiler.import({
        name,
        bytes: relu,
        options: { inputs: ["int8:scale=1/2"] },
      });
      expect(module.main.inputs[0]!.type.elem).toBe("i8");
      const [y] = evaluateModule(module, [tensorFrom("f32", [1, 2], [-3, 1.5])]);
      expect(Array.from(y!.data as Float64Array)).toEqual([0, 1.5]);
    }
  });

  it("leaves other formats alone, and refuses a broken model by its name", async () => {
    const compiler = createCompiler({ plugins: [frontendOnnx()] });
    const broken = { name: "net.onnx", bytes: relu.subarray(0, 30) };
    expect(await saidBy(() => compiler.import(broken))).toContain("net.onnx: error: The file ends early");
    const text = { name: "a.gf", bytes: new TextEncoder().encode("module") };
    expect(await saidBy(() => compiler.import(text))).not.toContain("onnx/");
  });

  it("reports warnings to the compilation", async () => {
    const bytes = modelBytes({
      nodes: [node("Relu", ["x"], ["y"], { slope: 3 }, { name: "act" })],
      inputs: [info("x", [1, 2])],
      outputs: ["y"],
    });
    const { diagnostics } = await createCompiler({ plugins: [frontendOnnx()] }).import({
      name: "n.onnx",
      bytes,
    });
    expect(diagnostics.all.map((d) => d.code)).toEqual(["onnx/unread-attribute"]);
  });

  it("checks its options by path", async () => {
    const wrong = { dims: { H: 0 }, input: [], inputs: [3] } as never;
    expect(await saidBy(() => frontendOnnx(wrong))).toMatchInlineSnapshot(`
      "error: \`frontend-onnx\`: option \`input\` is \`[]\`, and has to be one of path, dims, inputs, maxElements, handlers: there is no option of this name. [core/bad-option]
      error: \`frontend-onnx\`: option \`dims.H\` is \`0\`, and has to be an integer, at least 1. [core/bad-option]
      error: \`frontend-onnx\`: option \`inputs[0]\` is \`3\`, and has to be an input encoding or its text. [core/bad-option]"
    `);
    expect(await saidBy(() => frontendOnnx({ inputs: ["float32"] }))).toContain("onnx/bad-encoding");
  });

  it("takes the handlers that a stranger's op brings, without an option, and an option's before those", async () => {
    const bytes = modelBytes({
      nodes: [node("Twice", ["x"], ["y"], { by: 3 }, { domain: "com.acme", name: "t" })],
      inputs: [info("x", [1, 2])],
      outputs: ["y"],
    });
    const Twice = defineOp({
      name: "acme.twice",
      summary: "Twice its operand.",
      operands: ["x"],
      infer: ({ operands }) => [operands[0]!],
      interfaces: [OnnxImport.of([twice])],
    });
    const acme = definePlugin({ name: "acme", ops: [Twice] });
    const read = async (...plugins: Plugin[]): Promise<number[]> => {
      const { module } = await createCompiler({ plugins }).import({ name: "net.onnx", bytes });
      const [y] = evaluateModule(module, [tensorFrom("f32", [1, 2], [1, 2])]);
      return Array.from(y!.data as Float64Array);
    };
    for (const plugins of [
      [frontendOnnx(), acme],
      [acme, frontendOnnx()],
    ])
      expect(await read(...plugins)).toEqual([3, 6]);
    const other: OnnxHandler = { ...twice, build: (n) => n.emit(Mul, [n.value(0), n.value(0)]) };
    expect(await read(frontendOnnx({ handlers: [other] }), acme)).toEqual([1, 4]);
    expect(await saidBy(() => read(frontendOnnx()))).toContain("onnx/unknown-op");
  });

  it("takes a stranger's handlers", () => {
    const bytes = modelBytes({
      nodes: [node("Twice", ["x"], ["y"], { by: 3 }, { domain: "com.acme", name: "t" })],
      inputs: [info("x", [1, 2])],
      outputs: ["y"],
    });
    expect(() => importOnnx(bytes)).toThrow("onnx/unknown-op");
    const { module } = importOnnx(bytes, { path: "net.onnx", handlers: [twice] });
    const [y] = evaluateModule(module, [tensorFrom("f32", [1, 2], [1, 2])]);
    expect(Array.from(y!.data as Float64Array)).toEqual([3, 6]);
    expect(module.main.outputs[0]!.op!.loc).toEqual({ file: "net.onnx", node: "t" });
  });
});
