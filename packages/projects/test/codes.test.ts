import { readFileSync } from "node:fs";
import { createCompiler, definePlugin, evaluate, parseGraph, tensorFrom } from "@gatefold/core";
import { nnOps } from "@gatefold/dialect-nn";
import { cHeader, type DriverLayout, driverLayout, drivers, headerName } from "@gatefold/projects";
import { describe, expect, it } from "vitest";
import { build, digits } from "./compile.js";
import { call, inFolder, runs } from "./tools.js";

const file = (name: string): string => readFileSync(new URL(`../driver/${name}`, import.meta.url), "utf8");
const { ops } = createCompiler({ plugins: [definePlugin({ name: "nn", ops: nnOps })] });

/** The real values at which a quantizer of this scale decides: halves of steps, beyond the ends, and between. */
const reals = (scale: number): readonly number[] =>
  Array.from({ length: 41 }, (_, i) => (i - 12.5) * scale * 0.5).flatMap((v) => [
    v,
    v + scale * 0.24,
    v * 31,
  ]);

const head = (rounding: string, roundFirst: boolean): string => `graph "head"(%x: tensor<1x2x1x3xf32>) {
  %s = core.constant() {value = dense<tensor<f32>, [0.25]>} : tensor<f32>
  %z = core.constant() {value = dense<tensor<f32>, [3.0]>} : tensor<f32>
  %lo = core.constant() {value = dense<tensor<f32>, [-7.0]>} : tensor<f32>
  %hi = core.constant() {value = dense<tensor<f32>, [7.0]>} : tensor<f32>
  %q = nn.quantize(%x, %s, %z, %lo, %hi) {elem = "i4", rounding = "${rounding}", round_first = ${roundFirst}} : tensor<1x2x1x3xi4>
  %t = nn.transpose(%q) {perm = [0, 2, 3, 1]} : tensor<1x1x3x2xi4>
  return %t
}`;

/** The layout of the shipped network with another head in it. */
async function layoutWith(
  text: string,
): Promise<{ readonly layout: DriverLayout; readonly graph: ReturnType<typeof parseGraph> }> {
  const { design, compilation } = await build(digits, []);
  const graph = parseGraph(text, { ops, file: "head.gf" });
  return { layout: driverLayout(design, { ...compilation.module, head: graph }), graph };
}

describe("codes from real values", () => {
  it("of the shipped network stand in its layout, and its scores too", async () => {
    const { files, design, compilation } = await build(digits, [drivers()]);
    const layout = JSON.parse(String(files.get("driver/layout.json"))) as DriverLayout;
    expect(layout).toEqual(driverLayout(design, compilation.module));
    const { encoding } = layout.inputs[0]!;
    expect(encoding).toMatchObject({ zeroPoint: 0, low: 0, high: 255, roundFirst: false, shape: [1, 256] });
    expect(encoding!.scale).toBeCloseTo(1 / 255, 12);
    const { elem, elements } = layout.outputs[0]!;
    const sums = Array.from({ length: elements }, (_, i) => 3 * i - 11);
    const [scores] = evaluate(compilation.module.tail!, [tensorFrom(elem, [1, elements], sums)]);
    const { scale, zeroPoint, offset } = layout.outputs[0]!.decoding!;
    expect(offset).toHaveLength(10);
    const decoded = sums.map(
      (code, i) => (code - zeroPoint) * scale[i % scale.length]! + offset[i % offset.length]!,
    );
    decoded.forEach((value, i) => {
      expect(value).toBeCloseTo(Number(scores!.data[i]), 5);
    });
  });

  it("are left to the host's graph where one quantizer does not make them", async () => {
    const perChannel = head("ROUND", false).replace(
      "dense<tensor<f32>, [0.25]>} : tensor<f32>",
      "dense<tensor<1x2x1x1xf32>, [0.25, 0.5]>} : tensor<1x2x1x1xf32>",
    );
    for (const text of [head("FLOOR", false), perChannel]) {
      const { layout } = await layoutWith(text);
      expect(layout.inputs[0]!.encoding).toBeUndefined();
    }
  });

  describe.each([false, true])("with rounding before the zero point: %s", (roundFirst) => {
    it.skipIf(!runs("gcc"))("are in C what the graph evaluates to", async () => {
      const { layout, graph } = await layoutWith(head("ROUND", roundFirst));
      const values = reals(0.25).slice(0, 120);
      const program = [
        "#include <stdio.h>",
        `#include "${headerName(layout.top)}"`,
        `static const double x[] = {${values.map(String).join(",")}};`,
        `int main(void) { for (int i = 0; i < ${values.length}; i++) printf("%d ", (int)gatefold_encode(&${layout.top}_s_axis_encoding, x[i]));`,
        `  printf("%.6f", gatefold_decode(&${layout.top}_m_axis_decoding, -5, 2)); return 0; }`,
      ].join("\n");
      const files = new Map([
        [headerName(layout.top), cHeader(layout)],
        ["gatefold_stream.h", file("gatefold_stream.h")],
        ["check.c", program],
      ]);
      const said = await inFolder(files, (folder) => {
        call(folder, "gcc", [
          "-std=c99",
          "-Wall",
          "-Wextra",
          "-pedantic",
          "-Werror",
          "check.c",
          "-o",
          "check",
        ]);
        return call(folder, "./check", []);
      });
      const got = said.split(" ").map(Number);
      const wanted = codesOf(graph, values);
      expect(got.slice(0, -1)).toEqual(wanted);
      const { scale, offset } = layout.outputs[0]!.decoding!;
      expect(got.at(-1)).toBeCloseTo(-5 * scale[0]! + offset[2]!, 5);
    });

    it.skipIf(!runs("python3", ["-c", "import numpy"]))(
      "are in Python what the graph evaluates to",
      async () => {
        const { layout, graph } = await layoutWith(head("ROUND", roundFirst));
        const values = reals(0.25).slice(0, 120);
        const script = [
          "import json",
          "from pynq_driver import GatefoldDriver",
          "codes = GatefoldDriver().inputs[0].encode(json.load(open('values.json')))",
          "print(json.dumps([list(codes.shape), codes.transpose(0, 3, 1, 2).ravel().tolist()]))",
        ].join("\n");
        const files = new Map([
          ["layout.json", JSON.stringify(layout)],
          ["values.json", JSON.stringify(values)],
          ["pynq_driver.py", file("pynq_driver.py")],
          ["check.py", script],
        ]);
        const said = JSON.parse(await inFolder(files, (folder) => call(folder, "python3", ["check.py"])));
        expect(said).toEqual([[20, 1, 3, 2], codesOf(graph, values)]);
      },
    );
  });
});

/** The graph's codes of values in the network's order. */
function codesOf(graph: ReturnType<typeof parseGraph>, values: readonly number[]): readonly number[] {
  const codes: number[] = [];
  for (let at = 0; at < values.length; at += 6) {
    const [out] = evaluate(graph, [tensorFrom("f32", [1, 2, 1, 3], values.slice(at, at + 6))]);
    const data = Array.from(out!.data, Number);
    // back to channels first: [1, 1, 3, 2] → [1, 2, 1, 3]
    for (let c = 0; c < 2; c++) for (let w = 0; w < 3; w++) codes.push(data[w * 2 + c]!);
  }
  return codes;
}
