import type { QuantizerSpec } from "../quantizer.js";
import { emitQuant } from "./emit.js";
import { requireRole } from "./grid.js";
import { mapWithSlope } from "./map-with-slope.js";
import { channelOf, meanAbsolute } from "./statistics.js";
import { ternaryCode, ternaryThreshold } from "./surrogates.js";

export interface TernaryOptions {
  /** Threshold and scale of the tensor, or of each output channel. Default: `"tensor"`. */
  readonly per?: "tensor" | "channel";
}

/**
 * Weights of three values `-α, 0, α`: 0 up to `Δ = 0.7·mean|w|`, α the mean of those beyond. Gradients pass straight through.
 *
 * Source: Li et al., "Ternary weight networks", arXiv:1605.04711.
 */
export function ternary({ per = "tensor" }: TernaryOptions = {}): QuantizerSpec {
  const grid = { bits: 2, signed: true, narrow: true };
  return {
    type: "ternary",
    bits: 2,
    build: (context) => {
      requireRole(context, "ternary", ["weight"]);
      const sharing = { count: per === "channel" ? context.channels : 1, inner: context.inner };
      const values = context.kernels.alloc(sharing.count).fill(1);
      return {
        type: "ternary",
        bits: 2,
        codes: { low: -1, high: 1 },
        parameters: [],
        buffers: [],
        scale: () => values,
        forward: (step, x, mask) => {
          const thresholds = meanAbsolute(x.data, sharing, mask).map(ternaryThreshold);
          const codes = Int8Array.from(x.data, (w, i) => ternaryCode(w, thresholds[channelOf(i, sharing)]!));
          const beyond = Float32Array.from(codes, Math.abs);
          meanAbsolute(x.data, sharing, beyond).forEach((mean, c) => {
            values[c] = mean === 0 ? 1 : mean;
          });
          return mapWithSlope(
            step.tape,
            x,
            (_, i) => codes[i]! * values[channelOf(i, sharing)]!,
            () => 1,
          );
        },
        emit: (builder, x) => emitQuant(builder, x, { context, grid, scale: values }),
      };
    },
  };
}
