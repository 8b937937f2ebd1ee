import { attr, type OpDef } from "@gatefold/core";
import type { BoolAttr, FloatAttr } from "./attrs.js";
import { type PoolAttrs, pool, poolAttrs } from "./sliding.js";

/**
 * The largest element of each window; padding takes no part.
 * The second ONNX result (indices) is not made.
 *
 * - Operand: `x` `<N x C x spatial>`, numbers. Result: `<N x C x out>`.
 * - Constraints: (C1) `x` is a number; (C2) `x` has 3 to 5 axes; (W) the window fits.
 *
 * Source: ONNX MaxPool-12.
 */
export const MaxPool: OpDef<PoolAttrs> = pool(poolAttrs, {
  name: "nn.max_pool",
  summary: "The largest element of each window.",
  domain: "number",
  grid: "same",
  pooling: () => ({
    initial: Number.NEGATIVE_INFINITY,
    step: (a, b) => (b > a || Number.isNaN(b) ? b : a),
    finish: (v) => v,
  }),
});

export type AveragePoolAttrs = PoolAttrs & { readonly count_include_pad: BoolAttr };

/**
 * The mean of each window: over the elements inside the input, or, with `count_include_pad`, also over its padding.
 *
 * - Operand: `x` `<N x C x spatial>`, real. Result: `<N x C x out>`.
 * - Constraints: (C1) `x` is real; (C2) `x` has 3 to 5 axes; (W) the window fits.
 *
 * Source: ONNX AveragePool-19.
 */
export const AveragePool: OpDef<AveragePoolAttrs> = pool<AveragePoolAttrs>(
  { ...poolAttrs, count_include_pad: attr.bool(false) },
  {
    name: "nn.average_pool",
    summary: "The mean of each window.",
    domain: "real",
    grid: "sums",
    pooling: ({ count_include_pad }) => ({
      initial: 0,
      step: (a, b) => a + b,
      finish: (total, inside, withPadding) => total / (count_include_pad ? withPadding : inside),
    }),
  },
);

export type LpPoolAttrs = PoolAttrs & { readonly p: FloatAttr };

/**
 * The p-norm of each window.
 *
 * - Operand: `x` `<N x C x spatial>`, real. Result: `<N x C x out>`.
 * - Constraints: (C1) `x` is real; (C2) `x` has 3 to 5 axes; (W) the window fits.
 *
 * Source: ONNX LpPool-18.
 */
export const LpPool: OpDef<LpPoolAttrs> = pool<LpPoolAttrs>(
  { ...poolAttrs, p: attr.float(2) },
  {
    name: "nn.lp_pool",
    summary: "The p-norm of each window.",
    domain: "real",
    pooling: ({ p }) => ({
      initial: 0,
      step: (a, b) => a + Math.abs(b) ** p,
      finish: (total) => total ** (1 / p),
    }),
  },
);
