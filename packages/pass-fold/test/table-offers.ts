import {
  Constant,
  cloneOp,
  type ElemType,
  elemInfo,
  evaluate,
  Graph,
  numbers,
  type Op,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import { bodyOf, Netlist as HwNetlist } from "@gatefold/dialect-hw";
import { MatMul, Threshold } from "@gatefold/dialect-q";
import { Netlist } from "@gatefold/netlist";
import type { Implementations, Offer } from "../src/index.js";

/** Bits of input up to which a layer is a table. */
const mostBits = 12;

export interface TableOptions {
  /** LUTs of each layer; one a bit of output unless given. */
  readonly luts?: (layer: string) => number;
  /** Registers behind the tables. */
  readonly stages?: number;
  /** Cycles that a circuit is to have beyond what is built of it so far. */
  readonly laterCycles?: number;
  readonly ffCount?: number;
  /** Layers that were asked for their price, in order. */
  readonly asked?: string[];
}

/** Offers each product, with the thresholds behind it, as a table of everything that it does: for tests, at up to 12 bits of input. */
export function tableOffers(options: TableOptions = {}): Implementations {
  const { luts, stages = 0, laterCycles = 0, ffCount = 0, asked } = options;
  return {
    offers: ({ graph }) => {
      const offers: Offer[] = [];
      const refused: { layer: string; form: string; reason: string }[] = [];
      for (const op of graph.ops()) {
        if (!MatMul.is(op)) continue;
        const layer = op.loc.node ?? op.def.name;
        const next = op.result().uses[0]?.op;
        const ops = next && Threshold.is(next) && op.result().uses.length === 1 ? [op, next] : [op];
        const { elem, shape } = op.operand(0).type;
        const bits = elemInfo(elem).widthBits * shape.at(-1)!;
        if (bits > mostBits) {
          refused.push({
            layer,
            form: "table",
            reason: `its ${bits} bits of input are more than ${mostBits}`,
          });
          continue;
        }
        const last = ops.at(-1)!.result().type;
        const lutCount = luts?.(layer) ?? elemInfo(last.elem).widthBits * last.shape.at(-1)!;
        offers.push({
          layer,
          form: "table",
          ops,
          leastLuts: lutCount,
          price: () => {
            asked?.push(layer);
            return {
              resources: { lutCount, ffCount, bramCount: 0, dspCount: 0 },
              latencyCycles: stages + 1 + laterCycles,
            };
          },
          build: ({ graph: into, operands, loc }) =>
            HwNetlist.build(
              into,
              [...operands],
              { body: bodyOf(tableOf(ops, stages)), elem: last.elem },
              { loc },
            ),
        });
      }
      return { offers, refused };
    },
  };
}

/** What some ops do to one vector, as one table for each channel that leaves. */
function tableOf(ops: readonly Op[], stages: number): Netlist {
  const graph = new Graph("one");
  const from = ops[0]!.operand(0);
  const { elem, shape } = from.type;
  const channels = shape.at(-1)!;
  const width = elemInfo(elem).widthBits;
  const rows = 2 ** (width * channels);
  const values = new Map([[from, graph.addInput(tensor(elem, [rows, channels]))]]);
  for (const op of ops) {
    for (const v of op.operands) if (Constant.match(v)) cloneOp(v.op!, graph, values);
    cloneOp(op, graph, values);
  }
  graph.setOutputs([values.get(ops.at(-1)!.result())!]);
  const to = ops.at(-1)!.result().type;
  const made = to.shape.at(-1)!;
  const codes = Array.from({ length: rows * channels }, (_, i) =>
    codeOf(elem, (Math.floor(i / channels) >> ((i % channels) * width)) % 2 ** width),
  );
  const results = numbers(evaluate(graph, [tensorFrom(elem, [rows, channels], codes)])[0]!);
  const netlist = new Netlist("table");
  const { min, max } = elemInfo(elem);
  const interval = elem === "bipolar" ? { lo: 0, hi: 1 } : { lo: min, hi: max };
  const bits = Array.from({ length: channels }, (_, c) => netlist.input(`x${c}`, interval)).flatMap((node) =>
    Array.from({ length: width }, (_, i) => netlist.bit(node, i)),
  );
  for (let m = 0; m < made; m++) {
    const entries = Array.from({ length: rows }, (_, row) => results[row * made + m]!).map((code) =>
      to.elem === "bipolar" ? (code + 1) / 2 : code,
    );
    let node = netlist.table(bits, entries);
    for (let s = 0; s < stages; s++) node = netlist.register(node);
    netlist.output(`y${m}`, node);
  }
  return netlist;
}

function codeOf(elem: ElemType, field: number): number {
  if (elem === "bipolar") return 2 * field - 1;
  const { min, widthBits } = elemInfo(elem);
  return min < 0 && field >= 2 ** (widthBits - 1) ? field - 2 ** widthBits : field;
}
