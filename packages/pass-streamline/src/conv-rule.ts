import {
  Constant,
  type ElemType,
  elemForRange,
  elemInfo,
  isInt,
  makeTensor,
  numbers,
  type Op,
  product,
  reshaped,
  type Tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import * as q from "@gatefold/dialect-q";
import { ternaryCodes } from "./bipolar.js";
import { bipolarPadding, unquantizedWeights, wideAccumulator } from "./diagnostics.js";
import { codes } from "./expr.js";
import { type AffineForm, type ConstantFact, type FlowFact, type HostFact, host, refused } from "./fact.js";
import { formOf } from "./form.js";
import { alongLastAxis, type ImageWindow, imageWindow, padCode } from "./image.js";
import { accumulatorBits, bitsOf, integerInput, worstCase } from "./matmul-rule.js";
import { onLastAxis, reshapeBase } from "./movement.js";
import type { Site, StreamlineModel } from "./rule.js";
import { at, spread } from "./spread.js";
import { integerWeights, scaleFactors, weightRows } from "./weights.js";

/**
 * A convolution of two scaled integers is an integer convolution with a scale and a bias a filter, as for the matrix
 * product. Where the window leaves the image it reads the code of the padding, so that the bias is the same at
 * every position: `s·n₀ + b` is the real padding value.
 *
 * Channels stand last already. Source: as `matmulRule`; padding, Fraser et al., PARMA-DITAM 2017.
 */
export const convRule = (zeroPadding: "error" | "ternary" = "error"): StreamlineModel => ({
  mustLower: true,
  takesPadding: true,
  streamline(op, [x, w], site) {
    if (!nn.Conv.is(op)) return [];
    if (x?.kind !== "flow") return [host(op, "its first operand is not an activation")];
    if (w?.kind !== "constant")
      return [host(op, "its weights are not constant", "give it weights from the model")];
    if (op.operands.length > 2)
      return [host(op, "it has a bias of its own", "run the pass `expand-conv-bias` before")];
    if (op.attrs.layout !== "channels_last")
      return [host(op, "its channels do not stand last", "run the pass `channels-last` before")];
    const integers = integerInput(op, x, site);
    if (integers.kind === "host") return [integers];
    const input = onLastAxis(integers, site);
    if (!input)
      return [
        host(op, "its input has a scale or bias that is not one a channel", "use one a channel, or one"),
      ];
    return [
      convolve(op, zeroPadding === "ternary" ? asTernary(op, input, w, site) : input, w, op.attrs, site),
    ];
  },
});

/** A bipolar image that the window pads with 0, as ternary codes; any other as it is. */
function asTernary(op: Op, x: FlowFact, w: ConstantFact, site: Site): FlowFact {
  const window = imageWindow(op, x, w.tensor.shape.slice(2));
  const needed =
    x.base.type.elem === "bipolar" &&
    !("kind" in window) &&
    window.pads.some((p) => p > 0) &&
    window.padValue === 0 &&
    x.affine!.bias.every((b) => b === 0);
  if (!needed) return x;
  const image = { ...x, base: ternaryCodes(x.base, site) };
  return x.padding
    ? { ...image, padding: { ...x.padding, image: { ...x.padding.image, base: image.base } } }
    : image;
}

/** Filters `[O, C, …kernel]` as a matrix `[…kernel · C, O]`, taps first, then channels: the order of the window. */
function filterMatrix(w: ConstantFact): ConstantFact {
  const [filters, channels, ...kernel] = w.tensor.shape as [number, number, ...number[]];
  const taps = product(kernel);
  const turn = (t: Tensor): Tensor => {
    const values = numbers(t);
    const out = new Float64Array(values.length);
    for (let o = 0; o < filters; o++) {
      for (let c = 0; c < channels; c++) {
        for (let k = 0; k < taps; k++)
          out[(k * channels + c) * filters + o] = values[(o * channels + c) * taps + k]!;
      }
    }
    return makeTensor("f64", [taps * channels, filters], out);
  };
  if (!w.scaled) return { kind: "constant", tensor: turn(w.tensor) };
  const { codes: stored, scale } = w.scaled;
  const full = makeTensor("f64", stored.shape, spread(scale, stored.shape)!);
  return { kind: "constant", tensor: turn(w.tensor), scaled: { codes: turn(stored), scale: turn(full) } };
}

function convolve(
  op: Op,
  x: FlowFact,
  w: ConstantFact,
  attrs: { readonly group: number },
  site: Site,
): FlowFact | HostFact {
  const window = imageWindow(op, x, w.tensor.shape.slice(2));
  if ("kind" in window) return window;
  const weights = integerWeights(filterMatrix(w));
  if (!weights) return refused(op, unquantizedWeights(op));
  const [filters, perGroup] = w.tensor.shape as [number, number];
  const { scale, bias } = x.affine!;
  const input = scaleFactors(scale);
  if (!input)
    return host(
      op,
      "its input channels have scales that are no integer multiples of each other",
      "train with one activation scale a tensor",
    );
  const padded = window.pads.some((p) => p > 0);
  const padValue = padded ? padCode(x, window.padValue) : 0;
  if (padValue === undefined) {
    if (x.base.type.elem === "bipolar") return refused(op, bipolarPadding(op, window.padValue));
    return host(
      op,
      `its padding of ${window.padValue} is no code of its input`,
      "pad with a value that the input's quantizer can give",
    );
  }
  const channelOf = (tapAndChannel: number, filter: number): number =>
    Math.floor(filter / (filters / attrs.group)) * perGroup + (tapAndChannel % perGroup);
  const integers = weights.codes.map(
    (k, i) => k * at(input.factors, channelOf(Math.floor(i / filters), i % filters)),
  );
  const rows = weightRows(integers, integers.length / filters, filters);
  const [kh, kw] = window.kernel;
  const kernel = reshaped(rows, [filters, kh, kw, perGroup]);
  const image = reshapeBase(x.base, window.imageShape, site);
  const range = q.convRange(
    kernel,
    channelRangeOn(x, image === x.base),
    attrs.group,
    padded ? padValue : undefined,
  );
  const widthBits = bitsOf(range.lo, range.hi);
  if (widthBits > accumulatorBits) return refused(op, wideAccumulator(op, widthBits));
  const elem = elemForRange(range.lo, range.hi);
  const made = integerConv(
    image,
    kernel,
    {
      elem,
      strides: window.strides,
      pads: window.pads,
      dilations: window.dilations,
      groups: attrs.group,
      pad_value: padValue,
    },
    op,
    site,
  );
  const pixels = made.type.shape[1]! * made.type.shape[2]! * made.type.shape[0]!;
  const worst = worstCase(x.base.type.elem, rows.elem, rows.shape[1]!);
  site.layers.push({
    kind: "conv",
    loc: op.loc,
    macs: rows.data.length * pixels,
    weightCount: rows.data.length,
    weightElem: rows.elem,
    inputElem: x.base.type.elem,
    accumulatorElem: elem,
    ...(worst === undefined ? {} : { worstCaseAccumulatorElem: worst }),
  });
  const affine: AffineForm = {
    scale: weights.scale.map((c) => input.unit * c),
    bias: weights.scale.map((c, o) => {
      let sum = 0;
      for (let k = 0; k < integers.length / filters; k++)
        sum += at(bias, channelOf(k, o)) * weights.codes[k * filters + o]!;
      return c * sum + 0;
    }),
  };
  return imageFlow(op, made, window, affine, range, site);
}

type ConvAttrs = Parameters<typeof q.Conv.build>[2] & { readonly groups: number; readonly elem: ElemType };

/**
 * One `q.conv` where hardware has a kernel for it: all channels in one group, or each in its own. Other groups are
 * convolutions of some of the channels side by side; groups of one channel with several filters each are one
 * convolution with weights of 0.
 */
function integerConv(image: Value, kernel: Tensor, attrs: ConvAttrs, op: Op, site: Site): Value {
  const [filters, kh, kw, perGroup] = kernel.shape as [number, number, number, number];
  const { groups } = attrs;
  const [channels, share] = [perGroup * groups, filters / groups];
  const init = { loc: op.loc, names: [op.results[0]?.name] };
  const conv = (x: Value, w: Tensor, count: number): Value =>
    q.Conv.build(
      site.graph,
      [x, Constant.build(site.graph, [], { value: w }, { loc: op.loc })],
      { ...attrs, groups: count },
      init,
    );
  if (groups === 1 || (perGroup === 1 && share === 1)) return conv(image, kernel, groups);
  const values = numbers(kernel);
  const size = kh * kw * perGroup;
  if (perGroup === 1) {
    const wide = new Float64Array(values.length * channels);
    values.forEach((v, i) => {
      wide[i * channels + Math.floor(i / (size * share))] = v;
    });
    const { min, max } = elemInfo(kernel.elem === "bipolar" ? "i2" : kernel.elem);
    return conv(image, tensorFrom(elemForRange(Math.min(min, 0), max), [filters, kh, kw, channels], wide), 1);
  }
  const parts = Array.from({ length: groups }, (_, g) => {
    const part = values.slice(g * share * size, (g + 1) * share * size);
    const x = q.Slice.build(site.graph, [image], { first: g * perGroup, count: perGroup }, { loc: op.loc });
    return conv(x, tensorFrom(kernel.elem, [share, kh, kw, perGroup], part), 1);
  });
  return q.Concat.build(site.graph, parts, {}, init);
}

/** The input's range with its channels along the image's last axis. */
function channelRangeOn(x: FlowFact, sameShape: boolean): FlowFact["range"] {
  const { lo, hi, channels } = x.range;
  return sameShape && channels ? { lo, hi, channels } : { lo, hi };
}

/** The flow of an accumulator image, in the rank that the network gives it. */
function imageFlow(
  op: Op,
  made: Value,
  window: ImageWindow,
  affine: AffineForm,
  range: FlowFact["range"],
  site: Site,
): FlowFact {
  const { shape, elem } = op.result().type;
  const base = window.rank === 3 ? reshapeBase(made, shape, site) : made;
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
