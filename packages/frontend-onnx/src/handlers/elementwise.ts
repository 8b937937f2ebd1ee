import type { Value } from "@gatefold/core";
import {
  Abs,
  Acos,
  Acosh,
  Add,
  And,
  Asin,
  Asinh,
  Atan,
  Atanh,
  BitShift,
  Cast,
  Ceil,
  Celu,
  Clip,
  Cos,
  Cosh,
  Div,
  Elu,
  Equal,
  Erf,
  Exp,
  Floor,
  Gelu,
  Greater,
  GreaterOrEqual,
  HardSigmoid,
  HardSwish,
  Identity,
  IsInf,
  IsNaN,
  LeakyRelu,
  Less,
  LessOrEqual,
  Log,
  Max,
  Mean,
  Min,
  Mish,
  Mod,
  Mul,
  Neg,
  Not,
  Or,
  Pow,
  PRelu,
  Reciprocal,
  Relu,
  Round,
  Selu,
  Shrink,
  Sigmoid,
  Sign,
  Sin,
  Sinh,
  Softplus,
  Softsign,
  Sqrt,
  Sub,
  Sum,
  Swish,
  Tan,
  Tanh,
  ThresholdedRelu,
  Where,
  Xor,
} from "@gatefold/dialect-nn";
import { dtypeName, elemOfDtype } from "../dtype.js";
import { handler, type OnnxHandler } from "../handler.js";
import type { NodeBuilder } from "../node-builder.js";
import { type DirectSpec, direct, directHandler } from "./attributes.js";
import { clipCodes } from "./linear-quant.js";

const alpha = { alpha: "float" } as const;

function cast(node: NodeBuilder, to: Value["type"]["elem"]): Value {
  node.ignore("saturate", "round_mode");
  return node.emit(Cast, [node.value(0)], { to });
}

function castTo(node: NodeBuilder): Value {
  const dtype = node.int("to") ?? node.refuse("has no attribute `to`");
  const to =
    elemOfDtype(dtype) ??
    node.refuse(`casts to ${dtypeName(dtype)}`, "cast to a float, integer or boolean type");
  return cast(node, to);
}

/** Bounds come as attributes before opset 11 and as operands since; an infinite bound bounds nothing. */
function clip(node: NodeBuilder): Value {
  const bound = (name: "min" | "max", index: number): number | undefined => {
    const given =
      node.opset < 11
        ? node.float(name)
        : node.has(index)
          ? node.number(index, `a bound \`${name}\``)
          : undefined;
    return given === undefined || Number.isFinite(given) ? given : undefined;
  };
  const [min, max] = [bound("min", 1), bound("max", 2)];
  const narrower = clipCodes(node, node.value(0), min, max);
  if (narrower) return narrower;
  return node.emit(Clip, [node.value(0)], {
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  });
}

/** Identity at inference; a mask or a training mode has no meaning in a circuit. */
function dropout(node: NodeBuilder): Value {
  node.ignore("ratio", "seed", "is_test");
  if (node.node.outputs[1]) node.refuse("gives its mask");
  if (node.has(2) && node.number(2, "a training mode") !== 0) {
    node.refuse("is in training mode", "export the model with training=TrainingMode.EVAL");
  }
  return node.emit(Identity, [node.value(0)]);
}

/** Operators without attributes, by their names in ONNX. */
const plain = {
  Abs,
  Acos,
  Acosh,
  Add,
  And,
  Asin,
  Asinh,
  Atan,
  Atanh,
  Ceil,
  Cos,
  Cosh,
  Div,
  Equal,
  Erf,
  Exp,
  Floor,
  Greater,
  GreaterOrEqual,
  HardSwish,
  Identity,
  IsNaN,
  Less,
  LessOrEqual,
  Log,
  Max,
  Mean,
  Min,
  Mish,
  Mul,
  Neg,
  Not,
  Or,
  Pow,
  PRelu,
  Reciprocal,
  Relu,
  Round,
  Sigmoid,
  Sign,
  Sin,
  Sinh,
  Softplus,
  Softsign,
  Sqrt,
  Sub,
  Sum,
  Tan,
  Tanh,
  Where,
  Xor,
};

export const elementwiseSpecs: readonly DirectSpec[] = [
  ...Object.entries(plain).map(([op, def]) => direct(op, def)),
  direct("BitShift", BitShift, { direction: "string" }),
  direct("Celu", Celu, alpha),
  direct("Elu", Elu, alpha),
  direct("Gelu", Gelu, { approximate: "string" }),
  direct("HardSigmoid", HardSigmoid, { ...alpha, beta: "float" }),
  direct("IsInf", IsInf, { detect_negative: "bool", detect_positive: "bool" }),
  direct("LeakyRelu", LeakyRelu, alpha),
  direct("Mod", Mod, { fmod: "bool" }),
  direct("Selu", Selu, { ...alpha, gamma: "float" }),
  direct("Shrink", Shrink, { bias: "float", lambd: "float" }),
  direct("Swish", Swish, alpha),
  direct("ThresholdedRelu", ThresholdedRelu, alpha),
];

export const elementwiseHandlers: readonly OnnxHandler[] = [
  ...elementwiseSpecs.map(directHandler),
  handler("Cast", castTo),
  handler("CastLike", (node) => cast(node, node.elem(1))),
  handler("Clip", clip),
  handler("Dropout", dropout),
];
