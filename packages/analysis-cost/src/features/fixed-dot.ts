import { ceilLog2, elemInfo } from "@gatefold/core";
import { ConstantTrees, type Range, timesRange } from "./constant-tree.js";
import { type DotInit, isBit, leafBits, multiplies } from "./dot.js";
import type { Structure } from "./primitives.js";

/** `gf_dot` and the adder behind it where the weights are wires: what a zero weight or an equal row needs is nothing. */
export interface FixedDotInit extends DotInit {
  readonly weightAt: (row: number, lane: number) => number;
}

/** Twice the largest weight and more: a lane and a weight make one number. */
const leafValues = 2 ** 20;

export function addFixedDot(s: Structure, d: FixedDotInit): void {
  const trees = new ConstantTrees();
  if (d.mode === "xnor" || (d.mode === "mul" && isBit(d.input) && isBit(d.weights)))
    addFixedCount(s, d, trees);
  else if (multiplies(d.mode, d.input, d.weights)) {
    if (d.digits) addBooth(d, trees);
    else addProducts(s, d, trees);
  } else addSigned(s, d, trees);
  s.add("fixedAdderBits", trees.adderBits).registers(trees.registers);
  s.registers(-unusedLanes(d) * elemInfo(d.input).widthBits);
}

/** Inputs that every row weighs by 0: nothing holds them. */
function unusedLanes({ simd, rows, sharing, weightAt }: FixedDotInit): number {
  if (sharing === 1 && rows > 1) return 0;
  let unused = 0;
  for (let lane = 0; lane < simd; lane++) {
    let used = false;
    for (let row = 0; row < rows && !used; row++) used = weightAt(row, lane) !== 0;
    if (!used) unused++;
  }
  return unused;
}

const laneOf = (d: FixedDotInit, row: number, lane: number): number =>
  d.sharing > 1 ? lane : row * d.simd + lane;

/** Groups are counted by tables; a group of the same inputs and weights is counted once. */
function addFixedCount(s: Structure, d: FixedDotInit, trees: ConstantTrees): void {
  const { simd, rows, levelsPerStage, sumBits } = d;
  const grouped = levelsPerStage > 0 && ceilLog2(simd) >= levelsPerStage;
  const group = grouped ? 2 ** levelsPerStage : simd;
  for (let row = 0; row < rows; row++) {
    const groups: number[] = [];
    for (let first = 0; first < simd; first += group) {
      const size = Math.min(group, simd - first);
      let key = laneOf(d, row, first);
      for (let i = first; i < first + size; i++) key = key * 4 + d.weightAt(row, i) + 1;
      const [node, isNew] = trees.leaf(key, [0, size]);
      if (isNew) s.add("countLanes", size).registers(grouped ? ceilLog2(size + 1) : 0);
      groups.push(node);
    }
    trees.sum(groups, [], { bits: levelsPerStage + 1, maxBits: sumBits, levelsPerStage });
    // the sum starts at minus half the width
    if (d.mode === "xnor") s.add("fixedAdderBits", sumBits);
  }
}

/** Leaves that are wires, inverted or not: signs, pairs, ternary weights, ANDs with single bits. */
function addSigned(s: Structure, d: FixedDotInit, trees: ConstantTrees): void {
  const { mode, input, simd, rows, paired, sumBits, levelsPerStage } = d;
  const bits = leafBits(d);
  const step = paired ? 2 : 1;
  const inverts = mode === "sign" || (mode === "ternary" && input !== "bipolar");
  if (paired) s.add("pairBits", Math.ceil(simd / 2) * 2 * bits);
  for (let row = 0; row < rows; row++) {
    const leaves: number[] = [];
    const carries: boolean[] = [];
    for (let lane = 0; lane < simd; lane += step) {
      const own = d.weightAt(row, lane);
      const other = paired && lane + 1 < simd ? d.weightAt(row, lane + 1) : own;
      const key = (laneOf(d, row, lane) * 2 + (own === other ? 1 : 0)) * leafValues + own;
      leaves.push(own === 0 ? 0 : trees.leaf(key, leafRange(d, own, other))[0]);
      // with bits that decide the sign, the carry is a wire and no constant
      carries.push(mode === "bipolar-in" ? own !== 0 : inverts && own < 0);
    }
    finish(d, trees, leaves, carries, { bits, maxBits: sumBits, levelsPerStage });
  }
}

function leafRange({ mode, input, paired }: FixedDotInit, own: number, other: number): Range {
  if (mode === "bipolar-in") return [-Math.abs(own), Math.abs(own)];
  const [first, second] = [timesRange(input, own), timesRange(input, other)];
  return paired ? [first[0] + second[0], first[1] + second[1]] : first;
}

/** Radix-4 digits of the weights, a tree for each; a digit is wires. */
function addBooth(d: FixedDotInit, trees: ConstantTrees): void {
  const { input, weights, simd, rows, sumBits, levelsPerStage } = d;
  const { widthBits, signed } = elemInfo(weights);
  const digits = signed ? Math.ceil(widthBits / 2) : Math.floor(widthBits / 2) + 1;
  const bits = elemInfo(input).widthBits + (elemInfo(input).signed ? 1 : 2);
  const planeBits = Math.min(bits + ceilLog2(simd), sumBits);
  for (let row = 0; row < rows; row++) {
    let total = 0;
    let width = planeBits;
    let spare = false;
    for (let j = 0; j < digits; j++) {
      const values = Array.from({ length: simd }, (_, lane) => boothDigit(d.weightAt(row, lane), j));
      const leaves = values.map((v, lane) =>
        v === 0 ? 0 : trees.leaf(laneOf(d, row, lane) * leafValues + v, timesRange(input, v))[0],
      );
      const carries = values.map((v) => v < 0);
      const plane = trees.sum(leaves, carries, { bits, maxBits: sumBits, levelsPerStage });
      if (j === 0) {
        total = plane;
        spare = carries[simd - 1]!;
        continue;
      }
      width = Math.min(Math.max(width - 2, planeBits) + 3, sumBits - 2 * j);
      total = trees.add(total, plane, carries[simd - 1]!, Math.max(width, 0));
    }
    if (levelsPerStage > 0) total = trees.register(total);
    trees.add(total, 0, spare, sumBits);
  }
}

/** Digit `j` of −2 … 2 of a weight in two's complement. */
function boothDigit(weight: number, j: number): number {
  const bit = (i: number): number => (i < 0 ? 0 : Math.floor(weight / 2 ** i) & 1);
  return -2 * bit(2 * j + 1) + bit(2 * j) + bit(2 * j - 1);
}

/** Products by constants as the tool makes them: powers of two are wires, others DSP blocks or adders. */
function addProducts(s: Structure, d: FixedDotInit, trees: ConstantTrees): void {
  const { input, weights, simd, rows, sumBits, levelsPerStage } = d;
  const inputBits = elemInfo(input).widthBits;
  const bits = inputBits + elemInfo(weights).widthBits;
  for (let row = 0; row < rows; row++) {
    const leaves = Array.from({ length: simd }, (_, lane) => {
      const weight = d.weightAt(row, lane);
      if (weight === 0) return 0;
      const [product, isNew] = trees.leaf(
        laneOf(d, row, lane) * leafValues + weight,
        timesRange(input, weight),
      );
      if (isNew) s.constantProduct(weight, inputBits, bits, levelsPerStage > 0);
      return product;
    });
    finish(d, trees, leaves, [], { bits, maxBits: sumBits, levelsPerStage });
  }
}

/** A row's sum, and the adder that takes its spare carry. */
function finish(
  { sumBits }: FixedDotInit,
  trees: ConstantTrees,
  leaves: readonly number[],
  carries: readonly boolean[],
  init: { readonly bits: number; readonly maxBits: number; readonly levelsPerStage: number },
): void {
  const sum = trees.sum(leaves, carries, init);
  trees.add(sum, 0, carries.at(-1) === true, sumBits);
}
