import {
  Constant,
  elemForRange,
  type IntegerRange,
  isInt,
  type Op,
  reshaped,
  type Value,
} from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import * as q from "@gatefold/dialect-q";
import { ternaryCodes } from "./bipolar.js";
import { bipolarPadding, wideAccumulator } from "./diagnostics.js";
import { codes } from "./expr.js";
import { type AffineForm, type FlowFact, type HostFact, host, refused } from "./fact.js";
import { formOf } from "./form.js";
import { alongLastAxis, type ImageWindow, padCode } from "./image.js";
import { accumulatorBits, bitsOf, worstCase } from "./matmul-rule.js";
import { reshapeBase } from "./movement.js";
import type { Site } from "./rule.js";
import { weightRows } from "./weights.js";

/** Weights of an integer convolution: `[taps · perGroup, filters]`, taps first, then the channels of a group. */
export interface IntegerFilters {
  readonly integers: Float64Array;
  readonly filters: number;
  /** Channels that a filter reads. */
  readonly perGroup: number;
  readonly groups: number;
}

/** Where a window pads, and with what real value. */
type Padded = Pick<ImageWindow, "pads" | "padValue">;

/** An integer image and the range of each of its channels. */
export interface IntegerImage {
  readonly value: Value;
  readonly range: IntegerRange;
}

/** A bipolar image that a window pads with 0, as ternary codes; any other as it is. */
export function asTernary(x: FlowFact, { pads, padValue }: Padded, site: Site): FlowFact {
  const needed =
    x.base.type.elem === "bipolar" &&
    pads.some((p) => p > 0) &&
    padValue === 0 &&
    x.affine!.bias.every((b) => b === 0);
  if (!needed) return x;
  const image = { ...x, base: ternaryCodes(x.base, site) };
  return x.padding
    ? { ...image, padding: { ...x.padding, image: { ...x.padding.image, base: image.base } } }
    : image;
}

/** The code that stands outside the image; 0 where the window stays inside. */
export function paddingCode(op: Op, x: FlowFact, { pads, padValue }: Padded): number | HostFact {
  if (pads.every((p) => p === 0)) return 0;
  const code = padCode(x, padValue);
  if (code !== undefined) return code;
  if (x.base.type.elem === "bipolar")
    return refused(op, bipolarPadding(op, padValue, !nn.ConvTranspose.is(op)));
  return host(
    op,
    `its padding of ${padValue} is no code of its input`,
    "pad with a value that the input's quantizer can give",
  );
}

/**
 * A `q.conv` with an accumulator as narrow as the weights allow, noted as a layer. `padValue` is a code.
 *
 * Which hardware groups of channels become is a question of the rate, so it is not decided here.
 */
export function integerConv(
  op: Op,
  x: FlowFact,
  { integers, filters, perGroup, groups }: IntegerFilters,
  window: Omit<ImageWindow, "rank">,
  site: Site,
): IntegerImage | HostFact {
  const { kernel, pads, padValue, strides, dilations } = window;
  const rows = weightRows(integers, integers.length / filters, filters);
  const weights = reshaped(rows, [filters, ...kernel, perGroup]);
  const image = reshapeBase(x.base, window.imageShape, site);
  const padded = pads.some((p) => p > 0);
  const seen = channelRangeOn(x, image === x.base);
  const range = q.convRange(weights, seen, groups, padded ? padValue : undefined);
  const widthBits = bitsOf(range.lo, range.hi);
  if (widthBits > accumulatorBits) return refused(op, wideAccumulator(op, widthBits));
  const elem = elemForRange(range.lo, range.hi);
  const value = q.Conv.build(
    site.graph,
    [image, Constant.build(site.graph, [], { value: weights }, { loc: op.loc })],
    { elem, strides, pads, dilations, groups, pad_value: padValue },
    { loc: op.loc, names: [op.results[0]?.name] },
  );
  const [frames, height, width] = value.type.shape as [number, number, number];
  const worst = worstCase(x.base.type.elem, rows.elem, rows.shape[1]!);
  site.layers.push({
    kind: "conv",
    loc: op.loc,
    macs: rows.data.length * frames * height * width,
    weightCount: rows.data.length,
    weightElem: rows.elem,
    inputElem: x.base.type.elem,
    accumulatorElem: elem,
    ...(worst === undefined ? {} : { worstCaseAccumulatorElem: worst }),
  });
  return { value, range };
}

/** The input's range with its channels along the image's last axis. */
function channelRangeOn(x: FlowFact, sameShape: boolean): FlowFact["range"] {
  const { lo, hi, channels } = x.range;
  return sameShape && channels ? { lo, hi, channels } : { lo, hi };
}

/** The flow of an accumulator image, in the rank that the network gives it. */
export function imageFlow(
  op: Op,
  { value, range }: IntegerImage,
  rank: 3 | 4,
  affine: AffineForm,
  site: Site,
): FlowFact {
  const { shape, elem } = op.result().type;
  const base = rank === 3 ? reshapeBase(value, shape, site) : value;
  const form = formOf(shape, shape.length - 1);
  return {
    kind: "flow",
    base,
    baseForm: form,
    range: alongLastAxis(range, shape.length),
    expr: isInt(elem) ? codes(elem) : { kind: "decode", ...affine, form, elem },
    shape,
    form,
    affine,
    monotone: true,
    uniform:
      affine.scale.every((s) => s === affine.scale[0]) && affine.bias.every((b) => b === affine.bias[0]),
  };
}
