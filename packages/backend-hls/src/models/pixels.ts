import { beatBits, beatCount, elemInfo, type Op, type StreamType } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { own } from "../cpp/ast.js";
import { elementType } from "../elements.js";
import type { HlsCall } from "../hls-kernel.js";

const typeOf = (op: Op, index = 0): StreamType => op.operand(index).type as StreamType;

/** Bits of a beat, height, width and folds of the image that a kernel reads. */
function image(op: Op): number[] {
  const { height, width, channelFolds } = hw.imageOf(op);
  return [beatBits(typeOf(op)), height, width, channelFolds];
}

export function window(op: Op): HlsCall {
  const { kernel, strides, dilations, isParallel } = hw.windowGeometry(op);
  return {
    header: "gatefold/window.hpp",
    function: isParallel ? "gatefold::window_parallel" : "gatefold::window",
    template: [...image(op), ...kernel, ...strides, ...dilations],
  };
}

const header = "gatefold/pixels.hpp";

export function pad(op: Op): HlsCall {
  const { elem, lanes } = typeOf(op);
  const value = op.attrs["value"] as number;
  const code = elem === "bipolar" ? Number(value > 0) : value;
  const pads = op.attrs["pads"] as readonly number[];
  const [, ...sizes] = image(op);
  return {
    header,
    function: "gatefold::pad",
    template: [elemInfo(elem).widthBits, lanes, ...sizes, ...pads, code],
  };
}

export function crop(op: Op): HlsCall {
  const margins = op.attrs["margins"] as readonly number[];
  return { header, function: "gatefold::crop", template: [...image(op), ...margins] };
}

export function upsample(op: Op): HlsCall {
  const scales = op.attrs["scales"] as readonly number[];
  return { header, function: "gatefold::upsample", template: [...image(op), ...scales] };
}

export function pool(op: Op): HlsCall {
  const { elem, lanes } = typeOf(op);
  const { mode, window: taps } = op.attrs as { mode: "max" | "sum"; window: number };
  const result = op.result().type;
  return {
    header,
    function: "gatefold::pool",
    template: [
      own(mode === "max" ? "greatest" : "total"),
      elementType(elem),
      elementType(result.elem),
      lanes,
      hw.channelsOf(result) / lanes,
      taps,
      hw.vectorsOf(result),
    ],
  };
}

export function transpose(op: Op): HlsCall {
  const { rows, columns, chunk, simd } = op.attrs as Record<"rows" | "columns" | "chunk" | "simd", number>;
  const beats = (rows * columns * chunk) / simd;
  return {
    header,
    function: "gatefold::transpose",
    template: [beatBits(typeOf(op)), rows, columns, chunk / simd, beatCount(typeOf(op)) / beats],
  };
}
