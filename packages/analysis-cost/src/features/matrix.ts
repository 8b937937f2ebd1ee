import { ceilLog2, type ElemType, elemInfo, numbers, type Op, type Tensor } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { addDot, type DotInit, multiplies } from "./dot.js";
import { addFixedDot } from "./fixed-dot.js";
import type { Structure } from "./primitives.js";

const bits = (elem: ElemType): number => elemInfo(elem).widthBits;

/** Modes by weights: a look at all weights of a type that may be ternary, once. */
const modes = new WeakMap<Tensor, Map<ElemType, hw.MvuMode>>();

function modeOf(input: ElemType, weights: Tensor): hw.MvuMode {
  let known = modes.get(weights);
  if (!known) {
    known = new Map();
    modes.set(weights, known);
  }
  let mode = known.get(input);
  if (mode === undefined) {
    mode = hw.mvuMode(input, weights);
    known.set(input, mode);
  }
  return mode;
}

/** `gf_mvu` and its weights. */
export function mvuStructure(s: Structure, op: Op): void {
  const { width, pe, simd, neuronFolds, synapseFolds } = hw.geometry(op);
  const input = op.operand(0).type.elem;
  const weights = hw.weightsOf(op);
  const mode = modeOf(input, weights);
  const accumulatorBits = bits(op.result().type.elem);
  const doubled = mode === "xnor";
  const sumBits = doubled ? accumulatorBits - 1 : accumulatorBits;
  const paired = mode === "sign" && pe > 1 && simd > 1;
  const words = neuronFolds * synapseFolds;
  const leaves = paired ? Math.ceil(simd / 2) : simd;
  const stages =
    Math.floor(ceilLog2(leaves) / hw.treeLevelsPerStage) + (multiplies(mode, input, weights.elem) ? 1 : 0);
  addReplay(s, simd * bits(input), synapseFolds, neuronFolds);
  const dot: DotInit = {
    mode,
    input,
    weights: weights.elem,
    simd,
    rows: pe,
    sharing: pe,
    digits: s.multipliers === "logic",
    paired,
    levelsPerStage: hw.treeLevelsPerStage,
    sumBits,
  };
  s.registers(2 * stages);
  s.skid(pe * storedBits(sumBits, doubled, width), synapseFolds > 1);
  if (words === 1) {
    const values = numbers(weights);
    addFixedDot(s, { ...dot, weightAt: (row, lane) => values[row * width + lane]! });
    return;
  }
  addDot(s, dot);
  s.add("accumulatorBits", pe * sumBits).registers(synapseFolds > 1 ? pe * sumBits : 0);
  s.weightMemory(pe * simd * bits(weights.elem), words);
}

/** Bits of an output; `2P − n` has a constant low bit, which is dropped when it is 0. */
function storedBits(sumBits: number, doubled: boolean, terms: number): number {
  return doubled ? sumBits + (terms % 2) : sumBits;
}

/** `gf_replay`: a vector's beats, offered again for each fold of the neurons. */
function addReplay(s: Structure, widthBits: number, synapseFolds: number, neuronFolds: number): void {
  const words = synapseFolds * neuronFolds;
  s.counter(words).registers(3 + widthBits);
  const power = Number.isInteger(Math.log2(synapseFolds));
  if (neuronFolds > 1 && synapseFolds > 1 && !power) s.counter(synapseFolds);
  if (neuronFolds === 1 || synapseFolds === 1) return;
  s.add("replayBits", widthBits);
  if (synapseFolds <= 16) s.shiftRegister(widthBits, synapseFolds - 1);
  else s.ram(widthBits, synapseFolds).add("lineBits", ceilLog2(synapseFolds));
}

/** `gf_vvu` and its weights. */
export function vvuStructure(s: Structure, op: Op): void {
  const input = op.operand(0).type.elem;
  const weights = hw.vvuWeights(op);
  const mode = modeOf(input, weights);
  const { taps, pe, simd, channelFolds, tapFolds } = hw.vvuGeometry(op);
  const levelsPerStage = simd > 1 ? hw.treeLevelsPerStage : 0;
  const steps = channelFolds * tapFolds;
  // Taps that come fold by fold are summed one after the other.
  const sums = simd > 1 ? 1 : channelFolds;
  const accumulatorBits = bits(op.result().type.elem);
  const sumBits = mode === "xnor" ? accumulatorBits - 1 : accumulatorBits;
  s.stage(pe * simd * bits(input), steps);
  s.tick(sums).tick(tapFolds).registers(1);
  s.line(pe * sumBits, sums);
  s.add("restartBits", pe * sumBits);
  const dot: DotInit = {
    mode,
    input,
    weights: weights.elem,
    simd,
    rows: pe,
    sharing: 1,
    digits: false,
    paired: false,
    levelsPerStage,
    sumBits,
  };
  if (steps === 1) {
    const values = numbers(weights);
    addFixedDot(s, { ...dot, weightAt: (row, lane) => values[lane * pe + row]! });
  } else addDot(s, dot);
  if (levelsPerStage > 0) {
    const product = multiplies(mode, input, weights.elem) ? 1 : 0;
    s.registers(Math.floor(ceilLog2(simd) / levelsPerStage) + product);
  }
  s.add("accumulatorBits", pe * sumBits);
  s.skid(pe * storedBits(sumBits, mode === "xnor", taps), sums === 1 && tapFolds > 1);
  s.weightMemory(pe * simd * bits(weights.elem), steps);
}
