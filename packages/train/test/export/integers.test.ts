import { createCompiler, evaluateModule, isInt, type Module, numbers } from "@gatefold/core";
import { importOnnx } from "@gatefold/frontend-onnx";
import { streamline } from "@gatefold/pass-streamline";
import { describe, expect, it } from "vitest";
import { wasmKernels } from "../../src/engine/wasm-kernels.js";
import { toQonnx } from "../../src/export/export-model.js";
import { exportedSample, observeModel } from "../helpers/compare.js";
import {
  exactNetworks,
  learnedNetworks,
  type Network,
  samplesOf,
  settledModel,
} from "../helpers/networks.js";

/** The network on exact integers, from its QONNX file. */
async function compiled(bytes: Uint8Array): Promise<Module> {
  const compiler = createCompiler({ plugins: [streamline()] });
  const compilation = compiler.start(importOnnx(bytes).module);
  await compiler.run(compilation);
  return compilation.module;
}

/** Up to the last quantized activation, so that its codes are the outputs. */
function cut(network: Network): Network {
  const last = network.layers.findLastIndex(({ type }) => type === "activation");
  return { ...network, layers: network.layers.slice(0, last + 1) };
}

/** Largest relative difference between the model's outputs and the integers', over all samples. */
async function largestError(network: Network, count: number): Promise<number> {
  const kernels = wasmKernels();
  const model = settledModel(network, kernels);
  const module = await compiled(toQonnx(model, { name: "net" }));
  for (const op of module.main.ops()) {
    expect(op.def.name).not.toMatch(/^nn\./);
    for (const { type } of op.results) expect(isInt(type.elem)).toBe(true);
  }
  const x = samplesOf(kernels, network.shape, count, 8);
  const { output } = observeModel(model, x);
  const size = output.length / count;
  let most = 0;
  for (let n = 0; n < count; n++) {
    const found = evaluateModule(module, [exportedSample(x, n)])[0]!;
    const [, channels = 1, height = 1, width = 1] = found.shape;
    const real = numbers(found);
    for (let i = 0; i < size; i++) {
      const expected = output[n * size + i]!;
      const got = real[(i % channels) * height * width + Math.floor(i / channels)]!;
      most = Math.max(most, Math.abs(got - expected) / (1 + Math.abs(expected)));
    }
  }
  return most;
}

const countOf = ({ shape }: Network): number => (shape.length === 1 ? 300 : 12);

describe("compiled to integers, the network computes what the model computes", () => {
  it.each(Object.entries(exactNetworks))("%s: the last activation's values, exactly", async (_, network) => {
    expect(await largestError(cut(network), countOf(network))).toBe(0);
  });

  it.each(Object.entries({ ...exactNetworks, ...learnedNetworks }))("%s: the outputs", async (_, network) => {
    expect(await largestError(network, countOf(network))).toBeLessThan(1e-5);
  });
});
