import { elemForRange, type Op, Ranged } from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import * as q from "@gatefold/dialect-q";
import { type Fact, type FlowFact, host } from "./fact.js";
import { formOf } from "./form.js";
import { alongLastAxis, type ImageWindow, imageWindow } from "./image.js";
import { ends, integerFunction } from "./integer-function.js";
import { integerInput } from "./matmul-rule.js";
import { reshapeBase } from "./movement.js";
import type { Site, StreamlineModel } from "./rule.js";

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
  const [range] = site.interfaces.get(made.op!.def, Ranged)!.range(made.op!, [x.range]);
  return { ...x, base, baseForm: form, shape, form, range: alongLastAxis(range!, shape.length) };
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

function lastLayout(op: Op, x: Fact | undefined): FlowFact | undefined {
  return op.attrs["layout"] === "channels_last" && x?.kind === "flow" && x.form.axis === x.shape.length - 1
    ? x
    : undefined;
}

/** `max(f(n)) = f(max(n))` for a function that never falls. */
function maxPool(op: Op, x: Fact | undefined, kernel: readonly number[], site: Site): Fact {
  const flow = lastLayout(op, x);
  if (!flow) return host(op, "its operand is not an image with its channels last on the device");
  if (!runsUp(flow))
    return host(op, "its operand falls where the integer rises", "quantize before the pooling");
  const window = imageWindow(op, flow, kernel);
  if ("kind" in window && window.kind === "host") return window;
  const w = window as ImageWindow;
  const image = reshapeBase(flow.base, w.imageShape, site);
  const made = q.MaxPool.build(site.graph, [image], attrsOf(w), {
    loc: op.loc,
    names: [op.results[0]?.name],
  });
  return pooled(op, flow, made, w, site);
}

/** `mean(s·n + b) = (s/k)·Σn + b` over windows of `k` pixels that all count. */
function averagePool(
  op: Op,
  x: Fact | undefined,
  kernel: readonly number[],
  countsPads: boolean,
  site: Site,
): Fact {
  const flow = lastLayout(op, x);
  if (!flow) return host(op, "its operand is not an image with its channels last on the device");
  const input = integerInput(op, flow, site);
  if (input.kind === "host") return input;
  const window = imageWindow(op, input, kernel);
  if ("kind" in window && window.kind === "host") return window;
  const w = window as ImageWindow;
  const { scale, bias } = input.affine!;
  if (w.pads.some((p) => p > 0) && (!countsPads || bias.some((b) => b !== 0))) {
    return host(
      op,
      "its windows at the border average fewer pixels",
      "pad before the pooling, or count the padding",
    );
  }
  const taps = w.kernel[0] * w.kernel[1];
  const partial = w.pads.some((p) => p > 0);
  const [lo, hi] = [input.range.lo * taps, input.range.hi * taps];
  const elem = partial ? elemForRange(Math.min(lo, 0), Math.max(hi, 0)) : elemForRange(lo, hi);
  const image = reshapeBase(input.base, w.imageShape, site);
  const made = q.SumPool.build(
    site.graph,
    [image],
    { ...attrsOf(w), elem },
    { loc: op.loc, names: [op.results[0]?.name] },
  );
  const affine = { scale: scale.map((s) => s / taps), bias };
  const flowOut = pooled(op, input, made, w, site);
  const { elem: kept } = op.result().type;
  return { ...flowOut, affine, expr: { kind: "decode", ...affine, form: flowOut.form, elem: kept } };
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
