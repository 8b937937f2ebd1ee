import {
  beatBits,
  beatCount,
  elementCount,
  elemInfo,
  type Op,
  type StreamType,
  unsignedBits,
} from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { apUint, type CArray } from "../cpp/ast.js";
import { elementType } from "../elements.js";
import type { HlsCall } from "../hls-kernel.js";

const typeOf = (op: Op, index = 0): StreamType => op.operand(index).type as StreamType;
const header = "gatefold/joins.hpp";

export function fork(op: Op): HlsCall {
  const x = typeOf(op);
  return { header, function: "gatefold::fork", template: [beatBits(x), beatCount(x)] };
}

export function addStreams(op: Op): HlsCall {
  const { m, n, pe } = op.attrs as { m: number; n: number; pe: number };
  const elems = [typeOf(op).elem, typeOf(op, 1).elem, op.result().type.elem];
  return {
    header,
    function: "gatefold::add_streams",
    template: [...elems.map(elementType), pe, beatCount(typeOf(op)), m, n],
  };
}

export function concat(op: Op): HlsCall {
  const folds = op.operands.map((v) => hw.channelsOf(v.type) / (v.type as StreamType).lanes);
  return {
    header,
    function: "gatefold::concat",
    template: [beatBits(typeOf(op)), ...folds, hw.vectorsOf(op.result().type)],
  };
}

export function slice(op: Op): HlsCall {
  const { first, count, simd } = op.attrs as { first: number; count: number; simd: number };
  const x = typeOf(op);
  return {
    header,
    function: "gatefold::slice",
    template: [beatBits(x), hw.channelsOf(x) / simd, first / simd, count / simd, hw.vectorsOf(x)],
  };
}

/** Throws for a vote that is not folded to whole pixels. */
export function vote(op: Op): HlsCall {
  const x = typeOf(op);
  const result = op.result().type as StreamType;
  const channels = hw.votedChannels(op);
  if (x.lanes !== hw.channelsOf(x) || result.lanes !== hw.channelsOf(result))
    throw new TypeError("a vote takes whole pixels: SIMD and PE are all channels of either side");
  const array = (label: string, widthBits: number, values: readonly number[]): CArray => ({
    kind: "array",
    name: label,
    type: apUint(widthBits),
    dimensions: [values.length],
    values,
    radix: 10,
  });
  const firsts = channels.map(({ first }) => first);
  return {
    header,
    function: "gatefold::vote",
    template: [elemInfo(x.elem).widthBits, x.lanes, result.lanes, beatCount(x)],
    constants: [
      array("first", unsignedBits(Math.max(...firsts)), firsts),
      array(
        "voted",
        1,
        channels.map(({ voted }) => Number(voted)),
      ),
    ],
  };
}

export function widthConverter(op: Op): HlsCall | "wires" {
  const [from, to] = [typeOf(op), op.result().type as StreamType];
  if (from.lanes === to.lanes) return "wires";
  return {
    header: "gatefold/plumbing.hpp",
    function: "gatefold::width_converter",
    template: [elemInfo(from.elem).widthBits, from.lanes, to.lanes, elementCount(from)],
  };
}
