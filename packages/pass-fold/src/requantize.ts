import {
  Constant,
  constantOf,
  defineModel,
  type ElemType,
  elemForRange,
  elemInfo,
  type IntegerRange,
  type Model,
  numbers,
  type Op,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import * as q from "@gatefold/dialect-q";
import { HwLowering, isLast, type KernelBuilder, notLast } from "./lowering.js";

/**
 * How thresholds become codes: by the kernel that costs less (`auto`), by a multiplication wherever that is exactly the
 * same, or always by comparing.
 */
export const requantizeModes = ["auto", "always-if-exact", "never"] as const;
export type RequantizeMode = (typeof requantizeModes)[number];

/**
 * Thresholds of a uniform quantizer are `clip((mul · x + add) >> shift)` where `fitStaircases` proves that for every
 * sum of every channel: a unit that multiplies in the place of one that compares. Which is the cheaper depends on the
 * device, so that it is asked of the cost model.
 */
export function thresholdLowering(mode: RequantizeMode): Model {
  return defineModel(q.Threshold, HwLowering, {
    lower: (op, site) => {
      if (!q.Threshold.is(op) || !isLast(op)) return notLast;
      const { elem, bias } = op.attrs;
      const compare: KernelBuilder = ({ graph, operands, loc }) =>
        hw.Threshold.build(graph, operands, { elem, bias }, { loc });
      const multiply = mode === "never" ? [] : requantizers(op, site.ranges[0]!);
      if (multiply.length === 0) return [compare(site)];
      return [site.cheapest(mode === "auto" ? [compare, ...multiply] : multiply)];
    },
  });
}

/** Every multiplication found that counts as the thresholds do: one factor or one a channel, each rounding of ties. */
function requantizers(op: Op, x: IntegerRange): KernelBuilder[] {
  const thresholds = constantOf(op.operand(1));
  const { elem, bias } = op.attrs as { elem: ElemType; bias: number };
  if (!thresholds || elem === "bipolar" || op.operand(0).type.elem === "bipolar") return [];
  const [rows, count] = thresholds.shape as [number, number];
  if (count === 0) return [];
  const values = numbers(thresholds);
  const own = rows > 1 && x.channels?.axis === op.operand(0).type.shape.length - 1 ? x.channels : undefined;
  const staircases = Array.from(
    { length: rows },
    (_, c): q.Staircase => ({
      thresholds: values.slice(c * count, (c + 1) * count),
      lo: own ? own.lo[c]! : x.lo,
      hi: own ? own.hi[c]! : x.hi,
    }),
  );
  return (["up", "even", "odd"] as const).flatMap((ties) => {
    const shared = q.fitStaircases(staircases, { ties, shared: true });
    // Where one power of two serves all channels nothing is cheaper.
    const each =
      rows === 1 || (shared && hw.isPower(shared.mul[0]!))
        ? undefined
        : q.fitStaircases(staircases, { ties, shared: false });
    return [shared, each].flatMap((fit) => {
      const parameters = fit && parametersOf(fit, op.operand(0).type.elem, { elem, bias, count });
      return parameters ? [builder(parameters, elem)] : [];
    });
  });
}

interface Parameters {
  readonly mul: readonly number[];
  readonly add: readonly number[];
  readonly attrs: {
    readonly drop: number;
    readonly shift: number;
    readonly ties: "up" | "even";
    readonly low: number;
    readonly high: number;
    readonly offset: number;
  };
}

/**
 * A fit, which counts from 0, as a kernel that counts from `base`: from the first code, so that no offset is left to
 * add, or where ties ask for the other parity from one below it. Low bits that no channel's offset needs are dropped
 * from the product and not stored. `undefined` when products would be too wide.
 */
function parametersOf(
  { mul, add, shift, ties }: q.StaircaseFit,
  input: ElemType,
  { elem, bias, count }: { readonly elem: ElemType; readonly bias: number; readonly count: number },
): Parameters | undefined {
  const base = ties === "up" || (bias % 2 === 0) === (ties === "even") ? bias : bias - 1;
  const productBits = elemInfo(input).widthBits + elemInfo(elemForRange(0, Math.max(...mul))).widthBits;
  if (productBits > hw.mostProductBits) return undefined;
  const unit = 2 ** shift;
  const ends = add.map(([least, greatest]) => [least + base * unit, greatest + base * unit] as const);
  const fits = (drop: number): boolean =>
    ends.every(([least, greatest]) => Math.ceil(least / 2 ** drop) <= Math.floor(greatest / 2 ** drop));
  let drop = 0;
  if (ties === "up") while (drop < Math.min(shift, productBits - 1) && fits(drop + 1)) drop++;
  const offsets = ends.map(([least, greatest]) =>
    Math.min(Math.max(0, Math.ceil(least / 2 ** drop)), Math.floor(greatest / 2 ** drop)),
  );
  if (offsets.some((v) => !Number.isSafeInteger(v))) return undefined;
  // Thresholds that nothing reaches, or everything, may count beyond what the codes' type holds.
  const { min, max } = elemInfo(elem);
  const offset = bias - base;
  return {
    mul: alike(mul),
    add: alike(offsets),
    attrs: {
      drop,
      shift: shift - drop,
      ties: ties === "up" ? "up" : "even",
      low: Math.max(base, min - offset),
      high: Math.min(base + count, max - offset),
      offset,
    },
  };
}

const alike = (values: readonly number[]): readonly number[] =>
  values.every((v) => v === values[0]) ? values.slice(0, 1) : values;

function builder({ mul, add, attrs }: Parameters, elem: ElemType): KernelBuilder {
  return ({ graph, operands, loc }) => {
    const constant = (values: readonly number[], type: ElemType): Value =>
      Constant.build(graph, [], { value: tensorFrom(type, [values.length], values) }, { loc });
    const factors = constant(mul, elemForRange(0, Math.max(...mul)));
    const offsets = constant(add, elemForRange(Math.min(-1, ...add), Math.max(...add)));
    return hw.Requantize.build(graph, [operands[0]!, factors, offsets], { elem, ...attrs }, { loc });
  };
}
