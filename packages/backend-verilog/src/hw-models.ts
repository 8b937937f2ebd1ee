import { defineModel, type ElemType, elemInfo, type Model, type Op, type StreamType } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
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
  const [a, b] = op.operands.slice(1).map((v) => bits(v.type.elem)) as [number, number];
  return {
    module: "gf_affine",
    parameters: { ...lanes(op), A_BITS: Math.max(a, b), B_BITS: Math.max(a, b) },
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

/** Verilog for every op of the `hw` dialect. */
export const hwModels: readonly Model[] = [
  defineModel(hw.Mvu, VerilogKernel, { instance: mvu }),
  defineModel(hw.Threshold, VerilogKernel, { instance: threshold }),
  defineModel(hw.Lookup, VerilogKernel, { instance: lookup }),
  defineModel(hw.Affine, VerilogKernel, { instance: affine }),
  defineModel(hw.ArgMax, VerilogKernel, { instance: argmax }),
  defineModel(hw.WidthConverter, VerilogKernel, { instance: widthConverter }),
  defineModel(hw.Fifo, VerilogKernel, { instance: fifo }),
  defineModel(hw.Reshape, VerilogKernel, { instance: () => "wires" as const }),
];
