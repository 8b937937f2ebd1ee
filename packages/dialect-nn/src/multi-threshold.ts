import {
  type AttrSpec,
  attr,
  defineOp,
  type ElemType,
  elemForRange,
  elemInfo,
  type OpDef,
  product,
  tensor,
} from "@gatefold/core";
import { type LayoutAttr, layoutAttr } from "./attrs.js";
import { staircase } from "./quant-grid.js";
import { reals, tensorOf } from "./tensors.js";
import { channelAxis, operandType, requireDomain, requireRank, requireThat } from "./types.js";

type MultiThresholdAttrs = { readonly layout: LayoutAttr; readonly elem: AttrSpec<ElemType | undefined> };

/** How many of the ascending numbers `row[from … to−1]` are at most `x`. */
function countReached(row: Float64Array, from: number, to: number, x: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (row[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low - from;
}

/**
 * Counts, per element, how many thresholds of its channel are at most the element.
 *
 * - Operands: `x` `<N x C x …>` (or `<N x … x C>` when `channels_last`); `thresholds` `<C x K>` or `<1 x K>`, in any
 *   order within a row.
 * - Result: as `x`, of type `elem`; when that is left out, the narrowest unsigned type that holds K.
 * - Constraints: (C1) both are numbers; (C2) `thresholds` has 2 axes; (C3) its rows are 1 or one per channel, and with
 *   more than one `x` has at least 2 axes; (C4) `elem` is an unsigned integer type that holds K.
 *
 * Source: FINN / QONNX MultiThreshold with scale 1 and bias 0; Umuroglu & Jahre, arXiv:1709.04060.
 */
export const MultiThreshold: OpDef<MultiThresholdAttrs> = defineOp<MultiThresholdAttrs>({
  name: "nn.multi_threshold",
  summary: "Counts how many thresholds each element reaches.",
  operands: ["x", "thresholds"],
  attrs: { layout: layoutAttr, elem: attr.optional(attr.elem()) },
  infer: ({ operands, attrs }) => {
    const [x, thresholds] = [operandType(operands, 0), operandType(operands, 1)];
    requireDomain(x, "number", "C1", "x");
    requireDomain(thresholds, "number", "C1", "thresholds");
    requireRank(thresholds, 2, 2, "C2", "thresholds");
    const [rows, count] = thresholds.shape as [number, number];
    const rank = x.shape.length;
    requireThat(
      rows === 1 || (rank >= 2 && rows === x.shape[channelAxis(attrs.layout, rank)]),
      "C3",
      () => `${rows} rows of thresholds do not fit the channels of [${x.shape}]`,
    );
    const elem = attrs.elem ?? elemForRange(0, count);
    const { kind, signed, max } = elemInfo(elem);
    requireThat(
      kind === "int" && !signed && max >= count,
      "C4",
      () => `${elem} does not hold counts up to ${count}`,
    );
    return [tensor(elem, x.shape)];
  },
  evaluate: ([x, thresholds], attrs) => {
    const [rows, count] = thresholds!.shape as [number, number];
    const table = Float64Array.from(reals(thresholds!));
    for (let r = 0; r < rows; r++) table.subarray(r * count, (r + 1) * count).sort();
    const inner = rows === 1 ? 1 : product(x!.shape.slice(channelAxis(attrs.layout, x!.shape.length) + 1));
    const out = reals(x!).map((v, i) => {
      const from = (Math.floor(i / inner) % rows) * count;
      return countReached(table, from, from + count, v);
    });
    return [tensorOf(attrs.elem ?? elemForRange(0, count), x!.shape, out)];
  },
  interfaces: [staircase],
});
