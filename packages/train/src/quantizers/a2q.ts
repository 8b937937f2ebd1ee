import { TrainError } from "../error.js";
import type { QuantizerSpec } from "../quantizer.js";
import { emitQuant } from "./emit.js";
import { codesOf, requireBits } from "./grid.js";
import { projectOntoL1Ball, truncatedCodes } from "./l1-ball.js";
import { buildScale, checkScale, type ScaleSpec } from "./scale.js";
import { channelOf } from "./statistics.js";
import { scaleGradientFactor } from "./surrogates.js";

export interface A2qOptions {
  /** Bits of a weight, 2 to 16. */
  readonly bits: number;
  /** Bits of the signed accumulator that no input may overflow, 2 to 53. */
  readonly accumulatorBits: number;
  /** Bits of the input codes, 1 to 16; 1 bit signed means -1 and 1. */
  readonly inputBits: number;
  /** Default: false. */
  readonly inputSigned?: boolean;
  /** Scale of each output channel. Default: learned. */
  readonly scale?: Exclude<ScaleSpec, { kind: "statistics" }>;
  readonly powerOfTwo?: boolean;
}

/**
 * The largest `Σ|code|` of an output channel for which no input overflows the accumulator, at any point of the sum:
 * `⌊(2^(P-1) - 1) / max|input code|⌋`.
 *
 * Source: Colbert et al., "A2Q", arXiv:2308.13504, equation 8.
 */
export function largestL1(
  options: Pick<A2qOptions, "accumulatorBits" | "inputBits" | "inputSigned">,
): number {
  const { accumulatorBits, inputBits, inputSigned = false } = options;
  const largestInput = inputSigned ? 2 ** (inputBits - 1) : 2 ** inputBits - 1;
  return Math.floor((2 ** (accumulatorBits - 1) - 1) / largestInput);
}

/**
 * Weights whose sums fit an accumulator by construction. Each output channel is projected onto the L1 ball of `largestL1 · scale`,
 * then its codes are rounded toward zero, which never makes them larger; the bound holds exactly in every run and in the export,
 * and the stored weights are projected after each step. Gradients pass straight through inside of the codes' range.
 *
 * Source: Colbert et al., arXiv:2308.13504; the projection is that of A2Q+, arXiv:2401.10432.
 */
export function a2q(options: A2qOptions): QuantizerSpec {
  const {
    bits,
    accumulatorBits,
    inputBits,
    inputSigned = false,
    scale: scaleSpec = { kind: "learned" },
  } = options;
  requireBits(bits, 2, "a2q");
  requireBits(inputBits, 1, "a2q (input)");
  if (!(Number.isInteger(accumulatorBits) && accumulatorBits >= 2 && accumulatorBits <= 53)) {
    throw new TrainError(
      "train/bad-bits",
      `The accumulator of \`a2q\` has ${accumulatorBits} bits.`,
      "give a whole number from 2 to 53",
    );
  }
  const radius = largestL1(options);
  if (radius < 1) {
    throw new TrainError(
      "train/bad-bits",
      `An accumulator of ${accumulatorBits} bits cannot hold one ${inputSigned ? "signed" : "unsigned"} input of ${inputBits} bits.`,
      "give the accumulator more bits",
    );
  }
  const scaleOptions = { scale: scaleSpec, per: "channel", powerOfTwo: options.powerOfTwo ?? false } as const;
  checkScale(scaleOptions, "a2q");
  const grid = { bits, signed: true, narrow: true };
  const codes = codesOf(grid);
  return {
    type: "a2q",
    bits,
    build: (context) => {
      if (context.role !== "weight") {
        throw new TrainError(
          "train/bad-role",
          `\`a2q\` at ${context.name} bounds sums of weights; this is no weight.`,
          "use int() there",
        );
      }
      const scale = buildScale(scaleOptions, codes, context);
      return {
        type: "a2q",
        bits,
        codes,
        parameters: scale.parameters,
        buffers: scale.buffers,
        scale: scale.current,
        project: (weights) => {
          const values = scale.current();
          if (!values.includes(0)) projectOntoL1Ball(weights, scale.sharing, (c) => values[c]! * radius);
        },
        forward: (step, x, mask) => {
          const { tape } = step;
          const scales = scale.update(step, x.data, mask);
          const values = scales.data;
          const y = tape.tensor(x.shape, [x, scales]);
          const found = truncatedCodes(x.data, values, scale.sharing, { codes, radius });
          const count = values.length;
          for (let i = 0; i < found.length; i++) y.data[i] = found[i]! * values[channelOf(i, scale.sharing)]!;
          const factor = scaleGradientFactor(x.data.length / count, codes.high);
          tape.record(y, (dy) => {
            const dx = x.needsGrad ? tape.gradOf(x) : undefined;
            const dscale = scales.needsGrad ? tape.gradOf(scales) : undefined;
            for (let i = 0; i < dy.length; i++) {
              const v = x.data[i]! / values[channelOf(i, scale.sharing)]!;
              const inside = v >= codes.low && v <= codes.high;
              if (dx && inside) dx[i]! += dy[i]!;
              if (dscale)
                dscale[channelOf(i, scale.sharing)]! += dy[i]! * factor * (found[i]! - (inside ? v : 0));
            }
          });
          return y;
        },
        emit: (builder, x) => emitQuant(builder, x, { context, grid, scale: scale.current() }),
      };
    },
  };
}
