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
} from "@gatefold/core";
import { MatMul } from "@gatefold/dialect-q";
import { evenly, Kernel, type KernelMemory, packedMemory } from "./kernel.js";
import { requireLanes, streamOperand, vectorsOf } from "./streams.js";

/** How an MVU multiplies. Follows from the element types and, for `ternary`, from the weights. */
export type MvuMode = "xnor" | "sign" | "bipolar-in" | "ternary" | "mul";

/** The cheapest exact multiplier for inputs and weights. */
export function mvuMode(input: ElemType, weights: Tensor): MvuMode {
  if (weights.elem === "bipolar") return input === "bipolar" ? "xnor" : "sign";
  if (weights.elem === "i2" && !numbers(weights).includes(-2 as never)) return "ternary";
  return input === "bipolar" ? "bipolar-in" : "mul";
}

/** Levels of the adder tree between two registers: what keeps a wide SIMD from setting the clock. */
export const treeLevelsPerStage = 2;

/**
 * Cycles from the beat that completes a neuron's sum to the output beat: operand and weight register, tree registers,
 * output register.
 */
export function mvuPipelineCycles(input: ElemType, weights: Tensor, pe: number, simd: number): number {
  const mode = mvuMode(input, weights);
  const leaves = mode === "sign" && pe > 1 && simd > 1 ? Math.ceil(simd / 2) : simd;
  const oneBit = (elem: ElemType): boolean => elem === "u1" || elem === "bool";
  const product = mode === "mul" && !oneBit(input) && !oneBit(weights.elem) ? 1 : 0;
  return 2 + Math.floor(ceilLog2(leaves) / treeLevelsPerStage) + product;
}

/**
 * Matrix–vector unit: `y[n] = Σ_k x[k] · w[n, k]`, PE neurons by SIMD inputs a cycle.
 *
 * - Operands: `x` stream `<… x MW>`, SIMD lanes; `w` `<MH x MW>`, constant.
 * - Result: stream `<… x MH x elem>`, PE lanes; the accumulator.
 * - Constraints: (C1) integers; (C2) SIMD divides MW and PE divides MH; (C3) the input has SIMD lanes; (C4) `w` fits.
 *
 * A frame takes `vectors · (MH/PE) · (MW/SIMD)` cycles. Source: Umuroglu et al., "FINN", FPGA 2017, §4.2–4.3.
 */
export const Mvu: OpDef<{
  readonly elem: AttrSpec<ElemType>;
  readonly pe: AttrSpec<number>;
  readonly simd: AttrSpec<number>;
}> = defineOp({
  name: "hw.mvu",
  summary: "Matrix–vector unit folded to PE neurons by SIMD inputs a cycle.",
  operands: ["x", "w"],
  attrs: { elem: attr.elem(), pe: attr.int(1), simd: attr.int(1) },
  infer: ({ operands, attrs }) => {
    const x = streamOperand(operands, 0);
    const w = operands[1]!;
    const [height, width] = w.shape;
    if (!isInt(w.elem) || w.shape.length !== 2 || width !== x.shape.at(-1)) {
      throw new InferError(`(C4) weights of shape [${w.shape}] do not fit an input of shape [${x.shape}]`);
    }
    requireLanes(x, attrs.simd, "SIMD");
    if (!(attrs.pe >= 1) || height! % attrs.pe !== 0)
      throw new InferError(`(C2) PE ${attrs.pe} does not divide ${height} neurons`);
    return [stream(attrs.elem, [...x.shape.slice(0, -1), height!], attrs.pe)];
  },
  evaluate: (operands, { elem }) => MatMul.evaluate!(operands, { elem }),
  interfaces: [
    Kernel.of({
      kind: "MVAU",
      axes: (op) => {
        const { height, width, pe, simd } = geometry(op);
        return [
          { name: "SIMD", attr: "simd", extent: width, value: simd, operands: [0], results: [] },
          { name: "PE", attr: "pe", extent: height, value: pe, operands: [], results: [0] },
        ];
      },
      schedule: (op) => {
        const { vectors, neuronFolds, synapseFolds, pe, simd } = geometry(op);
        const perVector = neuronFolds * synapseFolds;
        const pipelineCycles = mvuPipelineCycles(op.operand(0).type.elem, weightsOf(op), pe, simd);
        const first = synapseFolds - 1 + pipelineCycles;
        return {
          intervalCycles: vectors * perVector,
          latencyCycles: vectors * perVector - 1 + pipelineCycles,
          inputs: [
            {
              count: vectors * synapseFolds,
              at: (k) => Math.floor(k / synapseFolds) * perVector + (k % synapseFolds),
            },
          ],
          outputs: [evenly(vectors * neuronFolds, first, synapseFolds)],
        };
      },
      memories: (op) => [weightMemory(op)],
      work: (op) => {
        const { vectors, height, width } = geometry(op);
        return {
          macs: vectors * height * width,
          weightBits: elemInfo(op.operand(1).type.elem).widthBits,
          activationBits: elemInfo(op.operand(0).type.elem).widthBits,
        };
      },
    }),
  ],
});

/** Sizes of an MVU. `height` = MH neurons, `width` = MW inputs. */
export interface MvuGeometry {
  readonly vectors: number;
  readonly height: number;
  readonly width: number;
  readonly pe: number;
  readonly simd: number;
  /** MH / PE. */
  readonly neuronFolds: number;
  /** MW / SIMD. */
  readonly synapseFolds: number;
}

export function geometry(op: Op): MvuGeometry {
  if (!Mvu.is(op)) throw new TypeError(`\`${op.def.name}\` is not an MVU`);
  const [height, width] = op.operand(1).type.shape as [number, number];
  const { pe, simd } = op.attrs;
  return {
    vectors: vectorsOf(op.operand(0).type),
    height,
    width,
    pe,
    simd,
    neuronFolds: height / pe,
    synapseFolds: width / simd,
  };
}

/** The weights of an MVU. Throws when they are not constant. */
export function weightsOf(op: Op): Tensor {
  const weights = constantOf(op.operand(1));
  if (!weights) throw new TypeError("an MVU's weights are not constant");
  return weights;
}

/** Word `nf · SF + sf` holds PE rows of SIMD weights, row `nf · PE + pe` at field `pe`, the first in the low bits. */
function weightMemory(op: Op): KernelMemory {
  const { pe, simd, width, neuronFolds, synapseFolds } = geometry(op);
  return packedMemory("weights", {
    constant: weightsOf(op),
    fieldsPerWord: pe * simd,
    order: [
      { count: neuronFolds, step: pe * width },
      { count: synapseFolds, step: simd },
      { count: pe, step: width },
      { count: simd, step: 1 },
    ],
  });
}
