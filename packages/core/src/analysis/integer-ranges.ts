import { constantOf } from "../ir/builtin.js";
import { elemInfo } from "../ir/elem.js";
import type { Graph } from "../ir/graph.js";
import { defineInterface, type OpInterface } from "../ir/interface.js";
import type { Op, Value } from "../ir/op.js";
import type { Tensor } from "../ir/tensor-data.js";
import type { ValueType } from "../ir/type.js";
import { type Analysis, type AnalysisContext, defineAnalysis } from "./analysis.js";

/** Intervals along one axis of the value's shape; both arrays have the axis's length. */
export interface ChannelRanges {
  readonly axis: number;
  readonly lo: Float64Array;
  readonly hi: Float64Array;
}

/** A closed interval that holds every element of a value; for real element types, an interval of reals. */
export interface IntegerRange {
  readonly lo: number;
  readonly hi: number;
  /** Tighter intervals per channel, where they are known. */
  readonly channels?: ChannelRanges;
}

/** How an op's results range when its operands do. Not cut to the result's element type, so that overflow shows. */
export interface RangedModel {
  range(op: Op, operands: readonly IntegerRange[]): readonly IntegerRange[];
}

export const Ranged: OpInterface<RangedModel> = defineInterface<RangedModel>("core.ranged");

export interface IntegerRanges {
  /** Throws when the value is not of the graph that was analysed. */
  of(value: Value): IntegerRange;
}

/** What the element type alone says. */
export function rangeOfType(type: ValueType): IntegerRange {
  const { min, max } = elemInfo(type.elem);
  return { lo: min, hi: max };
}

/** Least and greatest element, as numbers; the type's range when there are no elements or one is NaN. */
export function rangeOfTensor(tensor: Tensor): IntegerRange {
  const { min, max } = elemInfo(tensor.elem);
  let lo = Number.POSITIVE_INFINITY;
  let hi = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < tensor.data.length; i++) {
    const v = Number(tensor.data[i]);
    if (Number.isNaN(v)) return { lo: min, hi: max };
    if (v < lo) lo = v;
    if (v > hi) hi = v;
  }
  return tensor.data.length === 0 ? { lo: min, hi: max } : { lo, hi };
}

/** The interval of a range's channels as a whole: for models that compute channel by channel. */
export function rangeOfChannels(channels: ChannelRanges): IntegerRange {
  let lo = Number.POSITIVE_INFINITY;
  let hi = Number.NEGATIVE_INFINITY;
  for (const v of channels.lo) lo = Math.min(lo, v);
  for (const v of channels.hi) hi = Math.max(hi, v);
  return { lo, hi, channels };
}

function checked(op: Op, ranges: readonly IntegerRange[]): readonly IntegerRange[] {
  const fail = (why: string): never => {
    throw new Error(`the range model of \`${op.def.name}\` ${why}`);
  };
  if (ranges.length !== op.results.length)
    fail(`gives ${ranges.length} ranges for ${op.results.length} results`);
  ranges.forEach(({ lo, hi, channels }, i) => {
    if (!(lo <= hi)) fail(`gives the empty interval ${lo} … ${hi}`);
    if (!channels) return;
    const size = op.result(i).type.shape[channels.axis];
    if (channels.lo.length !== size || channels.hi.length !== size) {
      fail(
        `gives ${channels.lo.length} channels along axis ${channels.axis}, which has ${size ?? "no"} elements`,
      );
    }
  });
  return ranges;
}

function compute(graph: Graph, ctx: AnalysisContext): IntegerRanges {
  const ranges = new Map<Value, IntegerRange>();
  for (const input of graph.inputs) ranges.set(input, rangeOfType(input.type));
  for (const op of graph.ops()) {
    const constant = constantOf(op.results[0]);
    const model = ctx.interfaces.get(op.def, Ranged);
    const found = constant
      ? [rangeOfTensor(constant)]
      : model
        ? checked(
            op,
            model.range(
              op,
              op.operands.map((v) => ranges.get(v)!),
            ),
          )
        : op.results.map((v) => rangeOfType(v.type));
    op.results.forEach((result, i) => {
      ranges.set(result, found[i]!);
    });
  }
  return {
    of(value: Value): IntegerRange {
      const range = ranges.get(value);
      if (!range) throw new Error(`the value is not of graph \`${graph.name}\` as it was analysed`);
      return range;
    },
  };
}

/**
 * Per value an interval, and intervals per channel where an op's `Ranged` model gives them. Graph inputs range over
 * their element type, constants over their elements, and an op without a model over its result type.
 */
export const integerRanges: Analysis<IntegerRanges> = defineAnalysis<IntegerRanges>({
  name: "integer-ranges",
  compute,
});
