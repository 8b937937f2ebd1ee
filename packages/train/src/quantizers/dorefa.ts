import type { Quantizer, QuantizerContext, QuantizerSpec } from "../quantizer.js";
import { binary } from "./binary.js";
import { emitQuant } from "./emit.js";
import { requireBits } from "./grid.js";
import { buildUniform } from "./int.js";
import { mapWithSlope } from "./map-with-slope.js";
import { dorefaCode, dorefaSlope } from "./surrogates.js";

export interface DorefaOptions {
  /** 1 to 16. */
  readonly bits: number;
}

/**
 * DoReFa-Net. Weights: `2^bits` odd codes of a tanh, between -1 and 1; one bit: sign times mean|w|. Activations: [0, 1] in
 * `2^bits` levels.
 *
 * Source: Zhou et al., arXiv:1606.06160.
 */
export function dorefa({ bits }: DorefaOptions): QuantizerSpec {
  requireBits(bits, 1, "dorefa");
  return {
    type: "dorefa",
    bits,
    build: (context) => {
      if (context.role === "weight" || context.role === "bias")
        return bits === 1 ? binary({ scale: "mean" }).build(context) : weights(bits, context);
      const scale = { kind: "constant", value: 1 / (2 ** bits - 1) } as const;
      return buildUniform("dorefa", { bits, signed: false, narrow: false }, { scale }, context);
    },
  };
}

function weights(bits: number, context: QuantizerContext): Quantizer {
  const largestCode = 2 ** bits - 1;
  const values = context.kernels.alloc(1).fill(1 / largestCode);
  const step = values[0]!;
  return {
    type: "dorefa",
    bits,
    codes: { low: -largestCode, high: largestCode },
    parameters: [],
    buffers: [],
    scale: () => values,
    forward: ({ tape }, x) => {
      let largest = 0;
      for (const w of x.data) largest = Math.max(largest, Math.abs(w));
      const largestTanh = largest === 0 ? 1 : Math.tanh(largest);
      return mapWithSlope(
        tape,
        x,
        (w) => dorefaCode(w, largestTanh, bits) * step,
        (w) => dorefaSlope(w, largestTanh),
      );
    },
    // The codes are odd: the grid that holds them has one bit more.
    emit: (builder, x) =>
      emitQuant(builder, x, {
        context,
        grid: { bits: bits + 1, signed: true, narrow: true },
        scale: values,
      }),
  };
}
