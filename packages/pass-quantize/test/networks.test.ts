import {
  type Compilation,
  cloneModule,
  createCompiler,
  definePlugin,
  evaluateModule,
  type Module,
  numbers,
  parseModule,
  product,
  seededRandom,
  type Tensor,
  tensorFrom,
} from "@gatefold/core";
import { nnOps, Quant } from "@gatefold/dialect-nn";
import { exportQonnx, importOnnx } from "@gatefold/frontend-onnx";
import { streamline, streamlineSummary } from "@gatefold/pass-streamline";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minMax, type QuantizeOptions, quantize, quantizeSummary } from "../src/index.js";

const nn = definePlugin({ name: "nn", ops: nnOps });
const { ops } = createCompiler({ plugins: [nn] });

/** A dense constant of random reals in −1 … 1. */
function draw(name: string, shape: readonly number[], random: () => number): string {
  const list = Array.from({ length: product(shape) }, () => (2 * random() - 1).toFixed(4));
  return `    %${name} = core.constant() {value = dense<tensor<${[...shape, "f32"].join("x")}>, [${list.join(", ")}]>}\n`;
}

/** Blocks that a network may be put together from; each maps an image of 3 channels, 4 × 4, to one of the same shape. */
const blocks: Readonly<Record<string, (x: string, n: string, random: () => number) => string>> = {
  conv: (x, n, random) =>
    `${draw(`${n}w`, [3, 3, 3, 3], random)}${draw(`${n}b`, [3], random)}    %${n}c = nn.conv(%${x}, %${n}w, %${n}b) {pads = [1, 1, 1, 1]} @"net.onnx":"${n}"\n    %${n} = nn.relu(%${n}c)\n`,
  norm: (x, n, random) =>
    `${draw(`${n}w`, [3, 1, 3, 3], random)}${["g", "b", "m"].map((p) => draw(`${n}${p}`, [3], random)).join("")}    %${n}v = core.constant() {value = dense<tensor<3xf32>, [0.5, 1.0, 2.0]>}\n    %${n}c = nn.conv(%${x}, %${n}w) {pads = [1, 1, 1, 1], group = 3} @"net.onnx":"${n}"\n    %${n} = nn.batch_norm(%${n}c, %${n}g, %${n}b, %${n}m, %${n}v)\n`,
  residual: (x, n, random) =>
    `${draw(`${n}w`, [3, 3, 1, 1], random)}    %${n}c = nn.conv(%${x}, %${n}w) @"net.onnx":"${n}"\n    %${n}s = nn.add(%${n}c, %${x})\n    %${n} = nn.relu(%${n}s)\n`,
  turned: (x, n, random) =>
    `${draw(`${n}w`, [3, 3, 3, 3], random)}    %${n}c = nn.conv_transpose(%${x}, %${n}w) {pads = [1, 1, 1, 1]} @"net.onnx":"${n}"\n    %${n} = nn.relu(%${n}c)\n`,
  pool: (x, n) =>
    `    %${n} = nn.max_pool(%${x}) {kernel_shape = [3, 3], strides = [1, 1], pads = [1, 1, 1, 1]}\n`,
  tanh: (x, n) => `    %${n} = nn.tanh(%${x})\n`,
};

interface NetSpec {
  readonly kinds: readonly string[];
  readonly seed: number;
}

/** Blocks, an average over the image, and a dense layer to 4 scores. */
function networkText({ kinds, seed }: NetSpec): string {
  const random = seededRandom(seed);
  let text = `module "net" {\n  main(%x0: tensor<1x3x4x4xf32>) {\n`;
  kinds.forEach((kind, i) => {
    text += blocks[kind]!(`x${i}`, `x${i + 1}`, random);
  });
  text += draw("wd", [3, 4], random);
  text += `    %p = nn.global_average_pool(%x${kinds.length})\n    %f = nn.reshape(%p) {shape = [1, 3]}\n    %y = nn.matmul(%f, %wd) @"net.onnx":"dense"\n    return %y\n  }\n}`;
  return text;
}

const network = (spec: NetSpec): Module => parseModule(networkText(spec), { ops, file: "net.gf" });

const samples = (count: number, size: number, seed: number): Float32Array[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => Float32Array.from({ length: size }, () => 2 * random() - 1));
};

const inputsOf = (module: Module, sample: Float32Array): Tensor[] =>
  module.main.inputs.map(({ type }) => tensorFrom(type.elem, type.shape, sample));

async function run(module: Module, options: QuantizeOptions): Promise<Compilation> {
  const compiler = createCompiler({ plugins: [nn, quantize(options)] });
  const compilation = compiler.start(cloneModule(module));
  await compiler.run(compilation);
  return compilation;
}

const specs = fc.record({
  kinds: fc.array(fc.constantFrom(...Object.keys(blocks)), { minLength: 1, maxLength: 5 }),
  seed: fc.integer({ min: 1, max: 1000 }),
});

describe("quantized networks", () => {
  it("streamline through the ordinary pipeline to integers of the same function", {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        specs,
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 2, max: 5 }),
        fc.boolean(),
        async (spec, weights, activations, powerOfTwoScales) => {
          const bits = { weights, activations };
          const plugins = [
            nn,
            quantize({ bits, calibration: samples(6, 48, spec.seed), powerOfTwoScales }),
            streamline(),
          ];
          const compiler = createCompiler({ plugins });
          const compilation = compiler.start(network(spec));
          await compiler.run(compilation, { check: { rows: 4, seed: 1 } });
          const { main, tail } = compilation.module;
          const names = [...main.ops()].map(({ def }) => def.name);
          expect(names.filter((name) => name.startsWith("nn."))).toEqual([]);
          const left = [...(tail?.ops() ?? [])].map(({ def }) => def.name);
          expect(left).not.toContain("nn.matmul");
          const layers = compilation.facts.need(streamlineSummary).layers.filter((l) => l.weightElem);
          const wanted =
            spec.kinds.filter((kind) => ["conv", "norm", "residual", "turned"].includes(kind)).length + 1;
          expect(layers.length).toBe(wanted);
        },
      ),
      { numRuns: 12 },
    );
  });

  it("come near to the float network with many bits, and nearer with more", async () => {
    const module = network({ kinds: ["conv", "residual", "pool", "norm"], seed: 5 });
    const calibration = samples(32, 48, 1);
    const error = async (bits: number): Promise<number> => {
      const { module: made } = await run(module, {
        bits: { weights: bits, activations: bits, input: bits },
        calibration,
      });
      let [noise, signal] = [0, 0];
      for (const sample of samples(16, 48, 2)) {
        const [real, found] = [module, made].map((m) => numbers(evaluateModule(m, inputsOf(m, sample))[0]!));
        real!.forEach((v, i) => {
          noise += (v - found![i]!) ** 2;
          signal += v ** 2;
        });
      }
      return Math.sqrt(noise / signal);
    };
    const [four, six, twelve] = [await error(4), await error(6), await error(12)];
    expect(four).toBeLessThan(0.3);
    expect(six).toBeLessThan(four / 2);
    expect(twelve).toBeLessThan(six / 20);
  });

  it("have scales of float32 numbers, so that a file of them computes the same", async () => {
    const { module, facts } = await run(network({ kinds: ["conv", "residual"], seed: 4 }), {
      bits: { weights: 3, activations: 4 },
      calibration: samples(8, 48, 1),
    });
    for (const op of module.main.ops()) {
      if (!Quant.is(op)) continue;
      const scale = numbers(op.operand(1).op!.attrs["value"] as Tensor);
      expect(Array.from(scale, Math.fround)).toEqual(Array.from(scale));
    }
    const { module: read } = importOnnx(exportQonnx(module));
    for (const sample of samples(8, 48, 2)) {
      const [one, other] = [module, read].map((m) => numbers(evaluateModule(m, inputsOf(m, sample))[0]!));
      expect(Array.from(one!)).toEqual(Array.from(other!));
    }
    const { layers, activations } = facts.need(quantizeSummary);
    expect(layers.map(({ name, bits, scaleCount }) => [name, bits, scaleCount])).toEqual([
      ["x1", 3, 3],
      ["x2", 3, 3],
      ["dense", 3, 4],
    ]);
    expect(activations.map(({ name, bits, signed }) => [name, bits, signed])).toEqual([
      ["x0", 8, true],
      ["x1", 4, false],
      ["x2c", 4, true],
      ["x2", 4, false],
      ["p", 4, false],
    ]);
  });
});

describe("bias correction", () => {
  const module = network({ kinds: ["conv"], seed: 11 });
  const calibration = samples(64, 48, 3).map((sample) => sample.map((v) => v + 0.5));

  /** Means of the dense layer's channels over the samples, with fine activations, so that the weights alone are rounded. */
  async function means(biasCorrection: boolean): Promise<number[][]> {
    const bits = { weights: 3, activations: 16, input: 16 };
    const { module: made } = await run(module, { bits, calibration, calibrator: minMax(), biasCorrection });
    return [module, made].map((each) => {
      const sums = new Float64Array(4);
      for (const sample of calibration)
        numbers(evaluateModule(each, inputsOf(each, sample))[0]!).forEach((v, i) => {
          sums[i]! += v / calibration.length;
        });
      return [...sums];
    });
  }

  it("takes away most of the shift that rounded weights leave", async () => {
    const shift = ([real, found]: number[][]): number =>
      real!.reduce((most, v, i) => Math.max(most, Math.abs(v - found![i]!)), 0);
    const [without, with_] = [shift(await means(false)), shift(await means(true))];
    expect(without).toBeGreaterThan(0.01);
    expect(with_).toBeLessThan(without / 3);
  });
});

describe("options", () => {
  const module = network({ kinds: ["conv"], seed: 11 });
  const calibration = samples(4, 48, 3);

  it("take a calibrator of somebody else's, for activations and weights", async () => {
    const asked: string[] = [];
    const mine = {
      name: "half",
      range: (
        { max }: { readonly max: number },
        { low, high }: { readonly low: number; readonly high: number },
      ) => {
        asked.push(`${low} … ${high}`);
        return { lo: low < 0 ? -max / 2 : 0, hi: max / 2 };
      },
    };
    const { facts } = await run(module, {
      bits: { weights: 4, activations: 4 },
      calibration,
      calibrator: mine,
      weightCalibrator: mine,
      weightScales: "tensor",
    });
    expect([...new Set(asked)].sort()).toEqual(["-128 … 127", "-7 … 7", "0 … 15"]);
    const summary = facts.need(quantizeSummary);
    expect(summary.calibrator).toBe("half");
    expect(summary.layers.map(({ scaleCount }) => scaleCount)).toEqual([1, 1]);
    const relu = summary.activations.find(({ name }) => name === "x1")!;
    expect(relu.scale).toBe(Math.fround(relu.max / 2 / 15));
    expect(relu.clippedShare).toBeGreaterThan(0);
  });

  it("give single layers bits of their own, by names that are there", async () => {
    const { facts } = await run(module, {
      bits: { weights: 2, activations: 4, layers: { dense: 8 } },
      calibration,
    });
    expect(facts.need(quantizeSummary).layers.map(({ bits }) => bits)).toEqual([2, 8]);
    const wrong = run(module, { bits: { weights: 2, activations: 4, layers: { dens: 8 } }, calibration });
    await expect(wrong).rejects.toThrow(/No layer with weights is called `dens`/);
  });

  it("name the sample that has no number", async () => {
    const broken = [calibration[0]!, calibration[1]!.map((v, i) => (i === 3 ? Number.NaN : v))];
    await expect(run(module, { bits: { weights: 4, activations: 4 }, calibration: broken })).rejects.toThrow(
      /`x0` has NaN among the values on calibration sample 1/,
    );
  });
});
