import { ceilLog2, type ElemType, elemInfo, type Op, type Tensor } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { addDot, multiplies } from "./dot.js";
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
  addDot(s, {
    mode,
    input,
    weights: weights.elem,
    simd,
    rows: pe,
    sharing: pe,
    paired,
    levelsPerStage: hw.treeLevelsPerStage,
    sumBits,
    fixedWeights: words === 1,
  });
  s.registers(2 * stages);
  s.add("accumulatorBits", pe * sumBits).registers(synapseFolds > 1 ? pe * sumBits : 0);
  s.skid(pe * storedBits(sumBits, doubled, width), synapseFolds > 1);
  s.rom(pe * simd * bits(weights.elem), words);
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
  const [taps, channels] = op.operand(1).type.shape as [number, number];
  const pe = op.attrs["pe"] as number;
  const folds = channels / pe;
  const accumulatorBits = bits(op.result().type.elem);
  const sumBits = mode === "xnor" ? accumulatorBits - 1 : accumulatorBits;
  s.stage(pe * bits(input), taps * folds);
  s.tick(folds).tick(taps).registers(1);
  s.line(pe * sumBits, folds);
  s.add("restartBits", pe * sumBits);
  addDot(s, {
    mode,
    input,
    weights: weights.elem,
    simd: 1,
    rows: pe,
    sharing: 1,
    paired: false,
    levelsPerStage: 0,
    sumBits,
    fixedWeights: taps * folds === 1,
  });
  s.add("accumulatorBits", pe * sumBits);
  s.skid(pe * storedBits(sumBits, mode === "xnor", taps), folds === 1 && taps > 1);
  s.rom(pe * bits(weights.elem), taps * folds);
}
