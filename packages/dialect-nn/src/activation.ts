import { attr, type OpDef } from "@gatefold/core";
import type { FloatAttr, OptionalFloat } from "./attrs.js";
import { clamp, erf, sigmoid, softplus } from "./special.js";
import { type UnaryDef, unary, unaryWith } from "./unary.js";

type AlphaAttrs = { readonly alpha: FloatAttr };

// Every op here: operand `x` of any shape; result of the same shape and element type.
// Constraint unless said otherwise: (C1) `x` is real.

/** `max(x, 0)`. (C1) `x` is a number. Source: ONNX Relu-14. */
export const Relu: UnaryDef = unary("nn.relu", "max(x, 0).", (x) => Math.max(x, 0), {
  domain: "number",
  monotone: true,
});

/** `x` where `x ≥ 0`, else `alpha·x`. Source: ONNX LeakyRelu-16. */
export const LeakyRelu: OpDef<AlphaAttrs> = unaryWith(
  "nn.leaky_relu",
  "x where x >= 0, else alpha*x.",
  { alpha: attr.float(0.01) },
  ({ alpha }) =>
    (x) =>
      x < 0 ? alpha * x : x,
  { monotone: ({ alpha }) => alpha >= 0 },
);

/** `x` where `x ≥ 0`, else `alpha·(eˣ − 1)`. Source: ONNX Elu-6. */
export const Elu: OpDef<AlphaAttrs> = unaryWith(
  "nn.elu",
  "x where x >= 0, else alpha*(exp(x) - 1).",
  { alpha: attr.float(1) },
  ({ alpha }) =>
    (x) =>
      x < 0 ? alpha * Math.expm1(x) : x,
  { monotone: ({ alpha }) => alpha >= 0 },
);

/** `gamma·x` where `x > 0`, else `gamma·alpha·(eˣ − 1)`. Source: ONNX Selu-6. */
export const Selu: OpDef<AlphaAttrs & { readonly gamma: FloatAttr }> = unaryWith(
  "nn.selu",
  "Scaled exponential linear unit.",
  { alpha: attr.float(1.6732631921768188), gamma: attr.float(1.0507010221481323) },
  ({ alpha, gamma }) =>
    (x) =>
      gamma * (x > 0 ? x : alpha * Math.expm1(x)),
  { monotone: ({ alpha }) => alpha >= 0 },
);

/** `max(x, 0) + min(0, alpha·(e^(x/alpha) − 1))`. Source: ONNX Celu-12. */
export const Celu: OpDef<AlphaAttrs> = unaryWith(
  "nn.celu",
  "Continuously differentiable exponential linear unit.",
  { alpha: attr.float(1) },
  ({ alpha }) =>
    (x) =>
      Math.max(x, 0) + Math.min(0, alpha * Math.expm1(x / alpha)),
  { monotone: ({ alpha }) => alpha > 0 },
);

/** `x` where `x > alpha`, else 0. Source: ONNX ThresholdedRelu-10. */
export const ThresholdedRelu: OpDef<AlphaAttrs> = unaryWith(
  "nn.thresholded_relu",
  "x where x > alpha, else 0.",
  { alpha: attr.float(1) },
  ({ alpha }) =>
    (x) =>
      x > alpha ? x : 0,
  { monotone: ({ alpha }) => alpha >= 0 },
);

/** `1 / (1 + e⁻ˣ)`. Source: ONNX Sigmoid-13. */
export const Sigmoid: UnaryDef = unary("nn.sigmoid", "1 / (1 + exp(-x)).", sigmoid, { monotone: true });

/** `max(0, min(1, alpha·x + beta))`. Source: ONNX HardSigmoid-6. */
export const HardSigmoid: OpDef<AlphaAttrs & { readonly beta: FloatAttr }> = unaryWith(
  "nn.hard_sigmoid",
  "max(0, min(1, alpha*x + beta)).",
  { alpha: attr.float(0.2), beta: attr.float(0.5) },
  ({ alpha, beta }) =>
    (x) =>
      Math.max(0, Math.min(1, alpha * x + beta)),
  { monotone: true },
);

/** `x · max(0, min(1, x/6 + 1/2))`. Source: ONNX HardSwish-14. */
export const HardSwish: UnaryDef = unary(
  "nn.hard_swish",
  "x * max(0, min(1, x/6 + 1/2)).",
  (x) => x * Math.max(0, Math.min(1, x / 6 + 0.5)),
  { monotone: false },
);

/** `x · tanh(ln(1 + eˣ))`. Source: ONNX Mish-18. */
export const Mish: UnaryDef = unary("nn.mish", "x * tanh(softplus(x)).", (x) => x * Math.tanh(softplus(x)), {
  monotone: false,
});

/** `x · sigmoid(alpha·x)`. Source: ONNX Swish-24. */
export const Swish: OpDef<AlphaAttrs> = unaryWith(
  "nn.swish",
  "x * sigmoid(alpha*x).",
  { alpha: attr.float(1) },
  ({ alpha }) =>
    (x) =>
      x * sigmoid(alpha * x),
  { monotone: false },
);

const tanhGelu = (x: number): number =>
  0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

/** `x · Φ(x)`, exactly or by the usual tanh formula. Source: ONNX Gelu-20. */
export const Gelu: OpDef<{ readonly approximate: ReturnType<typeof attr.oneOf<"none" | "tanh">> }> =
  unaryWith(
    "nn.gelu",
    "x times the normal distribution function of x.",
    { approximate: attr.oneOf(["none", "tanh"], "none") },
    ({ approximate }) =>
      approximate === "tanh" ? tanhGelu : (x: number) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
    { monotone: false },
  );

/** `tanh x`. Source: ONNX Tanh-13. */
export const Tanh: UnaryDef = unary("nn.tanh", "tanh(x).", Math.tanh, { monotone: true });

/** `ln(1 + eˣ)`. Source: ONNX Softplus-1. */
export const Softplus: UnaryDef = unary("nn.softplus", "ln(1 + exp(x)).", softplus, { monotone: true });

/** `x / (1 + |x|)`. Source: ONNX Softsign-1. */
export const Softsign: UnaryDef = unary("nn.softsign", "x / (1 + |x|).", (x) => x / (1 + Math.abs(x)), {
  monotone: true,
});

/** `min(max(x, min), max)`; a bound left out does not bound. (C1) `x` is a number. Source: ONNX Clip-13. */
export const Clip: OpDef<{ readonly min: OptionalFloat; readonly max: OptionalFloat }> = unaryWith(
  "nn.clip",
  "min(max(x, min), max).",
  { min: attr.optional(attr.float()), max: attr.optional(attr.float()) },
  ({ min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }) =>
    (x) =>
      clamp(x, min, max),
  { domain: "number", monotone: true },
);

/** `x + bias` where `x < −lambd`, `x − bias` where `x > lambd`, else 0. (C1) `x` is a number. Source: ONNX Shrink-9. */
export const Shrink: OpDef<{ readonly bias: FloatAttr; readonly lambd: FloatAttr }> = unaryWith(
  "nn.shrink",
  "x drawn toward 0 by bias outside of +-lambd, else 0.",
  { bias: attr.float(0), lambd: attr.float(0.5) },
  ({ bias, lambd }) =>
    (x) =>
      x < -lambd ? x + bias : x > lambd ? x - bias : 0,
  { domain: "number", monotone: ({ bias, lambd }) => lambd >= 0 && bias <= lambd },
);
