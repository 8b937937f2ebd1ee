import { type AttrsOf, attr, defineOp, type ElemType, isFloat, type OpDef, tensor } from "@gatefold/core";
import { type BoolAttr, type IntAttr, type LayoutAttr, layoutAttr } from "./attrs.js";
import { ownGrid } from "./quant-grid.js";
import { type PoolAttrs, poolPlan, slide } from "./sliding.js";
import { reals, tensorOf } from "./tensors.js";
import { operandType, requireDomain, requireRank } from "./types.js";

type QuantAvgPoolAttrs = {
  readonly stride: IntAttr;
  readonly kernel: IntAttr;
  readonly ibits: IntAttr;
  readonly obits: IntAttr;
  readonly signed: BoolAttr;
  readonly layout: LayoutAttr;
};

const square = (attrs: AttrsOf<QuantAvgPoolAttrs>): AttrsOf<PoolAttrs> => ({
  auto_pad: "NOTSET",
  strides: [attrs.stride, attrs.stride],
  dilations: undefined,
  pads: undefined,
  kernel_shape: [attrs.kernel, attrs.kernel],
  ceil_mode: false,
  layout: attrs.layout,
});

/**
 * Sums square windows of integers and drops low bits: `⌊Σ / 2^s⌋`, where
 * `s = max(0, bits((2^ibits − 1)·kernel²) − obits)`.
 *
 * - Operand: `x` `<N x C x H x W>` (or channels last), integers of `ibits` bits, in any numeric type.
 * - Result: `<N x C x H' x W'>`; of `obits` bits where `x` has an integer type, else of the type of `x`.
 * - Constraints: (C1) `x` is a number; (C2) `x` has 4 axes; (C3) `ibits` and `obits` are at least 1; (W) the window fits.
 *
 * Source: FINN QuantAvgPool2d.
 */
export const QuantAvgPool2d: OpDef<QuantAvgPoolAttrs> = defineOp<QuantAvgPoolAttrs>({
  name: "nn.quant_avg_pool2d",
  summary: "Sums square windows of integers and drops low bits.",
  operands: ["x"],
  attrs: {
    stride: attr.int(1),
    kernel: attr.int(1),
    ibits: attr.int(1),
    obits: attr.int(1),
    signed: attr.bool(false),
    layout: layoutAttr,
  },
  infer: ({ operands, attrs }) => {
    const x = operandType(operands, 0);
    requireDomain(x, "number", "C1", "x");
    requireRank(x, 4, 4, "C2", "x");
    return [tensor(averageElem(x.elem, attrs), poolPlan(x.shape, square(attrs)).shape)];
  },
  *verify({ attrs }) {
    if (attrs.ibits < 1 || attrs.obits < 1)
      yield { label: "C3", message: "`ibits` and `obits` are not both at least 1" };
  },
  evaluate: ([x], attrs) => {
    const largest = (2 ** attrs.ibits - 1) * attrs.kernel ** 2;
    const shift = Math.max(0, Math.floor(Math.log2(largest)) + 1 - attrs.obits);
    const summed = slide({ ...x!, elem: "f64", data: reals(x!) }, square(attrs), {
      initial: 0,
      step: (a, b) => a + b,
      finish: (total) => Math.floor(total / 2 ** shift),
    });
    return [tensorOf(averageElem(x!.elem, attrs), summed.shape, reals(summed))];
  },
  interfaces: [ownGrid],
});

function averageElem(elem: ElemType, { obits, signed }: AttrsOf<QuantAvgPoolAttrs>): ElemType {
  return isFloat(elem) ? elem : `${signed ? "i" : "u"}${obits}`;
}
