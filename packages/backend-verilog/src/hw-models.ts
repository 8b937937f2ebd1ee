import {
  beatBits,
  defineModel,
  type ElemType,
  elemInfo,
  type Model,
  type Op,
  type StreamType,
} from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { netlistInstance } from "./netlist-kernel.js";
import { type VerilogInstance, VerilogKernel, type VerilogStyle } from "./verilog-kernel.js";

const bits = (elem: ElemType): number => elemInfo(elem).widthBits;
/** Whether the stored bits are two's complement; −1/+1 is one plain bit. */
const signed = (elem: ElemType): number => (elemInfo(elem).signed && elem !== "bipolar" ? 1 : 0);

const modes: Readonly<Record<hw.MvuMode, number>> = { xnor: 0, sign: 1, "bipolar-in": 2, ternary: 3, mul: 4 };

function mvu(op: Op, { multipliers }: VerilogStyle): VerilogInstance {
  const { width, height, pe, simd } = hw.geometry(op);
  const input = op.operand(0).type.elem;
  const weights = hw.weightsOf(op);
  const accumulator = op.result().type.elem;
  return {
    module: "gf_mvu",
    parameters: {
      MW: width,
      MH: height,
      PE: pe,
      SIMD: simd,
      IN_BITS: bits(input),
      IN_SIGNED: signed(input),
      W_BITS: bits(weights.elem),
      W_SIGNED: signed(weights.elem),
      MODE: modes[hw.mvuMode(input, weights)],
      IN_BIPOLAR: input === "bipolar" ? 1 : 0,
      ACC_BITS: bits(accumulator),
      ACC_SIGNED: signed(accumulator),
      TREE_LEVELS_PER_STAGE: hw.treeLevelsPerStage,
      RADIX4: multipliers === "logic" ? 1 : 0,
    },
    memories: [{ memory: hw.kernelOf(op).memories!(op)[0]!, prefix: "w" }],
  };
}

/**
 * Parameters that the channelwise kernels share. When one row of parameters serves all channels, every beat is
 * treated alike and the kernel need not know which channels it holds.
 */
function lanes(op: Op): Record<string, number> {
  const x = op.operand(0).type;
  const pe = op.attrs["pe"] as number;
  const oneRow = op.operands.length > 1 && op.operands.slice(1).every((v) => v.type.shape[0] === 1);
  return {
    C: oneRow ? pe : hw.channelsOf(x),
    PE: pe,
    IN_BITS: bits(x.elem),
    IN_SIGNED: signed(x.elem),
    OUT_BITS: bits(op.result().type.elem),
  };
}

function threshold(op: Op): VerilogInstance {
  return {
    module: "gf_threshold",
    parameters: {
      ...lanes(op),
      N: hw.thresholdCount(op),
      T_BITS: hw.thresholdBits(op),
      BIAS: op.attrs["bias"] as number,
      STYLE: hw.searches(op) ? 1 : 0,
    },
    memories: [{ memory: hw.kernelOf(op).memories!(op)[0]!, prefix: "t" }],
  };
}

function requantize(op: Op): VerilogInstance {
  const { drop, shift, ties, low, high, offset } = op.attrs as Readonly<Record<string, number | string>>;
  return {
    module: "gf_requantize",
    parameters: {
      ...lanes(op),
      FACTOR: hw.requantizeFactor(op) ?? -1,
      M_BITS: bits(op.operand(1).type.elem),
      B_BITS: bits(op.operand(2).type.elem),
      DROP: drop as number,
      SHIFT: shift as number,
      TIES_EVEN: ties === "even" ? 1 : 0,
      LOW: low as number,
      HIGH: high as number,
      OFFSET: offset as number,
    },
    memories: [{ memory: hw.kernelOf(op).memories!(op)[0]!, prefix: "t" }],
  };
}

function lookup(op: Op): VerilogInstance {
  const { IN_SIGNED: _, ...shared } = lanes(op);
  const bipolar = op.operand(0).type.elem === "bipolar";
  const table = hw.tableAsStored(op);
  const memories = hw.kernelOf(op).memories!(op);
  return {
    module: "gf_lookup",
    parameters: {
      ...shared,
      DEPTH: table.shape[1]!,
      LO: bipolar ? 0 : (op.attrs["lo"] as number),
    },
    laneMemories: memories.map((memory) => ({ memory, prefix: "l" })),
  };
}

function affine(op: Op): VerilogInstance {
  const width = hw.affineBits(op);
  return {
    module: "gf_affine",
    parameters: { ...lanes(op), A_BITS: width, B_BITS: width },
    memories: [{ memory: hw.kernelOf(op).memories!(op)[0]!, prefix: "t" }],
  };
}

function argmax(op: Op): VerilogInstance {
  const { OUT_BITS, ...shared } = lanes(op);
  return { module: "gf_argmax", parameters: { ...shared, IDX_BITS: OUT_BITS! } };
}

function widthConverter(op: Op): VerilogInstance {
  const [from, to] = [op.operand(0).type as StreamType, op.result().type as StreamType];
  return {
    module: "gf_width_converter",
    parameters: { LANE_BITS: bits(from.elem), IN_LANES: from.lanes, OUT_LANES: to.lanes },
  };
}

function fifo(op: Op): VerilogInstance {
  const type = op.operand(0).type as StreamType;
  return {
    module: "gf_fifo",
    parameters: { WIDTH: type.lanes * bits(type.elem), DEPTH: op.attrs["depth"] as number },
    open: ["count", "max_count"],
  };
}

/** Sizes of the image that a kernel reads. */
function image(op: Op): Record<string, number> {
  const { height, width, channels, lanes: own } = hw.imageOf(op);
  return { H: height, W: width, C: channels, LANES: own, LANE_BITS: bits(op.operand(0).type.elem) };
}

function window(op: Op): VerilogInstance {
  const { kernel, strides, dilations, isParallel } = hw.windowGeometry(op);
  const [[KH, KW], [SH, SW], [DH, DW]] = [kernel, strides, dilations];
  const module = isParallel ? "gf_window_parallel" : "gf_window";
  return { module, parameters: { ...image(op), KH, KW, SH, SW, DH, DW } };
}

function pad(op: Op): VerilogInstance {
  const [TOP, LEFT, BOTTOM, RIGHT] = op.attrs["pads"] as readonly [number, number, number, number];
  const { elem, lanes: count } = op.operand(0).type as StreamType;
  const value = op.attrs["value"] as number;
  const code = elem === "bipolar" ? Number(value > 0) : value;
  const word = hw.packWord(new Array<number>(count).fill(code), bits(elem));
  const VALUE = { widthBits: count * bits(elem), value: word };
  return { module: "gf_pad", parameters: { ...image(op), TOP, LEFT, BOTTOM, RIGHT, VALUE } };
}

function pool(op: Op): VerilogInstance {
  const { elem, lanes: LANES } = op.operand(0).type as StreamType;
  const { mode, window: WINDOW } = op.attrs as { mode: "max" | "sum"; window: number };
  return {
    module: "gf_pool",
    parameters: {
      C: hw.channelsOf(op.result().type),
      LANES,
      LANE_BITS: bits(elem),
      IS_SIGNED: signed(elem),
      WINDOW,
      MODE: mode === "max" ? 0 : 1,
      OUT_BITS: bits(op.result().type.elem),
    },
  };
}

function vvu(op: Op): VerilogInstance {
  const { taps, channels, pe, simd } = hw.vvuGeometry(op);
  const input = op.operand(0).type.elem;
  const weights = hw.vvuWeights(op);
  return {
    module: "gf_vvu",
    parameters: {
      C: channels,
      PE: pe,
      SIMD: simd,
      IN_BITS: bits(input),
      IN_SIGNED: signed(input),
      IN_BIPOLAR: input === "bipolar" ? 1 : 0,
      W_BITS: bits(weights.elem),
      W_SIGNED: signed(weights.elem),
      MODE: modes[hw.mvuMode(input, weights)],
      WINDOW: taps,
      ACC_BITS: bits(op.result().type.elem),
      TREE_LEVELS_PER_STAGE: simd > 1 ? hw.treeLevelsPerStage : 0,
    },
    memories: [{ memory: hw.kernelOf(op).memories!(op)[0]!, prefix: "w" }],
  };
}

function gvu(op: Op): VerilogInstance {
  const { groups, perGroup, share, taps, pe, simd } = hw.gvuGeometry(op);
  const input = op.operand(0).type.elem;
  const weights = hw.gvuWeights(op);
  return {
    module: "gf_gvu",
    parameters: {
      GROUPS: groups,
      CHANNELS: perGroup,
      FILTERS: share,
      TAPS: taps,
      PE: pe,
      SIMD: simd,
      IN_BITS: bits(input),
      IN_SIGNED: signed(input),
      IN_BIPOLAR: input === "bipolar" ? 1 : 0,
      W_BITS: bits(weights.elem),
      W_SIGNED: signed(weights.elem),
      MODE: modes[hw.mvuMode(input, weights)],
      ACC_BITS: bits(op.result().type.elem),
      LEVELS_PER_STAGE: hw.treeLevelsPerStage,
    },
    memories: [{ memory: hw.kernelOf(op).memories!(op)[0]!, prefix: "w" }],
  };
}

function transpose(op: Op): VerilogInstance {
  const { rows, columns, chunk, simd } = op.attrs as Record<"rows" | "columns" | "chunk" | "simd", number>;
  const WIDTH = beatBits(op.operand(0).type as StreamType);
  return { module: "gf_transpose", parameters: { ROWS: rows, COLS: columns, CHUNK: chunk / simd, WIDTH } };
}

function crop(op: Op): VerilogInstance {
  const [TOP, LEFT, BOTTOM, RIGHT] = op.attrs["margins"] as readonly [number, number, number, number];
  return { module: "gf_crop", parameters: { ...image(op), TOP, LEFT, BOTTOM, RIGHT } };
}

function fork(op: Op): VerilogInstance {
  const COUNT = op.results.length;
  return {
    module: "gf_fork",
    parameters: { WIDTH: beatBits(op.operand(0).type as StreamType), COUNT },
    packedOutputs: true,
  };
}

function addStreams(op: Op): VerilogInstance {
  const [a, b] = [op.operand(0).type.elem, op.operand(1).type.elem];
  const { m, n, pe } = op.attrs as { m: number; n: number; pe: number };
  return {
    module: "gf_add_streams",
    parameters: {
      LANES: pe,
      A_BITS: bits(a),
      A_SIGNED: signed(a),
      B_BITS: bits(b),
      B_SIGNED: signed(b),
      A_FACTOR: m,
      B_FACTOR: n,
      OUT_BITS: bits(op.result().type.elem),
    },
  };
}

function concat(op: Op): VerilogInstance {
  const { elem, lanes: LANES } = op.operand(0).type as StreamType;
  const [C0, C1] = op.operands.map((v) => hw.channelsOf(v.type)) as [number, number];
  return { module: "gf_concat", parameters: { C0, C1, LANES, LANE_BITS: bits(elem) } };
}

function slice(op: Op): VerilogInstance {
  const { elem, lanes: LANES } = op.operand(0).type as StreamType;
  const { first: FIRST, count: COUNT } = op.attrs as { first: number; count: number };
  const C = hw.channelsOf(op.operand(0).type);
  return { module: "gf_slice", parameters: { C, LANES, LANE_BITS: bits(elem), FIRST, COUNT } };
}

function vote(op: Op): VerilogInstance {
  const { elem } = op.operand(0).type as StreamType;
  const C = hw.channelsOf(op.operand(0).type);
  const channels = hw.votedChannels(op);
  const indexBits = 16;
  const pack = (widthBits: number, values: readonly number[]): { widthBits: number; value: bigint } => ({
    widthBits: widthBits * values.length,
    value: values.reduceRight((word, value) => (word << BigInt(widthBits)) | BigInt(value), 0n),
  });
  return {
    module: "gf_vote",
    parameters: {
      C,
      OUT: channels.length,
      LANE_BITS: bits(elem),
      FIRST: pack(
        indexBits,
        channels.map(({ first }) => first),
      ),
      VOTED: pack(
        1,
        channels.map(({ voted }) => (voted ? 1 : 0)),
      ),
    },
  };
}

function upsample(op: Op): VerilogInstance {
  const [SCALE_H, SCALE_W] = op.attrs["scales"] as readonly [number, number];
  return { module: "gf_upsample", parameters: { ...image(op), SCALE_H, SCALE_W } };
}

/** Verilog for every op of the `hw` dialect. */
export const hwModels: readonly Model[] = [
  defineModel(hw.Mvu, VerilogKernel, { instance: mvu }),
  defineModel(hw.Threshold, VerilogKernel, { instance: threshold }),
  defineModel(hw.Requantize, VerilogKernel, { instance: requantize }),
  defineModel(hw.Lookup, VerilogKernel, { instance: lookup }),
  defineModel(hw.Affine, VerilogKernel, { instance: affine }),
  defineModel(hw.ArgMax, VerilogKernel, { instance: argmax }),
  defineModel(hw.Window, VerilogKernel, { instance: window }),
  defineModel(hw.Pad, VerilogKernel, { instance: pad }),
  defineModel(hw.Pool, VerilogKernel, { instance: pool }),
  defineModel(hw.Vvu, VerilogKernel, { instance: vvu }),
  defineModel(hw.Fork, VerilogKernel, { instance: fork }),
  defineModel(hw.AddStreams, VerilogKernel, { instance: addStreams }),
  defineModel(hw.Concat, VerilogKernel, { instance: concat }),
  defineModel(hw.Slice, VerilogKernel, { instance: slice }),
  defineModel(hw.Vote, VerilogKernel, { instance: vote }),
  defineModel(hw.Netlist, VerilogKernel, { instance: netlistInstance }),
  defineModel(hw.Upsample, VerilogKernel, { instance: upsample }),
  defineModel(hw.Gvu, VerilogKernel, { instance: gvu }),
  defineModel(hw.Transpose, VerilogKernel, { instance: transpose }),
  defineModel(hw.Crop, VerilogKernel, { instance: crop }),
  defineModel(hw.WidthConverter, VerilogKernel, { instance: widthConverter }),
  defineModel(hw.Fifo, VerilogKernel, { instance: fifo }),
  defineModel(hw.Reshape, VerilogKernel, { instance: () => "wires" as const }),
];
