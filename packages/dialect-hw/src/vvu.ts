import {
  type AttrSpec,
  attr,
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
import { fieldOf, Kernel, packWord } from "./kernel.js";
import { windowReduction } from "./pixels.js";
import { channelsOf, streamOperand, vectorsOf } from "./streams.js";

/**
 * Vector–vector unit: each channel of a window by its own weights, `y[c] = Σ_k x[k, c] · w[k, c]`; a depthwise layer.
 *
 * - Operands: stream `<… x K·C>` in a sliding window's order, PE lanes; `w` `<K x C>`, constant.
 * - Result: stream `<… x C x elem>`, PE lanes.
 * - Constraints: (C1) integers; (C2) PE divides the channels; (C3) the stream has PE lanes; (C4) `w` fits.
 */
export const Vvu: OpDef<{ readonly elem: AttrSpec<ElemType>; readonly pe: AttrSpec<number> }> = defineOp({
  name: "hw.vvu",
  summary: "Vector–vector unit: each channel of a window by its own weights.",
  operands: ["x", "w"],
  attrs: { elem: attr.elem(), pe: attr.int(1) },
  infer: ({ operands, attrs }) => {
    const x = streamOperand(operands, 0);
    const [taps, channels] = operands[1]!.shape;
    if (!isInt(operands[1]!.elem) || operands[1]!.shape.length !== 2 || taps! * channels! !== channelsOf(x)) {
      throw new InferError(
        `(C4) weights of shape [${operands[1]!.shape}] do not fit a window of ${channelsOf(x)} elements`,
      );
    }
    if (channels! % attrs.pe !== 0)
      throw new InferError(`(C2) PE ${attrs.pe} does not divide ${channels} channels`);
    if (x.lanes !== attrs.pe)
      throw new InferError(`(C3) the stream has ${x.lanes} lanes, not PE ${attrs.pe}`);
    return [stream(attrs.elem, [...x.shape.slice(0, -1), channels!], attrs.pe)];
  },
  evaluate: ([x, w], { elem }) => [multiply(x!, w!, elem)],
  interfaces: [
    Kernel.of({
      kind: "VVAU",
      axes: (op) => {
        const value = op.attrs["pe"] as number;
        const extent = op.operand(1).type.shape[1]!;
        return [{ name: "PE", attr: "pe", extent, value, operands: [0], results: [0] }];
      },
      schedule: (op) => windowReduction(op, op.operand(1).type.shape[0]!, 2),
      memories: (op) => {
        const weights = vvuWeights(op);
        const pe = op.attrs["pe"] as number;
        const widthBits = elemInfo(weights.elem).widthBits;
        const depth = weights.data.length / pe;
        return [
          {
            name: "weights",
            widthBits: pe * widthBits,
            depth,
            words: () => {
              const values = numbers(weights);
              return Array.from({ length: depth }, (_, at) =>
                packWord(
                  Array.from(values.slice(at * pe, (at + 1) * pe), (v) => fieldOf(weights, v)),
                  widthBits,
                ),
              );
            },
          },
        ];
      },
      work: (op) => ({
        macs: vectorsOf(op.operand(0).type) * channelsOf(op.operand(0).type),
        weightBits: elemInfo(op.operand(1).type.elem).widthBits,
        activationBits: elemInfo(op.operand(0).type.elem).widthBits,
      }),
    }),
  ],
});

/** The weights `<K x C>` of a vector–vector unit. Throws when they are not constant. */
export function vvuWeights(op: Op): Tensor {
  const weights = constantOf(op.operand(1));
  if (!weights) throw new TypeError("the weights of a vector–vector unit are not constant");
  return weights;
}

function multiply(x: Tensor, w: Tensor, elem: ElemType): Tensor {
  const [taps, channels] = w.shape as [number, number];
  const [xs, ws] = [numbers(x), numbers(w)];
  const shape = [...x.shape.slice(0, -1), channels];
  const out = new Float64Array(shape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < xs.length; i++) {
    const at = Math.floor(i / (taps * channels)) * channels + (i % channels);
    out[at]! += xs[i]! * ws[i % (taps * channels)]!;
  }
  return tensorFrom(elem, shape, out);
}
