import { defineModel, type Model, type Op } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { HlsKernel } from "./hls-kernel.js";
import { affine, argmax, lookup, requantize, threshold } from "./models/channels.js";
import { addStreams, concat, fork, slice, vote, widthConverter } from "./models/joins.js";
import { gvu, mvu, vvu } from "./models/matrix.js";
import { netlist } from "./models/netlist.js";
import { crop, pad, pool, transpose, upsample, window } from "./models/pixels.js";

/** C++ for every op of the `hw` dialect. */
export const hwModels: readonly Model[] = [
  defineModel(hw.Mvu, HlsKernel, { call: mvu }),
  defineModel(hw.Vvu, HlsKernel, { call: vvu }),
  defineModel(hw.Gvu, HlsKernel, { call: gvu }),
  defineModel(hw.Threshold, HlsKernel, { call: threshold }),
  defineModel(hw.Requantize, HlsKernel, { call: requantize }),
  defineModel(hw.Lookup, HlsKernel, { call: lookup }),
  defineModel(hw.Affine, HlsKernel, { call: affine }),
  defineModel(hw.ArgMax, HlsKernel, { call: argmax }),
  defineModel(hw.Window, HlsKernel, { call: window }),
  defineModel(hw.Pad, HlsKernel, { call: pad }),
  defineModel(hw.Crop, HlsKernel, { call: crop }),
  defineModel(hw.Pool, HlsKernel, { call: pool }),
  defineModel(hw.Upsample, HlsKernel, { call: upsample }),
  defineModel(hw.Transpose, HlsKernel, { call: transpose }),
  defineModel(hw.Fork, HlsKernel, { call: fork }),
  defineModel(hw.AddStreams, HlsKernel, { call: addStreams }),
  defineModel(hw.Concat, HlsKernel, { call: concat }),
  defineModel(hw.Slice, HlsKernel, { call: slice }),
  defineModel(hw.Vote, HlsKernel, { call: vote }),
  defineModel(hw.Netlist, HlsKernel, { call: netlist }),
  defineModel(hw.WidthConverter, HlsKernel, { call: widthConverter }),
  defineModel(hw.Fifo, HlsKernel, { call: (op: Op) => ({ depth: op.attrs["depth"] as number }) }),
  defineModel(hw.Reshape, HlsKernel, { call: () => "wires" as const }),
];
