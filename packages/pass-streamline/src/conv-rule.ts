import { makeTensor, numbers, type Op, product, type Tensor } from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import { unquantizedWeights } from "./diagnostics.js";
import { type AffineForm, type ConstantFact, type FlowFact, type HostFact, host, refused } from "./fact.js";
import { type ImageWindow, imageWindow } from "./image.js";
import { asTernary, imageFlow, integerConv, paddingCode } from "./integer-conv.js";
import { integerInput } from "./matmul-rule.js";
import { onLastAxis } from "./movement.js";
import type { Site, StreamlineModel } from "./rule.js";
import { at, spread } from "./spread.js";
import { integerWeights, scaleFactors } from "./weights.js";

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
    const window = imageWindow(op, input, w.tensor.shape.slice(2));
    if ("kind" in window) return [window];
    const x0 = zeroPadding === "ternary" ? asTernary(input, window, site) : input;
    return [convolve(op, x0, w, op.attrs, window, site)];
  },
});

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
  window: ImageWindow,
  site: Site,
): FlowFact | HostFact {
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
  const padValue = paddingCode(op, x, window);
  if (typeof padValue === "object") return padValue;
  const channelOf = (tapAndChannel: number, filter: number): number =>
    Math.floor(filter / (filters / attrs.group)) * perGroup + (tapAndChannel % perGroup);
  const integers = weights.codes.map(
    (k, i) => k * at(input.factors, channelOf(Math.floor(i / filters), i % filters)),
  );
  const made = integerConv(
    op,
    x,
    { integers, filters, perGroup, groups: attrs.group },
    { ...window, padValue },
    site,
  );
  if ("kind" in made) return made;
  const affine: AffineForm = {
    scale: weights.scale.map((c) => input.unit * c),
    bias: weights.scale.map((c, o) => {
      let sum = 0;
      for (let k = 0; k < integers.length / filters; k++)
        sum += at(bias, channelOf(k, o)) * weights.codes[k * filters + o]!;
      return c * sum + 0;
    }),
  };
  return imageFlow(op, made, window.rank, affine, site);
}
