import { oneShot } from "@gatefold/pass-prune";
import { describe, expect, it } from "vitest";
import { buildModel } from "../../src/build-model.js";
import { jsKernels } from "../../src/engine/js-kernels.js";
import { activation, conv2d, dense, flatten } from "../../src/layers/index.js";
import { costLayers, density } from "../../src/metrics/cost-layers.js";
import { aiq, layerOutputs, neuralEfficiency } from "../../src/metrics/efficiency.js";
import { pruning } from "../../src/prune/pruning.js";
import { binary, int } from "../../src/quantizers/index.js";
import { namedRandom } from "../../src/trainer/random.js";
import { train } from "../../src/trainer/trainer.js";
import { blobs, training, valuesOf } from "../trainer/blobs.js";

const scale = { kind: "learned" } as const;

describe("what layers cost", () => {
  const build = () =>
    buildModel(
      {
        input: { shape: [6, 6, 2], quantizer: int({ bits: 8, scale: { kind: "constant", value: 1 / 128 } }) },
        layers: [
          conv2d({ outputs: 4, kernel: 3, weights: int({ bits: 3, scale }) }),
          activation({ kind: "hardtanh", quantizer: binary() }),
          flatten(),
          dense({ outputs: 3, weights: binary(), bias: true }),
        ],
      },
      jsKernels({ memoryMegabytes: 16 }),
      namedRandom(1, "test"),
    );

  it("is read off the model: sizes, widths, codes", () => {
    const model = build();
    const [conv, last] = costLayers(model);
    expect(conv).toMatchObject({
      rows: 4,
      columns: 18,
      positions: 16,
      weightBits: 3,
      activationBits: 8,
      total: 72,
    });
    expect(last).toMatchObject({
      rows: 3,
      columns: 64,
      positions: 1,
      weightBits: 1,
      activationBits: 1,
      total: 195,
    });
    // a weight of ±1 encloses one bit; biases start at 0
    expect(last).toMatchObject({ keptWeights: 192, effectiveWeightBits: 192, kept: 192 });
    expect(conv!.effectiveWeightBits).toBeLessThanOrEqual(2 * conv!.keptWeights);
  });

  it("leaves the model as it is, its first scales unset", () => {
    const model = build();
    const before = valuesOf(model);
    costLayers(model);
    expect(valuesOf(model)).toEqual(before);
  });

  it("counts what masks take away", async () => {
    const pruned = await train(training({ plugins: [pruning({ schedule: oneShot(0.5) })] }));
    const layers = costLayers(pruned.model);
    expect(density(layers)).toBeLessThanOrEqual(0.5);
    expect(layers.reduce((sum, { kept }) => sum + kept, 0)).toBe(54 + 3);
    expect(layers.map(({ activationBits }) => activationBits)).toEqual([32, 4]);
  });
});

describe("neural efficiency", () => {
  it("is the entropy of the states by the number of neurons", () => {
    // four states, each as often: 2 bits in 2 neurons; one state: nothing; two states, 1 : 3
    const full = { name: "full", neurons: 2, outputs: Float32Array.of(1, 1, 1, -1, -1, 1, -1, -1) };
    const skewed = { name: "skewed", neurons: 1, outputs: Float32Array.of(1, -1, 0, -2) };
    const entropy = 0.25 * 2 + 0.75 * Math.log2(4 / 3);
    const { layers, efficiency } = neuralEfficiency([full, skewed]);
    expect(layers[0]).toMatchObject({ entropyBits: 2, efficiency: 1, rows: 4 });
    expect(layers[1]!.entropyBits).toBeCloseTo(entropy, 14);
    expect(efficiency).toBeCloseTo(Math.sqrt(entropy), 14);
    expect(neuralEfficiency([{ ...full, outputs: new Float32Array(8) }]).efficiency).toBe(0);
  });

  it("tells states apart beyond 16 neurons", () => {
    const outputs = new Float32Array(4 * 40);
    [0, 15, 16, 39].forEach((neuron, row) => {
      outputs[row * 40 + neuron] = 1;
    });
    expect(neuralEfficiency([{ name: "wide", neurons: 40, outputs }]).layers[0]!.entropyBits).toBe(2);
  });

  it("and aIQ, with performance weighed by beta", () => {
    expect(aiq(0.125, 1)).toBeCloseTo(0.5, 14);
    expect(aiq(0.5, 0.9, 1)).toBeCloseTo(Math.sqrt(0.45), 14);
  });

  it("of a network is that of its layers before the activation", async () => {
    const { model } = await train(training());
    const outputs = layerOutputs(model, blobs(3, 300), ["batch-norm1", "dense2"]);
    const names = model.layers.map(({ name }) => name);
    expect(names).toContain("dense2");
    expect(outputs.at(-1)).toMatchObject({ name: "dense2", neurons: 3 });
    const { layers, efficiency } = neuralEfficiency(outputs);
    expect(layers.every(({ rows }) => rows === 300)).toBe(true);
    expect(efficiency).toBeGreaterThan(0);
    expect(efficiency).toBeLessThanOrEqual(1);
  });
});
