import { type Op, sameShape } from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import * as q from "@gatefold/dialect-q";
import { type Fact, type FlowFact, host } from "./fact.js";
import { formOf } from "./form.js";
import { onLastAxis, reshapeBase } from "./movement.js";
import type { Site, StreamlineModel } from "./rule.js";
import { at } from "./spread.js";

/** Channels of a flow that become, or come from, the pixels of a block. */
interface Shuffled {
  readonly base: FlowFact["base"];
  readonly range: FlowFact["range"];
  /** For each channel of the result, all those of the operand that it takes elements from. */
  readonly sources: readonly (readonly number[])[];
}

/** Channels laid out as pixels: integers move, as long as the channels of a block are one function. */
export const depthToSpaceRule: StreamlineModel = shuffleRule((op, base, range, site) => {
  if (!nn.DepthToSpace.is(op)) throw new TypeError(`\`${op.def.name}\` is no depth to space`);
  const { blocksize, mode } = op.attrs;
  const init = { loc: op.loc, names: [op.results[0]?.name] };
  const made = q.DepthToSpace.build(site.graph, [base], { block: [blocksize, blocksize], mode }, init);
  const [count, places] = [made.type.shape[3]!, blocksize ** 2];
  const sources = Array.from({ length: count }, (_, d) =>
    Array.from({ length: places }, (_, place) => q.blockChannel(mode, count, places, place, d)),
  );
  return { base: made, range: q.blockRange(range, mode, places), sources };
});

/** Pixels laid out as channels: integers move. */
export const spaceToDepthRule: StreamlineModel = shuffleRule((op, base, range, site) => {
  if (!nn.SpaceToDepth.is(op)) throw new TypeError(`\`${op.def.name}\` is no space to depth`);
  const { blocksize } = op.attrs;
  const init = { loc: op.loc, names: [op.results[0]?.name] };
  const made = q.SpaceToDepth.build(site.graph, [base], { block: [blocksize, blocksize] }, init);
  const count = base.type.shape[3]!;
  const sources = Array.from({ length: made.type.shape[3]! }, (_, c) => [c % count]);
  return { base: made, range: { lo: range.lo, hi: range.hi }, sources };
});

function shuffleRule(
  build: (op: Op, base: FlowFact["base"], range: FlowFact["range"], site: Site) => Shuffled,
): StreamlineModel {
  return {
    mustLower: false,
    takesPadding: false,
    streamline(op, [x], site) {
      if (x?.kind !== "flow") return [host(op, "its operand is not on the device")];
      if (op.attrs["layout"] !== "channels_last")
        return [host(op, "its channels do not stand last", "run the pass `channels-last` before")];
      const flow = onLastAxis(x, site);
      if (!flow) return [host(op, "its operand has functions that are not one a channel", "quantize before")];
      const image = reshapeBase(flow.base, flow.shape, site);
      const aligned = flow.range.channels?.axis === 3 && image === flow.base;
      const range = aligned ? flow.range : { lo: flow.range.lo, hi: flow.range.hi };
      return [shuffled(op, flow, build(op, image, range, site))];
    },
  };
}

/** The flow of the moved integers, where all that become one channel are one function. */
function shuffled(op: Op, flow: FlowFact, { base, range, sources }: Shuffled): Fact {
  const { shape } = op.result().type;
  const form = formOf(shape, 3);
  const moved = { ...flow, base, baseForm: form, range, shape, form };
  if (!sameShape(shape, base.type.shape)) throw new Error("blocks of pixels have another shape");
  if (flow.uniform) {
    const whole = flow.affine && { scale: flow.affine.scale.slice(0, 1), bias: flow.affine.bias.slice(0, 1) };
    if (flow.expr.kind === "codes") return { ...moved, affine: whole };
    const inner = { ...flow.form, channels: 1 };
    const expr = {
      kind: "move",
      inner: flow.expr,
      from: inner,
      baseShape: base.type.shape,
      shape,
    } as const;
    return { ...moved, affine: whole, expr };
  }
  const { affine } = flow;
  const alike = (values: Float64Array): boolean =>
    sources.every((all) => all.every((c) => at(values, c) === at(values, all[0]!)));
  if (!affine || !alike(affine.scale) || !alike(affine.bias))
    return host(op, "it lays channels of different functions out as one", "quantize before it");
  const own = {
    scale: Float64Array.from(sources, ([c]) => at(affine.scale, c!)),
    bias: Float64Array.from(sources, ([c]) => at(affine.bias, c!)),
  };
  const expr = { kind: "decode", ...own, form, elem: op.result().type.elem } as const;
  return { ...moved, affine: own, expr, monotone: true };
}
