import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCompiler, definePlugin, parseModule } from "@gatefold/core";
import { openNpz } from "@gatefold/datasets";
import { nnOps } from "@gatefold/dialect-nn";
import { exportQonnx } from "@gatefold/frontend-onnx";
import { temporaryFolder, testData } from "./run.js";

const classes = 10;
const pixels = 256;

/** Mean picture of each class of the shipped test set, 0 … 1. */
function means(): readonly Float64Array[] {
  const arrays = openNpz(readFileSync(testData));
  const [input, label] = ["input", "label"].map((key) => arrays.get(key)!().data as Uint8Array);
  const sums = Array.from({ length: classes }, () => new Float64Array(pixels));
  const counts = new Float64Array(classes);
  for (const [i, digit] of label!.entries()) {
    counts[digit]!++;
    for (let p = 0; p < pixels; p++) sums[digit]![p]! += input![i * pixels + p]! / 255;
  }
  return sums.map((sum, digit) => sum.map((v) => v / counts[digit]!));
}

const dense = (shape: string, values: readonly number[]): string =>
  `core.constant() {value = dense<tensor<${shape}>, [${values.map((v) => v.toFixed(5)).join(", ")}]>}`;

/**
 * A float network, as an ONNX file: scores by the nearest mean, `m·x − |m|²/2`, then a ReLU and a layer that passes them on.
 * With `norm`, a normalization of samples stands between, which has no integer form.
 */
export function floatDigits({ norm = false }: { readonly norm?: boolean } = {}): string {
  const mean = means();
  const weights = Array.from(
    { length: pixels * classes },
    (_, i) => mean[i % classes]![Math.floor(i / classes)]!,
  );
  // Brought above 0, for the ReLU passes nothing else.
  const bias = mean.map((m) => 20 - m.reduce((sum, v) => sum + v * v, 0) / 2);
  const pass = Array.from({ length: classes ** 2 }, (_, i) => (i % (classes + 1) === 0 ? 1 : 0));
  const text = `module "means" {
  main(%image: tensor<1x${pixels}xf32>) {
    %w = ${dense(`${pixels}x${classes}xf32`, weights)}
    %b = ${dense(`${classes}xf32`, bias)}
    %p = ${dense(`${classes}x${classes}xf32`, pass)}
    %one = ${dense("f32", [1])}
    %sums = nn.matmul(%image, %w) @"means.gf":"near"
    %scores = nn.add(%sums, %b)
    %up = nn.relu(%scores)
    ${norm ? "%even = nn.layer_norm(%up, %one)" : "%even = nn.relu(%up)"}
    %y = nn.matmul(%even, %p) @"means.gf":"pass"
    return %y
  }
}
`;
  const { ops } = createCompiler({ plugins: [definePlugin({ name: "nn", ops: nnOps })] });
  const file = join(temporaryFolder(), "means.onnx");
  writeFileSync(file, exportQonnx(parseModule(text, { ops, file: "means.gf" })));
  return file;
}
