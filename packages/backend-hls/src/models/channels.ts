import { constantOf, elemInfo, type Op, type Tensor } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import type { CArgument } from "../cpp/ast.js";
import { elementType, parameterArray } from "../elements.js";
import type { HlsCall } from "../hls-kernel.js";

/** The constant that operand `index` is. */
function parameter(op: Op, index: number): Tensor {
  const value = constantOf(op.operand(index));
  if (!value) throw new TypeError(`\`${op.def.name}\` has parameters that are not constant`);
  return value;
}

/** Element types, folds of PE channels, and vectors: what these kernels have first. */
function lanes(op: Op): CArgument[] {
  const x = op.operand(0).type;
  const pe = op.attrs["pe"] as number;
  return [
    elementType(x.elem),
    elementType(op.result().type.elem),
    hw.channelsOf(x) / pe,
    pe,
    hw.vectorsOf(x),
  ];
}

const header = "gatefold/channels.hpp";
const peOf = (op: Op): number => op.attrs["pe"] as number;

export function threshold(op: Op): HlsCall {
  return {
    header,
    function: "gatefold::threshold",
    template: [...lanes(op), op.attrs["bias"] as number],
    constants: [parameterArray("thresholds", parameter(op, 1), peOf(op))],
  };
}

export function lookup(op: Op): HlsCall {
  return {
    header,
    function: "gatefold::lookup",
    template: [...lanes(op), op.attrs["lo"] as number],
    constants: [parameterArray("table", parameter(op, 1), peOf(op))],
  };
}

export function affine(op: Op): HlsCall {
  return {
    header,
    function: "gatefold::affine",
    template: lanes(op),
    constants: ["scale", "offset"].map((label, i) => parameterArray(label, parameter(op, i + 1), peOf(op))),
  };
}

export function requantize(op: Op): HlsCall {
  const { drop, shift, ties, low, high, offset } = op.attrs as Readonly<
    Record<"drop" | "shift" | "low" | "high" | "offset", number>
  > & { readonly ties: "up" | "even" };
  return {
    header,
    function: "gatefold::requantize",
    template: [...lanes(op), drop, shift, ties === "even", low, high, offset],
    constants: ["factor", "addend"].map((label, i) => parameterArray(label, parameter(op, i + 1), peOf(op))),
  };
}

export function argmax(op: Op): HlsCall {
  const x = op.operand(0).type;
  const pe = peOf(op);
  const { widthBits } = elemInfo(op.result().type.elem);
  return {
    header,
    function: "gatefold::argmax",
    template: [elementType(x.elem), widthBits, hw.channelsOf(x) / pe, pe, hw.vectorsOf(x)],
  };
}
