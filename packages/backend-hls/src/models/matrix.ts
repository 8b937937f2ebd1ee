import type { ElemType, Op } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { type CArgument, own } from "../cpp/ast.js";
import { elementType, memoryArray } from "../elements.js";
import type { HlsCall } from "../hls-kernel.js";

/** How a unit multiplies, by the library's name. */
const modes: Readonly<Record<hw.MvuMode, string>> = {
  xnor: "by_xnor",
  sign: "by_sign",
  "bipolar-in": "by_bipolar_input",
  ternary: "by_ternary",
  mul: "by_product",
};

/** Mode and element types, which all units have first. */
function arithmetic(op: Op, mode: hw.MvuMode, weights: ElemType): CArgument[] {
  const elems = [op.operand(0).type.elem, weights, op.result().type.elem];
  return [own(modes[mode]), ...elems.map(elementType)];
}

const weightsArray = (op: Op): HlsCall["constants"] => [memoryArray(hw.kernelOf(op).memories!(op)[0]!)];

export function mvu(op: Op): HlsCall {
  const { width, height, pe, simd, vectors } = hw.geometry(op);
  const weights = hw.weightsOf(op);
  const mode = hw.mvuMode(op.operand(0).type.elem, weights);
  return {
    header: "gatefold/mvu.hpp",
    function: "gatefold::mvu",
    template: [...arithmetic(op, mode, weights.elem), width, height, simd, pe, vectors],
    constants: weightsArray(op)!,
  };
}

export function vvu(op: Op): HlsCall {
  const { taps, channels, pe, simd, outer } = hw.vvuGeometry(op);
  const weights = hw.vvuWeights(op);
  const mode = hw.mvuMode(op.operand(0).type.elem, weights);
  const vectors = outer.reduce((a, b) => a * b, 1);
  const lanes = simd === 1 ? [pe] : [simd, pe];
  return {
    header: "gatefold/vvu.hpp",
    function: simd === 1 ? "gatefold::vvu" : "gatefold::vvu_taps",
    template: [...arithmetic(op, mode, weights.elem), taps, channels, ...lanes, vectors],
    constants: weightsArray(op)!,
  };
}

export function gvu(op: Op): HlsCall {
  const { groups, perGroup, share, taps, pe, simd, vectors } = hw.gvuGeometry(op);
  const weights = hw.gvuWeights(op);
  const mode = hw.mvuMode(op.operand(0).type.elem, weights);
  return {
    header: "gatefold/vvu.hpp",
    function: "gatefold::gvu",
    template: [...arithmetic(op, mode, weights.elem), taps, groups, perGroup, share, simd, pe, vectors],
    constants: weightsArray(op)!,
  };
}
