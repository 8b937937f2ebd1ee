import { constantOf, numbers } from "@gatefold/core";
import { TrainError } from "../error.js";
import { binarize } from "../ops/index.js";
import type { QuantizerSpec } from "../quantizer.js";
import { emitBipolar, emitQuant } from "./emit.js";
import { requirePositive } from "./grid.js";
import { meanAbsolute } from "./statistics.js";

export interface BinaryOptions {
  /** Magnitude of the two values: a number, or `"mean"` for mean|w| (weights only). Default: 1. */
  readonly scale?: number | "mean";
  /** Where the mean is taken: over the tensor, or over each output channel. Default: `"tensor"`. */
  readonly per?: "tensor" | "channel";
}

/**
 * Two values: `scale` where x ≥ 0, else `-scale`; backward 1 for |x| ≤ 1. Weights are held in [-1, 1] after each step, so that
 * none leaves the range where it learns.
 *
 * Source: Hubara et al., arXiv:1602.02830; with the mean, Rastegari et al., arXiv:1603.05279.
 */
export function binary(options: BinaryOptions = {}): QuantizerSpec {
  const { scale = 1, per = "tensor" } = options;
  if (scale !== "mean") requirePositive(scale, "scale", "binary");
  return {
    type: "binary",
    bits: 1,
    build: (context) => {
      if (scale === "mean" && context.role !== "weight") {
        throw new TrainError(
          "train/bad-role",
          `\`binary\` at ${context.name} takes its scale from a mean; only weights have one.`,
          "give a number as scale",
        );
      }
      const count = scale === "mean" && per === "channel" ? context.channels : 1;
      const sharing = { count, inner: context.inner };
      const values = context.kernels.alloc(count).fill(scale === "mean" ? 1 : scale);
      return {
        type: "binary",
        bits: 1,
        codes: { low: -1, high: 1 },
        parameters: [],
        buffers: [],
        scale: () => values,
        forward: (step, x, mask) => {
          if (scale === "mean")
            meanAbsolute(x.data, sharing, mask).forEach((mean, c) => {
              values[c] = mean === 0 ? 1 : mean;
            });
          const scales = { shape: [count], data: values, needsGrad: false, grad: undefined };
          return binarize(step.tape, x, scales, { inner: context.inner });
        },
        ...(context.role === "weight" ? { project: clipToOne } : {}),
        emit: (builder, x) => {
          const constant = constantOf(x);
          const pruned = constant !== undefined && numbers(constant).includes(0);
          if (!pruned) return emitBipolar(builder, x, { context, scale: values });
          // A pruned weight is 0, which the two codes don't have.
          const grid = { bits: 2, signed: true, narrow: true };
          return emitQuant(builder, x, { context, grid, scale: values });
        },
      };
    },
  };
}

function clipToOne(weights: Float32Array): void {
  for (let i = 0; i < weights.length; i++) weights[i] = Math.min(Math.max(weights[i]!, -1), 1);
}
