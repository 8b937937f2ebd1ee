import { quantizeUniform } from "../ops/index.js";
import type { Quantizer, QuantizerContext, QuantizerSpec } from "../quantizer.js";
import { emitQuant } from "./emit.js";
import { codesOf, type Grid, requireBits } from "./grid.js";
import { buildScale, checkScale, type ScaleOptions } from "./scale.js";
import { scaleGradientFactor } from "./surrogates.js";

export interface IntOptions extends ScaleOptions {
  /** 1 to 16; from 2 where signed. */
  readonly bits: number;
  /** Default: true. */
  readonly signed?: boolean;
  /** Leaves out the lowest code of a signed grid, the highest of an unsigned one. Default: true for weights, else false. */
  readonly narrow?: boolean;
}

/**
 * Integer codes times a scale: `clip(round(x / scale)) · scale`, halves to even. Gradients pass straight through inside of the
 * range; a learned scale gets LSQ's.
 *
 * Throws `TrainError` `train/bad-bits`, `train/bad-option`.
 */
export function int(options: IntOptions): QuantizerSpec {
  const { bits, signed = true } = options;
  requireBits(bits, signed ? 2 : 1, "int", bits === 1 ? "use binary() for codes -1 and 1" : "");
  checkScale(options, "int");
  return {
    type: "int",
    bits,
    build: (context) => {
      const narrow = options.narrow ?? context.role === "weight";
      return buildUniform("int", { bits, signed, narrow }, options, context);
    },
  };
}

/** A uniform quantizer on a grid, with scales from any source. */
export function buildUniform(
  type: string,
  grid: Grid,
  options: ScaleOptions,
  context: QuantizerContext,
): Quantizer {
  const codes = codesOf(grid);
  const scale = buildScale(options, codes, context);
  return {
    type,
    bits: grid.bits,
    codes,
    parameters: scale.parameters,
    buffers: scale.buffers,
    scale: scale.current,
    forward: (step, x, mask) => {
      // LSQ counts weights, or features of one sample.
      const elements = x.data.length / (context.role === "weight" ? 1 : x.shape[0]!);
      return quantizeUniform(step.tape, x, scale.update(step, x.data, mask), {
        inner: context.inner,
        ...codes,
        scaleGradientFactor: scaleGradientFactor(elements / scale.sharing.count, codes.high),
      });
    },
    emit: (builder, x) => emitQuant(builder, x, { context, grid, scale: scale.current() }),
  };
}
