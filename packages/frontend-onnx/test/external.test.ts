import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evaluate, printDiagnostic, tensorFrom } from "@gatefold/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importOnnx, inspectOnnx } from "../src/index.js";
import { info, modelBytes, node } from "./helpers/model.js";

let folder: string;
const weights = Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7);

beforeAll(() => {
  const root = mkdtempSync(join(tmpdir(), "gatefold-external-"));
  folder = join(root, "model");
  mkdirSync(folder);
  writeFileSync(join(folder, "weights.bin"), Buffer.from(weights.buffer));
  writeFileSync(join(root, "secret.bin"), Buffer.alloc(16));
  symlinkSync(join(root, "secret.bin"), join(folder, "link.bin"));
});

afterAll(() => {
  rmSync(join(folder, ".."), { recursive: true });
});

/** A model file whose weight `w [4, 1]` lies outside of it. */
function modelWith(entries: Readonly<Record<string, string>>): string {
  const path = join(folder, "net.onnx");
  const bytes = modelBytes({
    nodes: [node("MatMul", ["x", "w"], ["y"])],
    inputs: [info("x", [1, 4])],
    outputs: ["y"],
    initializers: [
      {
        name: "w",
        dtype: 1,
        dims: [4, 1],
        payload: { kind: "external", entries: new Map(Object.entries(entries)) },
      },
    ],
  });
  writeFileSync(path, bytes);
  return path;
}

const said = (entries: Readonly<Record<string, string>>): string =>
  inspectOnnx(modelWith(entries)).diagnostics.map(printDiagnostic).join("\n");

describe("external data", () => {
  it("is read at its offset", () => {
    const { module } = importOnnx(modelWith({ location: "weights.bin", offset: "8", length: "16" }));
    const [y] = evaluate(module.main, [tensorFrom("f32", [1, 4], [1, 10, 100, 1000])]);
    expect(Number(y!.data[0])).toBe(5432);
  });
  it("without a length goes to the file's end", () => {
    const { module } = importOnnx(modelWith({ location: "weights.bin", offset: "16" }));
    const [y] = evaluate(module.main, [tensorFrom("f32", [1, 4], [1, 10, 100, 1000])]);
    expect(Number(y!.data[0])).toBe(7654);
  });
  it("that is missing", () => {
    expect(said({ location: "none.bin" })).toMatchInlineSnapshot(`
      "net.onnx: error: Tensor \`w\` lies in \`none.bin\`, which cannot be read: there is no such file. [onnx/external-missing]
        hint: put the external data file beside the model and import the model by its path"
    `);
  });
  it("that is a folder", () => {
    mkdirSync(join(folder, "sub"), { recursive: true });
    expect(said({ location: "sub" })).toMatchInlineSnapshot(`
      "net.onnx: error: Tensor \`w\` lies in \`sub\`, which cannot be read: it is not a file. [onnx/external-missing]
        hint: put the external data file beside the model and import the model by its path"
    `);
  });
  it("outside of the model's folder: up, absolute, with backslashes, through a link", () => {
    expect(said({ location: "../secret.bin" })).toMatchInlineSnapshot(`
      "net.onnx: error: Tensor \`w\` lies in \`../secret.bin\`, outside the model's folder. [onnx/external-escape]
        hint: keep external data beside the model, with a relative path"
    `);
    for (const location of [
      "/etc/passwd",
      "sub/../../secret.bin",
      "..\\secret.bin",
      "C:\\x.bin",
      "link.bin",
      "",
      ".",
    ]) {
      expect(inspectOnnx(modelWith({ location })).diagnostics.map((d) => d.code)).toEqual([
        "onnx/external-escape",
      ]);
    }
  });
  it("with an offset or length that does not fit", () => {
    expect(said({ location: "weights.bin", offset: "24", length: "16" })).toMatchInlineSnapshot(`
      "net.onnx: error: Tensor \`w\` in \`weights.bin\`: bytes 24 to 40 are declared and the file has 32. [onnx/external-range]
        hint: export the model again; the external data does not fit it"
    `);
    expect(said({ location: "weights.bin", length: "12" })).toMatchInlineSnapshot(`
      "net.onnx: error: Tensor \`w\` in \`weights.bin\`: its shape needs 16 bytes and 12 are declared. [onnx/external-range]
        hint: export the model again; the external data does not fit it"
    `);
    expect(said({ location: "weights.bin", offset: "-4", length: "16" })).toMatchInlineSnapshot(`
      "net.onnx: error: Tensor \`w\` in \`weights.bin\`: the offset is \`-4\`. [onnx/external-range]
        hint: export the model again; the external data does not fit it"
    `);
  });
  it("of a model that came as bytes", () => {
    const bytes = modelBytes({
      nodes: [node("Add", ["x", "w"], ["y"])],
      inputs: [info("x", [1])],
      outputs: ["y"],
      initializers: [
        {
          name: "w",
          dtype: 1,
          dims: [1],
          payload: { kind: "external", entries: new Map([["location", "w.bin"]]) },
        },
      ],
    });
    expect(inspectOnnx(bytes).diagnostics.map(printDiagnostic).join("\n")).toMatchInlineSnapshot(`
      "error: Tensor \`w\` lies in \`w.bin\`, which cannot be read: the model came as bytes without a path. [onnx/external-missing]
        hint: put the external data file beside the model and import the model by its path"
    `);
  });
});
