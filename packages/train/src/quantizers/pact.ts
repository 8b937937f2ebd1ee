import type { Parameter } from "../parameter.js";
import type { QuantizerSpec } from "../quantizer.js";
import { emitQuant } from "./emit.js";
import { codesOf, requireBits, requirePositive, requireRole } from "./grid.js";
import { pactAlphaSlope, shortScale } from "./surrogates.js";

export interface PactOptions {
  /** 1 to 16. */
  readonly bits: number;
  /** The clipping level before training. Default: 6. */
  readonly alpha?: number;
}

const smallestAlpha = 2 ** -20;

/**
 * Activations clipped to [0, α], α trained, in `2^bits` levels: scale `α / (2^bits - 1)`. The gradient of α is that of the clipped
 * values. Decay α with the optimizer, as its authors do.
 *
 * Source: Choi et al., arXiv:1805.06085.
 */
export function pact({ bits, alpha: first = 6 }: PactOptions): QuantizerSpec {
  requireBits(bits, 1, "pact");
  requirePositive(first, "alpha", "pact");
  const grid = { bits, signed: false, narrow: false };
  const codes = codesOf(grid);
  return {
    type: "pact",
    bits,
    build: (context) => {
      requireRole(context, "pact", ["activation", "input"]);
      const { kernels, name, inner } = context;
      const alpha = kernels.alloc(1).fill(first);
      const values = kernels.alloc(1);
      const parameter: Parameter = {
        name: `${name}.alpha`,
        role: "scale",
        tensor: { shape: [1], data: alpha, needsGrad: true, grad: kernels.alloc(1) },
        mask: undefined,
        project: (p) => {
          p[0] = Math.max(p[0]!, smallestAlpha);
        },
      };
      const scale = (): Float32Array => values.fill(shortScale(alpha[0]! / codes.high));
      return {
        type: "pact",
        bits,
        codes,
        parameters: [parameter],
        buffers: [],
        scale,
        forward: ({ tape }, x) => {
          const y = tape.tensor(x.shape, [x, parameter.tensor]);
          kernels.quantize(x.data, scale(), inner, codes.low, codes.high, y.data);
          tape.record(y, (dy) => {
            if (x.needsGrad) {
              const dx = tape.gradOf(x);
              kernels.quantizeBackward(x.data, values, inner, codes.low, codes.high, dy, dx, undefined);
            }
            let sum = 0;
            for (let i = 0; i < dy.length; i++) sum += dy[i]! * pactAlphaSlope(x.data[i]!, alpha[0]!);
            tape.gradOf(parameter.tensor)[0]! += sum;
          });
          return y;
        },
        emit: (builder, x) => emitQuant(builder, x, { context, grid, scale: scale() }),
      };
    },
  };
}
