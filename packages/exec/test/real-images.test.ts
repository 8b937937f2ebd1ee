import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  createCompiler,
  evaluate,
  type Module,
  makeTensor,
  numbers,
  product,
  type TensorData,
  tensorFrom,
} from "@gatefold/core";
import { type DatasetArray, openNpz } from "@gatefold/datasets";
import { frontendOnnx, parseInputEncoding } from "@gatefold/frontend-onnx";
import { streamline } from "@gatefold/pass-streamline";
import { describe, expect, it } from "vitest";
import { createExecutor } from "../src/index.js";

const shared: string = process.env["GATEFOLD_SHARED"] ?? join(import.meta.dirname, "../../../../shared");
const model = (name: string): string => join(shared, "models", name);
const cifar = join(shared, "data/cifar10/cifar10_subset_10k.npz");

function npzArray(path: string, name: string): DatasetArray {
  return openNpz(readFileSync(path)).get(name)!();
}

async function compile(name: string, input: string | undefined): Promise<Module> {
  const inputs = input === undefined ? [] : [parseInputEncoding(input)];
  const compiler = createCompiler({ plugins: [frontendOnnx({ inputs }), streamline()] });
  const path = model(name);
  const compilation = await compiler.import({ name: path, bytes: readFileSync(path) });
  await compiler.run(compilation);
  return compilation.module;
}

/** `[N, 3, 32, 32]` from `[N, 32, 32, 3]` where the pixels do not lie so already. */
function channelsFirst({ shape, data }: DatasetArray): ArrayLike<number> {
  const values = Uint8Array.from(data as Uint8Array);
  if (shape[1] === 3) return values;
  return values.map(
    (_, i) => values[Math.floor(i / 3072) * 3072 + (i % 1024) * 3 + (Math.floor(i / 1024) % 3)]!,
  );
}

/** Rows of logits: the module's head and tail by the reference, `main` by the executor, all images at once. */
function logits(
  { head, main, tail }: Module,
  images: DatasetArray,
  real: (byte: number, i: number) => number,
): Float64Array[] {
  const bytes = channelsFirst(images);
  const count = images.shape[0]!;
  const [x] = main.inputs;
  const one = product(x!.type.shape);
  const codes = new Int16Array(count * one);
  for (let s = 0; s < count; s++) {
    const values = Array.from({ length: 3072 }, (_, i) => real(bytes[s * 3072 + i]!, i));
    const [row] = evaluate(head!, [tensorFrom("f32", head!.inputs[0]!.type.shape, values)]);
    codes.set(row!.data as Int8Array, s * one);
  }
  const executor = createExecutor(main);
  for (const step of executor.plan) expect(step.kernel).not.toBe("evaluate");
  const { outputs } = executor.run({ data: codes, count });
  const { elem, shape } = main.outputs[0]!.type;
  return Array.from({ length: count }, (_, s) => {
    const data: TensorData = outputs[0]!.slice(s * product(shape), (s + 1) * product(shape));
    return Float64Array.from(numbers(evaluate(tail!, [makeTensor(elem, shape, data)])[0]!), (v) => v + 0);
  });
}

const rowsOf = ({ data }: DatasetArray): number[][] =>
  Array.from({ length: data.length / 10 }, (_, i) =>
    Array.from((data as Float32Array).slice(i * 10, i * 10 + 10), (v) => v + 0),
  );
const greatest = (values: Float64Array): number => values.indexOf(Math.max(...values));

function accuracy(rows: readonly Float64Array[]): number {
  const labels = npzArray(cifar, "y_test").data;
  return rows.filter((row, i) => greatest(row) === Number(labels[i])).length / rows.length;
}

const cnv = "bnn-pynq__cnvW1A1_cifar10";
const byte = (v: number): number => v;

describe.skipIf(!existsSync(model(`${cnv}.onnx`)) || !existsSync(cifar))("BNN-PYNQ's CNV", () => {
  it("gives the recorded logits, and 80.5 % of 1 000 images", async () => {
    const module = await compile(`${cnv}.onnx`, "uint8");
    for (const [file, images, wanted] of [
      [`${cnv}__io.npz`, "input", "expected_output"],
      ["cifar40__cnv_expected.npz", "image_uint8", cnv],
    ] as const) {
      const got = logits(module, npzArray(model(file), images), byte);
      expect(got.map((row) => [...row])).toEqual(rowsOf(npzArray(model(file), wanted)));
    }
    expect(accuracy(logits(module, npzArray(cifar, "x_test"), byte))).toBe(0.805);
  });
});

const f32 = Math.fround;
const mean = [0.4914, 0.4822, 0.4465].map(f32);
const std = [0.247, 0.2435, 0.2616].map(f32);

describe.skipIf(!existsSync(model("nn2fpga__resnet8_a8w8b16.onnx")) || !existsSync(cifar))("ResNet-8", () => {
  it.each([
    ["nn2fpga__resnet8_a8w8b16", (v: number) => f32(v * f32(1 / 255)), 0.782],
    [
      "nn2fpga__resnet8_a4w4b32",
      (v: number, i: number) => {
        const c = Math.floor(i / 1024);
        return f32(f32(f32(v / 255) - mean[c]!) / std[c]!);
      },
      0.863,
    ],
  ])("%s gives the recorded outputs, and its accuracy on 1 000 images", async (name, real, right) => {
    const module = await compile(`${name}.onnx`, undefined);
    const golden = model(`${name}__golden.npz`);
    const got = logits(module, npzArray(golden, "input_uint8"), real);
    expect(got.map((row) => [...row])).toEqual(rowsOf(npzArray(golden, "output")));
    expect(accuracy(logits(module, npzArray(cifar, "x_test"), real))).toBe(right);
  });
});
