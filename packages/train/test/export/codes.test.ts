import { importOnnx } from "@gatefold/frontend-onnx";
import { describe, expect, it } from "vitest";
import { wasmKernels } from "../../src/engine/wasm-kernels.js";
import { exportModel, toQonnx } from "../../src/export/export-model.js";
import { activation, averagePool2d, batchNorm, conv2d, flatten, residual } from "../../src/layers/index.js";
import { int } from "../../src/quantizers/index.js";
import { compareCodes } from "../helpers/compare.js";
import {
  exactNetworks,
  learnedNetworks,
  type Network,
  samplesOf,
  settledModel,
} from "../helpers/networks.js";
import { engines } from "../ops/engines.js";

/** Of sums in float32; a code more or less would make 1e-3 and more. */
const noise = 1e-5;

/** More samples where they are cheap. */
const countOf = ({ shape }: Network, few: number): number => (shape.length === 1 ? 10 * few : few);

describe.each(engines)("on the $name engine, the exported network has the model's codes", ({ create }) => {
  it.each(Object.entries({ ...exactNetworks, ...learnedNetworks }))("%s", (_, network) => {
    const kernels = create();
    const model = settledModel(network, kernels);
    const x = samplesOf(kernels, network.shape, countOf(network, 40), 5);
    const found = compareCodes(model, exportModel(model, { name: "net" }).main, x);
    expect(found.elements).toBeGreaterThan(3000);
    expect(found.mismatches).toBe(0);
    expect(found.outputError).toBeLessThan(noise);
  });

  it("also where means and sums of codes lie halfway between codes of a scale that is no power of two", () => {
    const q = int({ bits: 4, signed: false, scale: { kind: "constant", value: 0.3 } });
    const double = int({ bits: 4, signed: false, scale: { kind: "constant", value: 0.6 } });
    const again = activation({ kind: "identity", quantizer: q });
    const network: Network = {
      shape: [8, 8, 3],
      input: int({ bits: 8, scale: { kind: "constant", value: 1 / 64 } }),
      layers: [
        conv2d({ outputs: 8, kernel: 3, weights: int({ bits: 4, scale: { kind: "learned" } }) }),
        batchNorm(),
        activation({ kind: "relu", quantizer: q }),
        averagePool2d({ kernel: 2 }),
        again,
        residual({
          branch: [
            averagePool2d({ kernel: 2, stride: 1, padding: { top: 1, left: 1, bottom: 0, right: 0 } }),
            again,
          ],
        }),
        activation({ kind: "identity", quantizer: double }),
        flatten(),
      ],
    };
    const kernels = create();
    const model = settledModel(network, kernels);
    const x = samplesOf(kernels, network.shape, 60, 5);
    expect(compareCodes(model, exportModel(model, { name: "net" }).main, x)).toMatchObject({ mismatches: 0 });
  });
});

describe("written as QONNX and read again, the network is the same", () => {
  it.each(Object.entries({ ...exactNetworks, ...learnedNetworks }))("%s", (_, network) => {
    const kernels = wasmKernels();
    const model = settledModel(network, kernels);
    const { module, diagnostics } = importOnnx(toQonnx(model, { name: "net" }));
    expect(diagnostics).toEqual([]);
    const x = samplesOf(kernels, network.shape, countOf(network, 6), 6);
    const found = compareCodes(model, module.main, x);
    expect(found.mismatches).toBe(0);
    expect(found.outputError).toBeLessThan(noise);
  });

  it("the input and the output keep their names and shapes", () => {
    const model = settledModel(exactNetworks["residual W4A4"]!, wasmKernels());
    const { module } = importOnnx(toQonnx(model, { name: "net", input: "image" }));
    expect(module.main.inputs.map(({ name, type }) => [name, type.shape])).toEqual([["image", [1, 3, 8, 8]]]);
    expect(module.main.outputs.map(({ type }) => type.shape)).toEqual([[1, 5]]);
  });
});
