import {
  Constant,
  type ElemType,
  elemForRange,
  type Op,
  Ranged,
  rangeOfType,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import * as q from "@gatefold/dialect-q";
import { codes } from "./expr.js";
import { type AffineForm, type Fact, type FlowFact, type HostFact, host } from "./fact.js";
import { formOf } from "./form.js";
import { alongLastAxis, type ImageWindow, imageWindow, type Sliding } from "./image.js";
import { ends, type IntegerFunction, integerFunction } from "./integer-function.js";
import { integerInput } from "./matmul-rule.js";
import { onLastAxis, reshapeBase } from "./movement.js";
import type { Site, StreamlineModel } from "./rule.js";
import { toCodesBy } from "./to-codes.js";

/** Rows and columns of the operand. */
const spatial = (op: Op): readonly number[] => op.operand(0).type.shape.slice(1, -1);

/** Whether a greater integer never gives a smaller value, in any channel. */
function runsUp(flow: FlowFact): boolean {
  if (flow.affine) return flow.affine.scale.every((s) => s > 0);
  if (!flow.monotone) return false;
  const { first, last } = ends(integerFunction(flow));
  return first.every((v, c) => v <= last[c]!);
}

/** The flow of a pooled image: the same function of another integer. */
function pooled(op: Op, x: FlowFact, made: FlowFact["base"], window: ImageWindow, site: Site): FlowFact {
  const { shape } = op.result().type;
  const base = window.rank === 3 ? reshapeBase(made, shape, site) : made;
  const form = formOf(shape, shape.length - 1);
  const { lo, hi, channels } = x.range;
  const along = channels?.axis === x.base.type.shape.length - 1 ? { ...channels, axis: 3 } : undefined;
  const input = along ? { lo, hi, channels: along } : { lo, hi };
  const others = made.op!.operands.slice(1).map((v) => rangeOfType(v.type));
  const [range] = site.interfaces.get(made.op!.def, Ranged)!.range(made.op!, [input, ...others]);
  const whole = alongLastAxis(range!, shape.length);
  return { ...x, base, baseForm: form, shape, form, range: whole, padding: undefined };
}

const attrsOf = ({
  kernel,
  strides,
  pads,
  dilations,
}: ImageWindow): Pick<ImageWindow, "kernel" | "strides" | "pads" | "dilations"> => ({
  kernel,
  strides,
  pads,
  dilations,
});

function lastLayout(op: Op, x: Fact | undefined, site: Site): FlowFact | undefined {
  return op.attrs["layout"] === "channels_last" && x?.kind === "flow" ? onLastAxis(x, site) : undefined;
}

/** Whether what stands outside of a padded image is never greater than what stands inside. */
function padsBelow(flow: FlowFact, value: number): boolean {
  const { first } = ends(integerFunction(flow.padding?.image ?? flow));
  return first.every((v) => value <= v);
}

/** Whether every window holds a pixel of the image. */
function holdsPixel({ kernel, strides, dilations, pads, imageShape }: ImageWindow): boolean {
  return [0, 1].every((axis) => {
    const [size, k, d] = [imageShape[axis + 1]!, kernel[axis]!, dilations[axis]!];
    const [before, after] = [pads[axis]!, pads[axis + 2]!];
    for (let at = -before; at + d * (k - 1) < size + after; at += strides[axis]!) {
      if (!Array.from({ length: k }, (_, i) => at + i * d).some((p) => p >= 0 && p < size)) return false;
    }
    return true;
  });
}

/** `max(f(n)) = f(max(n))` for a function that never falls. */
function maxPool(op: Op, x: Fact | undefined, kernel: readonly number[], site: Site): Fact {
  const flow = lastLayout(op, x, site);
  if (!flow) return host(op, "its operand is not an image with its channels last on the device");
  if (!runsUp(flow.padding?.image ?? flow))
    return host(op, "its operand falls where the integer rises", "quantize before the pooling");
  const w = imageWindow(op, flow, kernel);
  if ("kind" in w) return w;
  if (flow.padding && !padsBelow(flow, flow.padding.value))
    return host(
      op,
      `its padding of ${flow.padding.value} is greater than what the image may hold`,
      "pad inside the pooling, whose own padding does not count",
    );
  if (!holdsPixel(w)) return host(op, "a window of it lies in the padding alone", "pad less");
  const image = reshapeBase(flow.base, w.imageShape, site);
  const made = q.MaxPool.build(site.graph, [image], attrsOf(w), {
    loc: op.loc,
    names: [op.results[0]?.name],
  });
  return pooled(op, flow, made, w, site);
}

interface Sum {
  readonly kind: "sum";
  /** The sums, as integers. */
  readonly flow: FlowFact;
  /** Pixels of a window. */
  readonly taps: number;
  /** What one pixel stands for. */
  readonly pixel: AffineForm;
}

/** The integer sum of each window. `countsPads` says that a pixel of the padding counts as a 0. */
function sumWindows(
  op: Op,
  x: Fact | undefined,
  kernel: readonly number[],
  countsPads: boolean,
  site: Site,
  sliding?: Sliding,
): Sum | HostFact {
  const given = x?.kind === "flow" ? integerInput(op, x, site) : x;
  if (given?.kind === "host") return given;
  const input = lastLayout(op, given, site);
  if (!input) return host(op, "its operand is not an image with its channels last on the device");
  const w = imageWindow(op, input, kernel, sliding);
  if ("kind" in w) return w;
  const pixel = input.affine!;
  const bipolar = input.base.type.elem === "bipolar";
  const partial = w.pads.some((p) => p > 0);
  const uncounted =
    !countsPads || op.attrs["ceil_mode"] === true || bipolar || pixel.bias.some((b) => b !== 0);
  if (partial && uncounted) {
    return host(
      op,
      "its windows at the border average fewer pixels",
      "pad before the pooling, or count the padding",
    );
  }
  const taps = w.kernel[0] * w.kernel[1];
  const [lo, hi] = [input.range.lo * taps, input.range.hi * taps];
  const elem = partial ? elemForRange(Math.min(lo, 0), Math.max(hi, 0)) : elemForRange(lo, hi);
  const image = reshapeBase(input.base, w.imageShape, site);
  const init = { loc: op.loc, names: [op.results[0]?.name] };
  const made = bipolar
    ? sumOfBits(image, w, elem, op, site)
    : q.SumPool.build(site.graph, [image], { ...attrsOf(w), elem }, init);
  return { kind: "sum", flow: pooled(op, input, made, w, site), taps, pixel };
}

/** `mean(s·n + b) = (s·Σn)/k + b` over windows of `k` pixels that all count. */
function averagePool(
  op: Op,
  x: Fact | undefined,
  kernel: readonly number[],
  countsPads: boolean,
  site: Site,
): Fact {
  const sum = sumWindows(op, x, kernel, countsPads, site);
  if (sum.kind === "host") return sum;
  const { flow, taps, pixel } = sum;
  const { scale, bias } = pixel;
  const { elem } = op.result().type;
  const expr = { kind: "decode", scale, bias, divisor: taps, form: flow.form, elem } as const;
  return { ...flow, affine: { scale: scale.map((s) => s / taps), bias }, expr, monotone: true };
}

/** The sum of a window of bipolar codes, as a depthwise convolution with weights of 1. */
function sumOfBits(image: Value, w: ImageWindow, elem: ElemType, op: Op, site: Site): Value {
  const channels = image.type.shape[3]!;
  const ones = new Float64Array(channels * w.kernel[0] * w.kernel[1]).fill(1);
  const value = tensorFrom("bipolar", [channels, ...w.kernel, 1], ones);
  const weight = Constant.build(site.graph, [], { value }, { loc: op.loc });
  const { strides, pads, dilations } = w;
  const attrs = { elem, strides, pads, dilations, groups: channels };
  return q.Conv.build(site.graph, [image, weight], attrs, { loc: op.loc, names: [op.results[0]?.name] });
}

export const maxPoolRule: StreamlineModel = {
  mustLower: true,
  takesPadding: true,
  streamline: (op, [x], site) => (nn.MaxPool.is(op) ? [maxPool(op, x, op.attrs.kernel_shape, site)] : []),
};

export const averagePoolRule: StreamlineModel = {
  mustLower: true,
  takesPadding: false,
  streamline: (op, [x], site) =>
    nn.AveragePool.is(op)
      ? [averagePool(op, x, op.attrs.kernel_shape, op.attrs.count_include_pad, site)]
      : [],
};

/** A global pool is a window as large as the image. */
export const globalMaxPoolRule: StreamlineModel = {
  mustLower: true,
  takesPadding: false,
  streamline: (op, [x], site) => [maxPool(op, x, spatial(op), site)],
};

export const globalAveragePoolRule: StreamlineModel = {
  mustLower: true,
  takesPadding: false,
  streamline: (op, [x], site) => [averagePool(op, x, spatial(op), true, site)],
};

/** `⌊Σ / 2^s⌋` over windows of integers: a sum and thresholds, which are far apart and alike in all channels. */
export const quantAvgPoolRule: StreamlineModel = {
  mustLower: true,
  takesPadding: false,
  streamline(op, [x], site) {
    if (!nn.QuantAvgPool2d.is(op)) return [];
    const { kernel, ibits, obits } = op.attrs;
    const strides = [op.attrs.stride, op.attrs.stride];
    const sliding = { strides, pads: undefined, dilations: undefined, auto_pad: "NOTSET" } as const;
    const sum = sumWindows(op, x, [kernel, kernel], false, site, sliding);
    if (sum.kind === "host") return [sum];
    const { flow, pixel } = sum;
    if (pixel.scale.some((s) => s !== 1) || pixel.bias.some((b) => b !== 0))
      return [host(op, "it does not read integers", "pool the codes of a quantizer, before their scale")];
    const shift = 2 ** Math.max(0, Math.floor(Math.log2((2 ** ibits - 1) * kernel ** 2)) + 1 - obits);
    const floor = (n: number): number => Math.floor(n / shift);
    const integers: FlowFact = { ...flow, affine: pixel, monotone: true, uniform: true };
    const f: IntegerFunction = {
      ...integerFunction(integers),
      at: (levels) => Float64Array.from(levels, floor),
    };
    const made = toCodesBy(integers, f, elemForRange(floor(flow.range.lo), floor(flow.range.hi)), op, site);
    const { elem } = op.result().type;
    return [made.kind === "flow" ? { ...made, expr: codes(elem) } : made];
  },
};
