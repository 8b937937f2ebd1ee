import {
  type AttrSpec,
  attr,
  defineOp,
  type ElemType,
  InferError,
  type OpDef,
  stream,
  tensor,
} from "@gatefold/core";
import { netlistLatencyCycles, Netlist as QNetlist } from "@gatefold/dialect-q";
import { Kernel } from "./kernel.js";
import { requireLanes, streamOperand } from "./streams.js";
import { wholePixelAxes, wholePixelSchedule } from "./whole-pixel.js";

export { bodyOf, netlistLatencyCycles, netlistOf } from "@gatefold/dialect-q";

export type NetlistAttrs = {
  readonly body: AttrSpec<readonly string[]>;
  readonly elem: AttrSpec<ElemType>;
  readonly simd: AttrSpec<number>;
  readonly pe: AttrSpec<number>;
};

/**
 * Each vector of a stream through a circuit, a whole vector a cycle: all channels come in one beat (SIMD is their number) and leave in
 * one (PE). The circuit's registers share one enable, and its outputs are registered behind it: the latency is one cycle more than the
 * circuit's.
 *
 * - Constraints: (C1) a stream of integers; (C2) SIMD divides the channels that come and (C3) is the stream's lanes; (C2) to (C6) of
 *   `q.netlist`; (C8) PE divides the channels that leave. Folding sets SIMD and PE to all of them.
 */
export const Netlist: OpDef<NetlistAttrs> = defineOp<NetlistAttrs>({
  name: "hw.netlist",
  summary: "Each vector through a circuit of tables, sums and bits, one a cycle.",
  operands: ["x"],
  attrs: { body: attr.strings(), elem: attr.elem(), simd: attr.int(1), pe: attr.int(1) },
  infer: ({ operands, attrs: { body, elem, simd, pe } }) => {
    const x = streamOperand(operands, 0);
    requireLanes(x, simd, "SIMD");
    const [made] = QNetlist.infer({ operands: [tensor(x.elem, x.shape)], attrs: { body, elem } });
    const { shape } = made!;
    if (!(pe >= 1) || shape.at(-1)! % pe !== 0) {
      throw new InferError(`(C8) PE ${pe} does not divide ${shape.at(-1)} channels`);
    }
    return [stream(elem, shape, pe)];
  },
  evaluate: (operands, { body, elem }) => QNetlist.evaluate!(operands, { body, elem }),
  interfaces: [
    Kernel.of({
      kind: "Netlist",
      axes: wholePixelAxes,
      schedule: (op) => wholePixelSchedule(op, netlistLatencyCycles(op) + 1),
    }),
  ],
});
