import {
  Constant,
  elemForRange,
  makeTensor,
  numbers,
  type Op,
  product,
  rangeOfChannels,
  type Tensor,
  tensorFrom,
} from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import * as q from "@gatefold/dialect-q";
import { unquantizedWeights } from "./diagnostics.js";
import { type ConstantFact, type FlowFact, type HostFact, host, refused } from "./fact.js";
import { padCode } from "./image.js";
import { asTernary, type IntegerImage, imageFlow, integerConv, paddingCode } from "./integer-conv.js";
import { integerInput } from "./matmul-rule.js";
import { onLastAxis, reshapeBase } from "./movement.js";
import type { Site, StreamlineModel } from "./rule.js";
import { at, spread } from "./spread.js";
import { type SubPixelAxis, subPixelAxis } from "./sub-pixels.js";
import { integerWeights, scaleFactors } from "./weights.js";

/**
 * A transposed convolution of two scaled integers is an integer convolution over its input with stride 1, whose
 * channels are the `s·t` results that one window gives, laid out as a block of pixels.
 *
 * Exact: result `y` reads the inputs `i` with `i·s + k·d = y + p`; all results of a block read one window, and a weight
 * of 0 stands where a result does not read. The other form, an image with `s − 1` zeros between the pixels, would slide
 * the whole kernel over `s·t` times as many pixels, nearly all of them zeros: as many more cycles at the same folding.
 * Nor do zeros come between the pixels of a bipolar image; only its padding can ask for them.
 *
 * Where a real 0 is not the integer 0, results of a block read it as often as the others have taps more, as if it stood
 * between the pixels: an integer a channel, so that all results of a filter keep one scale and bias.
 *
 * Source: sub-pixel convolution, Shi et al., "Is the deconvolution layer the same as a convolutional layer?",
 * arXiv:1609.07009.
 */
export const convTransposeRule = (zeroPadding: "error" | "ternary" = "error"): StreamlineModel => ({
  mustLower: true,
  takesPadding: false,
  streamline(op, [x, w], site) {
    if (!nn.ConvTranspose.is(op)) return [];
    if (x?.kind !== "flow") return [host(op, "its first operand is not an activation")];
    if (w?.kind !== "constant")
      return [host(op, "its weights are not constant", "give it weights from the model")];
    if (op.operands.length > 2)
      return [host(op, "it has a bias of its own", "run the pass `expand-conv-bias` before")];
    if (op.attrs.layout !== "channels_last")
      return [host(op, "its channels do not stand last", "run the pass `channels-last` before")];
    const rank = x.shape.length;
    if (rank !== 3 && rank !== 4)
      return [host(op, `it has ${rank - 2} spatial axes`, "use one or two spatial axes")];
    const integers = integerInput(op, x, site);
    if (integers.kind === "host") return [integers];
    const input = onLastAxis(integers, site);
    if (!input)
      return [
        host(op, "its input has a scale or bias that is not one a channel", "use one a channel, or one"),
      ];
    return [transposeConv(op, rank, input, w, op.attrs.group, zeroPadding, site)];
  },
});

/** Weights `[C, O/groups, …kernel]` as a matrix `[…kernel · C/groups, O]`, taps first, then channels. */
function filterMatrix(w: ConstantFact, groups: number): ConstantFact {
  const [channels, share, ...kernel] = w.tensor.shape as [number, number, ...number[]];
  const [perGroup, filters, taps] = [channels / groups, share * groups, product(kernel)];
  const turn = (t: Tensor): Tensor => {
    const values = numbers(t);
    const out = new Float64Array(values.length);
    for (let c = 0; c < channels; c++) {
      for (let j = 0; j < share; j++) {
        const o = Math.floor(c / perGroup) * share + j;
        for (let k = 0; k < taps; k++)
          out[(k * perGroup + (c % perGroup)) * filters + o] = values[(c * share + j) * taps + k]!;
      }
    }
    return makeTensor("f64", [taps * perGroup, filters], out);
  };
  if (!w.scaled) return { kind: "constant", tensor: turn(w.tensor) };
  const { codes, scale } = w.scaled;
  const full = makeTensor("f64", codes.shape, spread(scale, codes.shape)!);
  return { kind: "constant", tensor: turn(w.tensor), scaled: { codes: turn(codes), scale: turn(full) } };
}

function transposeConv(
  op: Op,
  rank: 3 | 4,
  from: FlowFact,
  w: ConstantFact,
  groups: number,
  zeroPadding: "error" | "ternary",
  site: Site,
): FlowFact | HostFact {
  const weights = integerWeights(filterMatrix(w, groups));
  if (!weights) return refused(op, unquantizedWeights(op));
  const axes = nn.convTransposeAxes(op);
  const one: nn.WindowAxis = {
    size: 1,
    kernel: 1,
    stride: 1,
    dilation: 1,
    padBegin: 0,
    padEnd: 0,
    outSize: 1,
  };
  const two = rank === 3 ? [one, axes[0]!] : axes;
  const [rows, columns] = two.map(subPixelAxis) as [SubPixelAxis, SubPixelAxis];
  const pads = [rows.padBegin, columns.padBegin, rows.padEnd, columns.padEnd] as const;
  const x = zeroPadding === "ternary" ? asTernary(from, { pads, padValue: 0 }, site) : from;
  const code = paddingCode(op, x, { pads, padValue: 0 });
  if (typeof code === "object") return code;
  const { scale, bias } = x.affine!;
  const input = scaleFactors(scale);
  if (!input)
    return host(
      op,
      "its input channels have scales that are no integer multiples of each other",
      "train with one activation scale a tensor",
    );
  const zero = bias.every((b) => b === 0) ? 0 : padCode(x, 0);
  if (zero === undefined)
    return host(
      op,
      "a real 0 is no code of its input",
      "quantize its input with a zero point that is a code",
    );
  const filters = weights.scale.length;
  const perGroup = x.shape.at(-1)! / groups;
  const channelOf = (tapAndChannel: number, o: number): number =>
    Math.floor(o / (filters / groups)) * perGroup + (tapAndChannel % perGroup);
  const integers = weights.codes.map(
    (k, i) => k * at(input.factors, channelOf(Math.floor(i / filters), i % filters)),
  );
  // Filters of one group may stand in any order; those of several stay with their group.
  const mode: q.BlockMode = groups === 1 ? "DCR" : "CRD";
  const block = phases(integers, { filters, perGroup, mode, kernelWidth: two[1]!.kernel, rows, columns });
  const conv = integerConv(
    op,
    x,
    { integers: block.integers, filters: block.filters, perGroup, groups },
    {
      imageShape: rank === 3 ? [x.shape[0]!, 1, ...x.shape.slice(1)] : x.shape,
      kernel: [rows.taps, columns.taps],
      strides: [1, 1],
      dilations: [rows.dilation, columns.dilation],
      pads,
      padValue: code,
    },
    site,
  );
  if ("kind" in conv) return conv;
  const image = layOut(op, offset(op, conv, block.missing, zero, site), rows, columns, mode, site);
  const affine = {
    scale: weights.scale.map((c) => input.unit * c),
    bias: weights.scale.map((c, o) => {
      let sum = 0;
      for (let k = 0; k < integers.length / filters; k++)
        sum += at(bias, channelOf(k, o)) * weights.codes[k * filters + o]!;
      return c * sum + 0;
    }),
  };
  return imageFlow(op, image, rank, affine, site);
}

interface Phases {
  /** `[taps · perGroup, filters]`. */
  readonly integers: Float64Array;
  readonly filters: number;
  /** For each filter, the sum of the weights that its phase does not read. */
  readonly missing: Float64Array;
}

/** The weights of each result of a block, as filters of one convolution. */
function phases(
  integers: Float64Array,
  at: {
    readonly filters: number;
    readonly perGroup: number;
    readonly mode: q.BlockMode;
    readonly kernelWidth: number;
    readonly rows: SubPixelAxis;
    readonly columns: SubPixelAxis;
  },
): Phases {
  const { filters, perGroup, mode, kernelWidth, rows, columns } = at;
  const places = rows.phases * columns.phases;
  const count = filters * places;
  const out = new Float64Array(rows.taps * columns.taps * perGroup * count);
  const missing = new Float64Array(count);
  for (let i = 0; i < integers.length; i++) {
    const [o, row] = [i % filters, Math.floor(i / filters)];
    const [c, k] = [row % perGroup, Math.floor(row / perGroup)];
    for (let place = 0; place < places; place++) {
      const v = rows.tapOf(Math.floor(place / columns.phases), Math.floor(k / kernelWidth));
      const u = columns.tapOf(place % columns.phases, k % kernelWidth);
      const filter = q.blockChannel(mode, filters, places, place, o);
      if (v === undefined || u === undefined) missing[filter]! += integers[i]!;
      else out[((v * columns.taps + u) * perGroup + c) * count + filter] = integers[i]!;
    }
  }
  return { integers: out, filters: count, missing };
}

/** Adds what the missing taps would read from the code of a real 0; as it is where that is 0. */
function offset(op: Op, image: IntegerImage, missing: Float64Array, zero: number, site: Site): IntegerImage {
  const added = missing.map((m) => m * zero + 0);
  if (added.every((v) => v === 0)) return image;
  const channels = image.range.channels!;
  const [lo, hi] = [channels.lo, channels.hi].map((v) => v.map((e, i) => e + added[i]!));
  const range = rangeOfChannels({ axis: 3, lo: lo!, hi: hi! });
  const constant = (values: Float64Array): IntegerImage["value"] => {
    const elem = elemForRange(Math.min(0, ...values), Math.max(1, ...values));
    return Constant.build(
      site.graph,
      [],
      { value: tensorFrom(elem, [values.length], values) },
      { loc: op.loc },
    );
  };
  const operands = [image.value, constant(Float64Array.of(1)), constant(added)];
  const value = q.Affine.build(
    site.graph,
    operands,
    { elem: elemForRange(range.lo, range.hi), axis: -1 },
    { loc: op.loc },
  );
  return { value, range };
}

/** Channels as blocks of pixels, without those that the network does not have. */
function layOut(
  op: Op,
  image: IntegerImage,
  rows: SubPixelAxis,
  columns: SubPixelAxis,
  mode: q.BlockMode,
  site: Site,
): IntegerImage {
  const block = [rows.phases, columns.phases];
  const margins = [rows.first, columns.first, rows.last, columns.last];
  const init = { loc: op.loc, names: [op.results[0]?.name] };
  let { value, range } = image;
  if (product(block) > 1) {
    value = q.DepthToSpace.build(site.graph, [value], { block, mode }, init);
    range = q.blockRange(range, mode, product(block));
  }
  if (margins.some((m) => m > 0)) value = q.Crop.build(site.graph, [value], { margins }, init);
  return { value: reshapeBase(value, value.type.shape, site), range };
}
