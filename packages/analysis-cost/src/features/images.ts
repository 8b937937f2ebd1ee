import { beatBits, ceilLog2, type ElemType, elemInfo, type Op, type StreamType } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import type { Structure } from "./primitives.js";

const bits = (elem: ElemType): number => elemInfo(elem).widthBits;

/** Words of a sliding window's memory: rounded up to a power of two where that is cheap, as `gf_window` does. */
export function windowWords(depth: number): number {
  const power = 2 ** ceilLog2(Math.max(depth, 2));
  return depth <= 256 || power - depth <= Math.floor(depth / 8) ? power : depth;
}

/** `gf_window_parallel`: lines of all rows but the newest, delays of all columns but the newest. */
function parallelWindowStructure(s: Structure, g: hw.WindowGeometry, beat: number): void {
  const { channelFolds: cf, width, height, kernel, strides, dilations } = g;
  const [kh, kw] = kernel;
  s.mark(width * cf, dilations[1] * (kw - 1) * cf, strides[1] * cf, cf, width * cf);
  s.mark(height, dilations[0] * (kh - 1), strides[0], 1, height);
  if (kh > 1) s.line((kh - 1) * beat, dilations[0] * width * cf);
  if (kw > 1) s.line((kw - 1) * kh * beat, dilations[1] * cf);
  s.skid(kh * kw * beat, false);
}

/** `gf_window`, and `gf_window_parallel` where all taps leave in a beat. */
export function windowStructure(s: Structure, op: Op): void {
  const g = hw.windowGeometry(op);
  if (g.isParallel) {
    parallelWindowStructure(s, g, beatBits(op.operand(0).type as StreamType));
    return;
  }
  const { channelFolds: cf, width, height, kernel, strides, dilations, outHeight, outWidth } = g;
  const beat = beatBits(op.operand(0).type as StreamType);
  const depth = hw.windowDepth(g);
  const words = windowWords(depth);
  const spanH = dilations[0] * (kernel[0] - 1) + 1;
  const spanW = dilations[1] * (kernel[1] - 1) + 1;
  const [stepH, stepW] = [Math.min(strides[0], spanH), Math.min(strides[1], spanW)];
  const keptH = (outHeight - 1) * stepH + spanH;
  const keptW = (outWidth - 1) * stepW + spanW;
  const line = keptW * cf;
  const toLast = (spanH - 1) * line + spanW * cf - 1;
  const toRow = dilations[0] * line - spanW * cf + 1;
  const toRun = (dilations[1] - 1) * cf + 1;
  const toDown = stepH * line - (outWidth - 1) * stepW * cf - toLast;
  const freeFrame = spanH * line - (outWidth - 1) * stepW * cf;
  const leadBits = ceilLog2(Math.max(depth, toRow, toRun, toDown, freeFrame) + 1) + 1;
  const addressBits = ceilLog2(words);
  if (keptH !== height || keptW !== width) {
    s.mark(
      width * cf,
      0,
      strides[1] * cf,
      (stepW < strides[1] ? spanW : strides[1]) * cf,
      ((outWidth - 1) * strides[1] + spanW) * cf,
    );
    s.mark(
      height,
      0,
      strides[0],
      stepH < strides[0] ? spanH : strides[0],
      (outHeight - 1) * strides[0] + spanH,
    );
  }
  const inRuns = dilations[1] === 1;
  s.tick(inRuns ? kernel[1] * cf : cf)
    .tick(inRuns ? 1 : kernel[1])
    .tick(kernel[0]);
  s.tick(outWidth).tick(outHeight);
  s.add("leadBits", 2 * leadBits).registers(2 * leadBits);
  s.counter(words);
  s.add("slotBits", addressBits).registers(addressBits + 1);
  if (Number.isInteger(Math.log2(words)) === false) s.add("roundBits", addressBits);
  s.ram(beat, words).skid(beat, false);
}

/** `gf_pad`. */
export function padStructure(s: Structure, op: Op): void {
  const { width, height, channelFolds: cf } = hw.imageOf(op);
  const [top, left, bottom, right] = op.attrs["pads"] as readonly [number, number, number, number];
  const beat = beatBits(op.operand(0).type as StreamType);
  s.mark((width + left + right) * cf, left * cf, width * cf, width * cf, (left + width) * cf);
  s.mark(height + top + bottom, top, height, height, top + height);
  // One value of a bit is a set or reset away.
  s.skid(beat, false).add("padBits", beat);
}

/** `gf_pool`. */
export function poolStructure(s: Structure, op: Op): void {
  const { elem, lanes } = op.operand(0).type as StreamType;
  const { mode, window } = op.attrs as { mode: "max" | "sum"; window: number };
  const inputBits = bits(elem);
  const outputBits = bits(op.result().type.elem);
  const folds = hw.channelsOf(op.result().type) / lanes;
  const kept = mode === "max" ? inputBits : outputBits;
  s.tick(folds).tick(window).registers(1);
  s.line(lanes * kept, folds);
  // the larger of two bits is an OR
  if (mode === "max" && inputBits === 1) s.add("restartBits", lanes);
  else if (mode === "max") s.add("maxBits", lanes * inputBits);
  else s.add("adderBits", lanes * kept).add("restartBits", lanes * kept);
  s.skid(lanes * outputBits, folds === 1 && window > 1);
}

/** `gf_upsample`. */
export function upsampleStructure(s: Structure, op: Op): void {
  const { width, channelFolds: cf } = hw.imageOf(op);
  const [scaleH, scaleW] = op.attrs["scales"] as readonly [number, number];
  const beat = beatBits(op.operand(0).type as StreamType);
  const words = scaleH > 1 ? width * cf : cf;
  s.tick(cf)
    .tick(scaleW)
    .tick(width)
    .tick(scaleH)
    .registers(3 + beat);
  if (words > 1) {
    const addressBits = ceilLog2(words);
    s.add("slotBits", addressBits).registers(addressBits);
    s.ram(beat, words).add("replayBits", beat);
  }
  s.skid(beat, false);
}
