import { readFileSync } from "node:fs";
import { VerilogKernel } from "@gatefold/backend-verilog";
import {
  type AttrSpec,
  attr,
  beatCount,
  defineOp,
  type ElemType,
  elemInfo,
  InferError,
  isInt,
  type Op,
  type OpDef,
  type StreamType,
  stream,
} from "@gatefold/core";
import { channelsOf, evenly, Kernel } from "@gatefold/dialect-hw";
import { squares } from "./squares.js";

const source = readFileSync(new URL("../rtl/hello_squarer.v", import.meta.url), "utf8");
const latencyCycles = 1;

const input = (op: Op): StreamType => op.operand(0).type as StreamType;
const pe = (op: Op): number => op.attrs["pe"] as number;

/**
 * Squares PE channels a cycle, one cycle after their beat.
 *
 * - Operand: stream `<… x C>`, PE lanes. Result: the same shape and lanes, of type `elem`.
 * - Constraints: (C1) a stream of integers; (C2) PE divides C; (C3) the stream has PE lanes.
 */
export const Squarer: OpDef<{ readonly elem: AttrSpec<ElemType>; readonly pe: AttrSpec<number> }> = defineOp({
  name: "hello.squarer",
  summary: "x * x for PE channels a cycle.",
  operands: ["x"],
  attrs: { elem: attr.elem(), pe: attr.int(1) },
  infer: ({ operands: [x], attrs }) => {
    if (x?.kind !== "stream" || !isInt(x.elem)) throw new InferError("(C1) `x` is not a stream of integers");
    if (channelsOf(x) % attrs.pe !== 0)
      throw new InferError(`(C2) PE ${attrs.pe} does not divide ${channelsOf(x)}`);
    if (x.lanes !== attrs.pe) throw new InferError(`(C3) the stream has ${x.lanes} lanes, not ${attrs.pe}`);
    return [stream(attrs.elem, x.shape, attrs.pe)];
  },
  evaluate: ([x], { elem }) => [squares(x!, elem)],
  interfaces: [
    Kernel.of({
      kind: "Squarer",
      axes: (op) => [
        {
          name: "PE",
          attr: "pe",
          extent: channelsOf(input(op)),
          value: pe(op),
          operands: [0],
          results: [0],
        },
      ],
      schedule: (op) => {
        const beats = beatCount(input(op));
        return {
          intervalCycles: beats,
          latencyCycles: beats - 1 + latencyCycles,
          inputs: [evenly(beats, 0, 1)],
          outputs: [evenly(beats, latencyCycles, 1)],
        };
      },
    }),
    VerilogKernel.of({
      instance: (op) => {
        const { widthBits, signed } = elemInfo(input(op).elem);
        return {
          module: "hello_squarer",
          source,
          parameters: {
            PE: pe(op),
            IN_BITS: widthBits,
            IN_SIGNED: signed ? 1 : 0,
            OUT_BITS: elemInfo(op.result().type.elem).widthBits,
          },
        };
      },
    }),
  ],
});
