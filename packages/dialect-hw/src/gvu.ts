import {
  type AttrSpec,
  attr,
  ceilLog2,
  constantOf,
  defineOp,
  type ElemType,
  elemInfo,
  InferError,
  isInt,
  numbers,
  type Op,
  type OpDef,
  stream,
  type Tensor,
  tensorFrom,
} from "@gatefold/core";
import { Kernel, type KernelMemory, packedMemory } from "./kernel.js";
import { mvuMode, treeLevelsPerStage } from "./mvu.js";
import { channelsOf, streamOperand, vectorsOf } from "./streams.js";

/**
 * Grouped matrix–vector unit: each group of a window's channels by filters of its own,
 * `y[g, o] = Σ_k Σ_c x[k, g, c] · w[g, o, k, c]`; what a grouped convolution needs behind its sliding window.
 *
 * - Operands: stream `<… x K·C>` in a sliding window's order (taps, groups, channels of a group), SIMD lanes; `w`
 *   `<O x K x C/groups>`, constant, the filters of a group together.
 * - Result: stream `<… x O x elem>`, PE lanes; the accumulator.
 * - Constraints: (C1) integers; (C2) SIMD divides the channels of a group and PE its filters; (C3) the stream has SIMD
 *   lanes; (C4) `w` fits.
 *
 * A frame takes `vectors · K · (C/SIMD) · (O/groups/PE)` cycles: a beat is held while the filters of its group read it, and
 * sums wait in a memory of O accumulators. The alternatives cost more. A unit a group needs a sliding window a group, a
 * fork, slices and joins; `pass-fold` takes that form only as far as the wanted rate asks for several units. Weights of 0
 * outside the groups would take `groups` times the memory, multipliers and cycles of this.
 * Measured for 8 x 8 x 16, 3 x 3, 16 filters in 4 groups, 4-bit, 5 184 cycles a frame (Yosys 0.55, synth_ice40 -noabc9, with
 * windows): 362 LUT4 and 4 RAMs; a unit a group 853 and 12; weights of 0 906 and 7.
 */
export const Gvu: OpDef<{
  readonly elem: AttrSpec<ElemType>;
  readonly groups: AttrSpec<number>;
  readonly pe: AttrSpec<number>;
  readonly simd: AttrSpec<number>;
}> = defineOp({
  name: "hw.gvu",
  summary: "Grouped matrix–vector unit: each group of a window's channels by filters of its own.",
  operands: ["x", "w"],
  attrs: { elem: attr.elem(), groups: attr.int(), pe: attr.int(1), simd: attr.int(1) },
  infer: ({ operands, attrs }) => {
    const x = streamOperand(operands, 0);
    const w = operands[1]!;
    const { groups, pe, simd } = attrs;
    const [filters, taps, perGroup] = w.shape as [number, number, number];
    const fits = w.shape.length === 3 && taps * perGroup * groups === channelsOf(x) && filters % groups === 0;
    if (!isInt(w.elem) || !fits)
      throw new InferError(
        `(C4) weights of shape [${w.shape}] in ${groups} groups do not fit a window of ${channelsOf(x)} elements`,
      );
    if (!(simd >= 1 && pe >= 1) || perGroup % simd !== 0 || (filters / groups) % pe !== 0)
      throw new InferError(
        `(C2) SIMD ${simd} and PE ${pe} do not divide ${perGroup} channels and ${filters / groups} filters`,
      );
    if (x.lanes !== simd) throw new InferError(`(C3) the stream has ${x.lanes} lanes, not SIMD ${simd}`);
    return [stream(attrs.elem, [...x.shape.slice(0, -1), filters], pe)];
  },
  evaluate: ([x, w], { elem, groups }) => [multiply(x!, w!, groups, elem)],
  interfaces: [
    Kernel.of({
      kind: "GVAU",
      axes: (op) => {
        const { perGroup, share, simd, pe } = gvuGeometry(op);
        return [
          { name: "SIMD", attr: "simd", extent: perGroup, value: simd, operands: [0], results: [] },
          { name: "PE", attr: "pe", extent: share, value: pe, operands: [], results: [0] },
        ];
      },
      schedule: (op) => {
        const { vectors, taps, groups, channelFolds, filterFolds } = gvuGeometry(op);
        const perGroup = channelFolds * filterFolds;
        const perVector = taps * groups * perGroup;
        const pipeline = pipelineCycles(op);
        const [beatsIn, folds] = [vectors * taps * groups * channelFolds, groups * filterFolds];
        const at = (n: number): number => {
          const [vector, fold] = [Math.floor(n / folds), n % folds];
          const [group, own] = [Math.floor(fold / filterFolds), fold % filterFolds];
          const step = (taps - 1) * groups * perGroup + (group + 1) * perGroup - filterFolds + own;
          return vector * perVector + step + pipeline;
        };
        return {
          intervalCycles: vectors * perVector,
          latencyCycles: vectors * perVector - 1 + pipeline,
          inputs: [{ count: beatsIn, at: (k) => k * filterFolds }],
          outputs: [{ count: vectors * folds, at }],
        };
      },
      memories: (op) => [weightMemory(op)],
      work: (op) => ({
        macs: vectorsOf(op.operand(0).type) * op.operand(1).type.shape.reduce((a, b) => a * b, 1),
        weightBits: elemInfo(op.operand(1).type.elem).widthBits,
        activationBits: elemInfo(op.operand(0).type.elem).widthBits,
      }),
    }),
  ],
});

/** Sizes of a grouped unit. */
export interface GvuGeometry {
  readonly vectors: number;
  readonly taps: number;
  readonly groups: number;
  /** Channels and filters of a group. */
  readonly perGroup: number;
  readonly share: number;
  readonly pe: number;
  readonly simd: number;
  /** Beats of a group's channels, and steps of its filters. */
  readonly channelFolds: number;
  readonly filterFolds: number;
}

export function gvuGeometry(op: Op): GvuGeometry {
  if (!Gvu.is(op)) throw new TypeError(`\`${op.def.name}\` is no grouped matrix–vector unit`);
  const [filters, taps, perGroup] = op.operand(1).type.shape as [number, number, number];
  const { groups, pe, simd } = op.attrs;
  return {
    vectors: vectorsOf(op.operand(0).type),
    taps,
    groups,
    perGroup,
    share: filters / groups,
    pe,
    simd,
    channelFolds: perGroup / simd,
    filterFolds: filters / groups / pe,
  };
}

/** The weights `<O x K x C/groups>`. Throws when they are not constant. */
export function gvuWeights(op: Op): Tensor {
  const weights = constantOf(op.operand(1));
  if (!weights) throw new TypeError("the weights of a grouped matrix–vector unit are not constant");
  return weights;
}

/** Cycles from the step that completes a sum to its output beat: operand register, tree registers, output register. */
function pipelineCycles(op: Op): number {
  const weights = gvuWeights(op);
  const oneBit = (elem: ElemType): boolean => elem === "u1" || elem === "bool";
  const input = op.operand(0).type.elem;
  const product = mvuMode(input, weights) === "mul" && !oneBit(input) && !oneBit(weights.elem) ? 1 : 0;
  return 2 + Math.floor(ceilLog2(op.attrs["simd"] as number) / treeLevelsPerStage) + product;
}

/** Words in the order of the steps: taps, groups, channel folds, filter folds; in a word PE rows of SIMD weights. */
function weightMemory(op: Op): KernelMemory {
  const { taps, groups, perGroup, share, pe, simd, channelFolds, filterFolds } = gvuGeometry(op);
  const filter = taps * perGroup;
  return packedMemory("weights", {
    constant: gvuWeights(op),
    fieldsPerWord: pe * simd,
    order: [
      { count: taps, step: perGroup },
      { count: groups, step: share * filter },
      { count: channelFolds, step: simd },
      { count: filterFolds, step: pe * filter },
      { count: pe, step: filter },
      { count: simd, step: 1 },
    ],
  });
}

function multiply(x: Tensor, w: Tensor, groups: number, elem: ElemType): Tensor {
  const [filters, taps, perGroup] = w.shape as [number, number, number];
  const [xs, ws] = [numbers(x), numbers(w)];
  const window = taps * groups * perGroup;
  const vectors = xs.length / window;
  const out = new Float64Array(vectors * filters);
  for (let n = 0; n < vectors; n++) {
    for (let o = 0; o < filters; o++) {
      const group = Math.floor(o / (filters / groups));
      let sum = 0;
      for (let i = 0; i < taps * perGroup; i++) {
        const at = (Math.floor(i / perGroup) * groups + group) * perGroup + (i % perGroup);
        sum += xs[n * window + at]! * ws[o * taps * perGroup + i]!;
      }
      out[n * filters + o] = sum;
    }
  }
  return tensorFrom(elem, [...x.shape.slice(0, -1), filters], out);
}
