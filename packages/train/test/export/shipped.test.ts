import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Constant, constantOf, type Module, numbers } from "@gatefold/core";
import { Quant } from "@gatefold/dialect-nn";
import { importOnnx } from "@gatefold/frontend-onnx";
import { expect, it } from "vitest";
import type { TrainingConfig } from "../../src/config.js";
import { toQonnx } from "../../src/export/export-model.js";
import { openEngine } from "../../src/trainer/engine.js";
import type { Samples } from "../../src/trainer/samples.js";
import { train } from "../../src/trainer/trainer.js";

const example = join(import.meta.dirname, "../../../../examples/digits");
const shipped = (): Uint8Array => readFileSync(join(example, "digits.onnx"));

async function shippedTraining(): Promise<TrainingConfig> {
  const file = join(example, "train.config.ts");
  return (await import(/* @vite-ignore */ file)).default as TrainingConfig;
}

/** Each op with its node, types, attributes and width; not the values of other constants, which training changes. */
function structureOf({ main }: Module): readonly string[] {
  return [...main.ops()].map((op) => {
    const types = op.results.map(({ type }) => `${type.elem}[${type.shape}]`);
    const attrs = Constant.is(op) ? "" : JSON.stringify(op.attrs);
    const bits = Quant.is(op) ? numbers(constantOf(op.operand(3))!) : "";
    return `${op.def.name} ${op.loc?.node ?? ""} ${types} ${attrs} ${bits}`;
  });
}

function firstOf({ x, y }: Samples, count: number): Samples {
  const cut = (data: unknown, length: number): Uint8Array => (data as Uint8Array).slice(0, length);
  const [, ...shape] = x.shape;
  const size = shape.reduce((a, b) => a * b, 1);
  return { x: { ...x, shape: [count, ...shape], data: cut(x.data, count * size) }, y: cut(y, count) };
}

/** What the shipped training gives; with a count, in one epoch on as many images. */
async function trained(count?: number): Promise<Uint8Array> {
  const config = await shippedTraining();
  const few = count !== undefined && { data: { train: firstOf(config.data.train, count) }, epochs: 1 };
  const engine = openEngine({ threads: 1, memoryMegabytes: 64 });
  const { model } = await train({ ...config, ...few, engine });
  const bytes = toQonnx(model, { name: "digits" });
  engine.dispose();
  return bytes;
}

it("the example's configuration trains the network that is shipped: same nodes, precisions, shapes", async () => {
  const [made, found] = [await trained(500), shipped()].map((bytes) => importOnnx(bytes).module);
  expect(structureOf(found!)).toEqual(structureOf(made!));
  const scales = [...made!.main.ops()].filter((op) => Quant.is(op));
  expect(scales.map((op) => numbers(constantOf(op.operand(1))!).length)).toEqual([64, 1, 1]);
}, 60_000);

it.skipIf(process.env["GATEFOLD_SLOW"] === undefined)(
  "the whole training gives the shipped file, byte for byte",
  async () => {
    expect(Buffer.compare(await trained(), shipped())).toBe(0);
  },
  300_000,
);
