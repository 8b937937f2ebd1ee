import {
  type AttrSpec,
  attr,
  constantOf,
  defineOp,
  type ElemType,
  InferError,
  numbers,
  type OpDef,
  rangeOfChannels,
} from "@gatefold/core";
import { inferChannelwise, mapChannels, resolveAxis } from "./channelwise.js";
import { ranged } from "./ranged.js";

export type LookupAttrs = {
  readonly elem: AttrSpec<ElemType>;
  readonly lo: AttrSpec<number>;
  readonly axis: AttrSpec<number>;
};

/**
 * A table per channel: `y = table[c, x − lo]`. What an activation becomes when it is not monotone.
 *
 * - Operands: `x`, integer codes from `lo` on; `table` `<C x L>` or `<1 x L>` along `axis`.
 * - Result: like `x`, of type `elem`.
 * - Constraints: (C1) `x` is an integer type; (C2) one row, or one a channel.
 *
 * Evaluation throws on an input outside `lo … lo + L − 1`.
 */
export const Lookup: OpDef<LookupAttrs> = defineOp({
  name: "q.lookup",
  summary: "One table a channel, indexed by the code.",
  operands: ["x", "table"],
  attrs: { elem: attr.elem(), lo: attr.int(0), axis: attr.int(-1) },
  infer: (input) => {
    const { shape } = input.operands[1]!;
    if (shape.length !== 2) throw new InferError(`(C2) a table of shape [${shape}] is not a matrix`);
    return inferChannelwise(input, [1]);
  },
  evaluate: ([x, table], { elem, lo, axis }) => {
    const entries = numbers(table!);
    const [rows, length] = [table!.shape[0]!, table!.shape[1]!];
    const look = (value: number, channel: number): number => {
      const at = value - lo;
      if (!(at >= 0 && at < length))
        throw new RangeError(`${value} is outside the table's ${lo} … ${lo + length - 1}`);
      return entries[(rows === 1 ? 0 : channel * length) + at]!;
    };
    return [mapChannels(x!, axis, elem, look)];
  },
  interfaces: [
    ranged((op) => {
      const table = constantOf(op.operand(1));
      if (!table || !Lookup.is(op)) return undefined;
      const { shape } = op.result().type;
      const axis = resolveAxis(op.attrs.axis, shape.length);
      const entries = numbers(table);
      const [rows, length] = [table.shape[0]!, table.shape[1]!];
      const [lo, hi] = [new Float64Array(shape[axis]!), new Float64Array(shape[axis]!)];
      for (let c = 0; c < lo.length; c++) {
        const start = rows === 1 ? 0 : c * length;
        [lo[c], hi[c]] = [entries[start]!, entries[start]!];
        for (let k = start; k < start + length; k++) {
          lo[c] = Math.min(lo[c]!, entries[k]!);
          hi[c] = Math.max(hi[c]!, entries[k]!);
        }
      }
      return rangeOfChannels({ axis, lo, hi });
    }),
  ],
});
