import { type AttrSpec, attr, defineOp, type OpDef, stream, unsignedBits } from "@gatefold/core";
import { ArgMax as QArgMax } from "@gatefold/dialect-q";
import { evenly, Kernel } from "./kernel.js";
import { channelsOf, requireLanes, streamOperand, vectorsOf } from "./streams.js";

/**
 * Index of the greatest channel, PE channels a cycle; of equal ones the lowest.
 *
 * - Operand: stream `<… x C>`, PE lanes. Result: stream `<… x 1>`, one lane.
 * - Constraints: (C1) a stream of integers; (C2) PE divides C; (C3) the stream has PE lanes.
 */
export const ArgMax: OpDef<{ readonly pe: AttrSpec<number> }> = defineOp({
  name: "hw.argmax",
  summary: "Index of the greatest channel; ties give the lowest index.",
  operands: ["x"],
  attrs: { pe: attr.int(1) },
  infer: ({ operands, attrs }) => {
    const x = streamOperand(operands, 0);
    requireLanes(x, attrs.pe, "PE");
    return [stream(`u${unsignedBits(channelsOf(x) - 1)}`, [...x.shape.slice(0, -1), 1], 1)];
  },
  evaluate: (operands) => QArgMax.evaluate!(operands, { keep_dims: true }),
  interfaces: [
    Kernel.of({
      kind: "LabelSelect",
      axes: (op) => {
        const value = op.attrs["pe"] as number;
        return [
          {
            name: "PE",
            attr: "pe",
            extent: channelsOf(op.operand(0).type),
            value,
            operands: [0],
            results: [],
          },
        ];
      },
      schedule: (op) => {
        const type = op.operand(0).type;
        const folds = channelsOf(type) / (op.attrs["pe"] as number);
        const vectors = vectorsOf(type);
        const pipelineCycles = folds > 1 && folds < channelsOf(type) ? 2 : 1;
        return {
          intervalCycles: vectors * folds,
          latencyCycles: vectors * folds - 1 + pipelineCycles,
          inputs: [evenly(vectors * folds, 0, 1)],
          outputs: [evenly(vectors, folds - 1 + pipelineCycles, folds)],
        };
      },
    }),
  ],
});
