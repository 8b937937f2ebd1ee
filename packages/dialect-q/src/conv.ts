import {
  type AttrSpec,
  attr,
  constantOf,
  defineOp,
  type ElemType,
  elemInfo,
  InferError,
  type IntegerRange,
  isInt,
  numbers,
  type OpDef,
  rangeOfChannels,
  type Tensor,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import { ranged } from "./ranged.js";
import { planWindow, type WindowAttrs, type WindowPlan, walkWindow, windowAttrs } from "./window.js";

/**
 * Integer convolution, channels innermost: `y[n, i, j, o] = Σ x[n, i·s + u·d − p, …, c] · w[o, u, v, c]`.
 *
 * - Operands: `x` `<N x H x W x C>`; `w` `<O x KH x KW x C/groups>`, integer codes.
 * - Result: `<N x OH x OW x O x elem>`, the accumulator.
 * - Attributes: `pad_value` is the code that stands outside the image; −1 keeps a bipolar datapath at one bit
 *   (Fraser et al., "Scaling Binarized Neural Networks on Reconfigurable Logic", PARMA-DITAM 2017, §3).
 * - Constraints: (C1) integers; (C2) `x` has four dimensions; (C3) the window fits; (C4) `w` fits the groups;
 *   (C5) `pad_value` is a value of `x`'s type.
 */
export const Conv: OpDef<
  WindowAttrs & {
    readonly elem: AttrSpec<ElemType>;
    readonly groups: AttrSpec<number>;
    readonly pad_value: AttrSpec<number>;
  }
> = defineOp({
  name: "q.conv",
  summary: "Integer convolution, channels innermost.",
  operands: ["x", "w"],
  attrs: { ...windowAttrs, elem: attr.elem(), groups: attr.int(1), pad_value: attr.int(0) },
  infer: ({ operands, attrs }) => {
    const [x, w] = [operands[0]!, operands[1]!];
    if (!isInt(x.elem) || !isInt(w.elem)) throw new InferError("(C1) operands are not integers");
    const [filters, kh, kw, perGroup] = w.shape;
    if (w.shape.length !== 4)
      throw new InferError(`(C4) weights of shape [${w.shape}] are not O x KH x KW x C`);
    const plan = planWindow(x.shape, [kh!, kw!], attrs);
    if (plan.channels !== perGroup! * attrs.groups || filters! % attrs.groups !== 0) {
      throw new InferError(
        `(C4) ${plan.channels} channels in ${attrs.groups} groups do not fit weights of shape [${w.shape}]`,
      );
    }
    const { min, max } = elemInfo(x.elem);
    const padded = attrs.pads.some((p) => p > 0);
    const held =
      attrs.pad_value >= min && attrs.pad_value <= max && (x.elem !== "bipolar" || attrs.pad_value !== 0);
    if (padded && !held) throw new InferError(`(C5) ${attrs.pad_value} is no value of ${x.elem}`);
    return [tensor(attrs.elem, [plan.batch, plan.outHeight, plan.outWidth, filters!])];
  },
  evaluate: ([x, w], attrs) => {
    const plan = planWindow(x!.shape, [w!.shape[1]!, w!.shape[2]!], attrs);
    return [convolve(x!, w!, plan, attrs)];
  },
  interfaces: [
    ranged((op, [x]) => {
      const w = constantOf(op.operand(1));
      if (!w || !Conv.is(op)) return undefined;
      const padded = op.attrs.pads.some((p) => p > 0);
      return convRange(w, x!, op.attrs.groups, padded ? op.attrs.pad_value : undefined);
    }),
  ],
});

function convolve(
  x: Tensor,
  w: Tensor,
  plan: WindowPlan,
  {
    elem,
    groups,
    pad_value,
  }: { readonly elem: ElemType; readonly groups: number; readonly pad_value: number },
): Tensor {
  if (elemInfo(elem).widthBits > 53) throw new RangeError(`an accumulator of ${elem} is beyond 2^53`);
  const [xs, ws] = [numbers(x), numbers(w)];
  const [filters, kh, kw, perGroup] = w.shape as [number, number, number, number];
  const perFilter = kh * kw * perGroup;
  const filtersPerGroup = filters / groups;
  const out = new Float64Array(plan.batch * plan.outHeight * plan.outWidth * filters);
  const pads = new Float64Array(perGroup).fill(pad_value);
  walkWindow(plan, (p, tap, pixel) => {
    for (let o = 0; o < filters; o++) {
      const first = Math.floor(o / filtersPerGroup) * perGroup;
      const source = pixel < 0 ? pads : xs;
      const from = pixel < 0 ? 0 : pixel * plan.channels + first;
      const weight = o * perFilter + tap * perGroup;
      let sum = 0;
      for (let c = 0; c < perGroup; c++) sum += source[from + c]! * ws[weight + c]!;
      out[p * filters + o]! += sum;
    }
  });
  return tensorFrom(elem, [plan.batch, plan.outHeight, plan.outWidth, filters], out);
}

/** The exact interval of each filter, from the weights as they are; a tap may also see `padValue`. */
export function convRange(
  w: Tensor,
  x: IntegerRange,
  groups: number,
  padValue: number | undefined,
): IntegerRange {
  const ws = numbers(w);
  const [filters, kh, kw, perGroup] = w.shape as [number, number, number, number];
  const own = x.channels?.axis === 3 ? x.channels : undefined;
  const [lo, hi] = [new Float64Array(filters), new Float64Array(filters)];
  for (let o = 0; o < filters; o++) {
    const first = Math.floor(o / (filters / groups)) * perGroup;
    for (let i = 0; i < kh * kw * perGroup; i++) {
      const c = first + (i % perGroup);
      const weight = ws[o * kh * kw * perGroup + i]!;
      const least = Math.min(own ? own.lo[c]! : x.lo, padValue ?? Number.POSITIVE_INFINITY);
      const most = Math.max(own ? own.hi[c]! : x.hi, padValue ?? Number.NEGATIVE_INFINITY);
      lo[o]! += Math.min(weight * least, weight * most);
      hi[o]! += Math.max(weight * least, weight * most);
    }
  }
  return rangeOfChannels({ axis: 3, lo, hi });
}
