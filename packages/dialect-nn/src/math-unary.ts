import { attr, type OpDef, roundHalfEven } from "@gatefold/core";
import type { BoolAttr } from "./attrs.js";
import { erf } from "./special.js";
import { type UnaryDef, unary, unaryWith } from "./unary.js";

// Every op here: operand `x` of any shape; result of the same shape and element type unless said otherwise.
// Constraint unless said otherwise: (C1) `x` is real. Source: the ONNX operator of the same name.

/** `−x`. (C1) `x` is a number. */
export const Neg: UnaryDef = unary("nn.neg", "-x.", (x) => -x, {
  domain: "number",
  monotone: true,
  gain: -1,
});

/** `|x|`. (C1) `x` is a number. */
export const Abs: UnaryDef = unary("nn.abs", "|x|.", Math.abs, { domain: "number", monotone: false });

/** −1, 0 or 1; `sign(0) = 0`, unlike `nn.bipolar_quant`. (C1) `x` is a number. */
export const Sign: UnaryDef = unary("nn.sign", "-1, 0 or 1.", Math.sign, {
  domain: "number",
  monotone: true,
});

/** `eˣ`. */
export const Exp: UnaryDef = unary("nn.exp", "exp(x).", Math.exp, { monotone: true });

/** Natural logarithm; NaN below 0. */
export const Log: UnaryDef = unary("nn.log", "ln(x).", Math.log, { monotone: false });

/** Square root; NaN below 0. */
export const Sqrt: UnaryDef = unary("nn.sqrt", "Square root of x.", Math.sqrt, { monotone: false });

/** `1 / x`. */
export const Reciprocal: UnaryDef = unary("nn.reciprocal", "1 / x.", (x) => 1 / x, { monotone: false });

/** Toward −∞. */
export const Floor: UnaryDef = unary("nn.floor", "Rounds toward minus infinity.", Math.floor, {
  monotone: true,
});

/** Toward +∞. */
export const Ceil: UnaryDef = unary("nn.ceil", "Rounds toward plus infinity.", Math.ceil, { monotone: true });

/** To nearest, ties to even. */
export const Round: UnaryDef = unary("nn.round", "Rounds to nearest, ties to even.", roundHalfEven, {
  monotone: true,
});

/** Gauss error function. */
export const Erf: UnaryDef = unary("nn.erf", "Gauss error function.", erf, { monotone: true });

/** Sine, radians. */
export const Sin: UnaryDef = unary("nn.sin", "sin(x).", Math.sin, { monotone: false });
/** Cosine, radians. */
export const Cos: UnaryDef = unary("nn.cos", "cos(x).", Math.cos, { monotone: false });
/** Tangent, radians. */
export const Tan: UnaryDef = unary("nn.tan", "tan(x).", Math.tan, { monotone: false });
/** Arc sine; NaN outside −1 … 1. */
export const Asin: UnaryDef = unary("nn.asin", "asin(x).", Math.asin, { monotone: false });
/** Arc cosine; NaN outside −1 … 1. */
export const Acos: UnaryDef = unary("nn.acos", "acos(x).", Math.acos, { monotone: false });
/** Arc tangent. */
export const Atan: UnaryDef = unary("nn.atan", "atan(x).", Math.atan, { monotone: true });
/** Hyperbolic sine. */
export const Sinh: UnaryDef = unary("nn.sinh", "sinh(x).", Math.sinh, { monotone: true });
/** Hyperbolic cosine. */
export const Cosh: UnaryDef = unary("nn.cosh", "cosh(x).", Math.cosh, { monotone: false });
/** Inverse hyperbolic sine. */
export const Asinh: UnaryDef = unary("nn.asinh", "asinh(x).", Math.asinh, { monotone: true });
/** Inverse hyperbolic cosine; NaN below 1. */
export const Acosh: UnaryDef = unary("nn.acosh", "acosh(x).", Math.acosh, { monotone: false });
/** Inverse hyperbolic tangent; NaN outside −1 … 1. */
export const Atanh: UnaryDef = unary("nn.atanh", "atanh(x).", Math.atanh, { monotone: false });

/** Logical not. (C1) `x` is bool. */
export const Not: UnaryDef = unary("nn.not", "Logical not.", (x) => (x === 0 ? 1 : 0), {
  domain: "bool",
  monotone: true,
});

/** Whether `x` is NaN; result bool. */
export const IsNaN: UnaryDef = unary("nn.is_nan", "Whether x is NaN.", (x) => (Number.isNaN(x) ? 1 : 0), {
  result: "bool",
  monotone: false,
});

/** Whether `x` is infinite, of the signs asked for; result bool. */
export const IsInf: OpDef<{ readonly detect_negative: BoolAttr; readonly detect_positive: BoolAttr }> =
  unaryWith(
    "nn.is_inf",
    "Whether x is infinite.",
    { detect_negative: attr.bool(true), detect_positive: attr.bool(true) },
    (attrs) => (x) =>
      (attrs.detect_positive && x === Number.POSITIVE_INFINITY) ||
      (attrs.detect_negative && x === Number.NEGATIVE_INFINITY)
        ? 1
        : 0,
    { result: "bool", monotone: false },
  );
