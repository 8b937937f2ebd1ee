import { type Tensor as Constant, evaluate, type Graph, numbers, tensorFrom } from "@gatefold/core";
import type { BuiltModel } from "../../src/build-model.js";
import type { Tensor } from "../../src/tape.js";
import { stepOf } from "./networks.js";

export interface Observed {
  /** Codes of each quantized activation, by the name of its layer; channels last. */
  readonly codes: ReadonlyMap<string, Float64Array>;
  readonly output: Float32Array;
}

/** A model's codes and outputs in evaluation. */
export function observeModel(model: BuiltModel, x: Tensor): Observed {
  const codes = new Map<string, Float64Array>();
  const step = stepOf(model.kernels, {
    tap: (tap, value, scale) => {
      if (tap.site === "activation")
        codes.set(
          tap.layer,
          Float64Array.from(value.data, (v, i) => Math.round(v / scale[i % scale.length]!)),
        );
      return value;
    },
  });
  const output = model.forward(step, x).data.slice();
  step.tape.reset();
  return { codes, output };
}

/** Sample `n` as the exported network reads it: `<1 x C x H x W>` or `<1 x F>`. */
export function exportedSample(x: Tensor, n: number): Constant {
  const [, height, width, channels] = x.shape;
  const size = x.data.length / x.shape[0]!;
  const own = x.data.subarray(n * size, (n + 1) * size);
  if (x.shape.length === 2) return tensorFrom("f32", [1, size], own);
  const pixels = height! * width!;
  const planes = Array.from(own, (_, i) => own[(i % pixels) * channels! + Math.floor(i / pixels)]!);
  return tensorFrom("f32", [1, channels!, height!, width!], planes);
}

export interface Agreement {
  readonly elements: number;
  readonly mismatches: number;
  /** Largest difference of an output, relative to 1 + its size, of samples whose codes are equal. */
  readonly outputError: number;
}

/** Compares every activation code of the model with the network's, sample by sample. */
export function compareCodes(model: BuiltModel, graph: Graph, x: Tensor): Agreement {
  const observed = observeModel(model, x);
  const count = x.shape[0]!;
  let [elements, mismatches, outputError] = [0, 0, 0];
  for (let n = 0; n < count; n++) {
    let wrong = 0;
    const seen = new Set<string>();
    const [output] = evaluate(graph, [exportedSample(x, n)], {
      onValue: (value, tensor) => {
        const layer = layerOf(value.name, value.op?.def.name, observed);
        if (layer === undefined) return;
        const scaleName = value.op!.operand(1);
        const expected = observed.codes.get(layer)!;
        const size = expected.length / count;
        const scale = numbers(scaleName.op!.attrs["value"] as Constant)[0]!;
        const real = numbers(tensor);
        const [, channels = 1, height = 1, width = 1] = tensor.shape;
        for (let i = 0; i < size; i++) {
          const from = (i % channels) * height * width + Math.floor(i / channels);
          if (Math.round(real[from]! / scale) !== expected[n * size + i]) wrong++;
        }
        elements += size;
        seen.add(layer);
      },
    });
    if (seen.size !== observed.codes.size)
      throw new Error(`found ${[...seen]} of ${[...observed.codes.keys()]}`);
    mismatches += wrong;
    const width = observed.output.length / count;
    if (wrong === 0) {
      numbers(output!).forEach((v, i) => {
        const difference = Math.abs(v - observed.output[n * width + i]!);
        outputError = Math.max(outputError, difference / (1 + Math.abs(v)));
      });
    }
  }
  return { elements, mismatches, outputError };
}

/** The layer whose activation quantizer made a value; `undefined` for weights and inputs. */
function layerOf(name: string | undefined, op: string | undefined, { codes }: Observed): string | undefined {
  if (op !== "nn.quant" && op !== "nn.bipolar_quant") return undefined;
  const layer = name?.replace(/\.quantizer$/, "");
  return layer !== undefined && codes.has(layer) ? layer : undefined;
}
