import { elemForRange, type Op, Ranged, sameShape } from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import * as q from "@gatefold/dialect-q";
import { ternaryCodes } from "./bipolar.js";
import { unlikeScales } from "./diagnostics.js";
import { elementwise } from "./elementwise.js";
import { type ConstantFact, type Fact, type FlowFact, host, refused } from "./fact.js";
import { formOf } from "./form.js";
import { integerInput } from "./matmul-rule.js";
import { onLastAxis, reshapeBase } from "./movement.js";
import type { Site, StreamlineModel } from "./rule.js";
import { at } from "./spread.js";

/** Integer factors up to here are worth an exact sum; a ratio that needs larger ones is no ratio that was meant. */
const factorLimit = 2 ** 16;

/**
 * The least integers `m`, `n` with `a = m·g`, `b = n·g` for one `g`, exactly; found by continued fractions.
 * `undefined` when the ratio is not rational within the limit.
 */
export function commonScale(
  a: number,
  b: number,
): { readonly m: number; readonly n: number; readonly unit: number } | undefined {
  const ratio = a / b;
  let [h, k] = [1, 0];
  let [h0, k0] = [0, 1];
  let x = Math.abs(ratio);
  for (let i = 0; i < 40; i++) {
    const whole = Math.floor(x);
    [h, h0] = [whole * h + h0, h];
    [k, k0] = [whole * k + k0, k];
    if (h > factorLimit || k > factorLimit || k === 0) return undefined;
    if (Math.abs(a) * k === Math.abs(b) * h && h > 0)
      return { m: Math.sign(a) * h, n: Math.sign(b) * k, unit: Math.abs(a) / h };
    if (x === whole) return undefined;
    x = 1 / (x - whole);
  }
  return undefined;
}

/**
 * `(a·x + b) + (c·y + d) = g·(m·x + n·y) + (b + d)` with `a = m·g`, `c = n·g`: two streams of different scales meet in
 * one exact integer sum when the ratio of the scales is rational; a power of two is a shift.
 *
 * A sum with a constant, or of two functions of one stream, is elementwise. A difference is a sum with `−c`.
 */
export const addRule: StreamlineModel = joinRule(1);
export const subRule: StreamlineModel = joinRule(-1);

function joinRule(sign: 1 | -1): StreamlineModel {
  return {
    mustLower: false,
    takesPadding: false,
    streamline(op, operands, site) {
      const device = operands.filter(
        (f): f is FlowFact | ConstantFact => f.kind === "flow" || f.kind === "constant",
      );
      const [x, y] = device.filter((f): f is FlowFact => f.kind === "flow");
      if (!x || !y || x.base === y.base)
        return [elementwise(op, site.interfaces.get(op.def, nn.Elementwise)!, device, site)];
      return [join(op, x, y, sign, site)];
    },
  };
}

function join(op: Op, first: FlowFact, second: FlowFact, sign: 1 | -1, site: Site): Fact {
  if (!sameShape(first.shape, second.shape))
    return host(op, `it adds shapes [${first.shape}] and [${second.shape}]`, "add images of one shape");
  const integers: FlowFact[] = [];
  for (const flow of [first, second]) {
    const given = integerInput(op, flow, site);
    if (given.kind === "host") return given;
    const along = onLastAxis(given, site);
    if (!along)
      return host(op, "a branch has a scale or bias that is not one a channel", "quantize each branch");
    // An adder reads two's complement, not −1 and +1 in one bit.
    const bipolar = along.base.type.elem === "bipolar";
    integers.push(bipolar ? { ...along, base: ternaryCodes(along.base, site) } : along);
  }
  const [x, y] = integers as [FlowFact, FlowFact];
  const [a, c] = [oneScale(x), oneScale(y)];
  if (a === undefined || c === undefined)
    return host(op, "a branch has one scale a channel", "quantize each branch with one scale");
  const common = commonScale(a, sign * c);
  if (!common) return refused(op, unlikeScales(op, a, c));
  const { m, n, unit } = common;
  const inputs = [x, y].map((f) => reshapeBase(f.base, f.shape, site));
  const ranges = [x, y].map(({ base, range }, i) =>
    base === inputs[i] ? range : { lo: range.lo, hi: range.hi },
  );
  const wide = q.Add.build(site.graph, inputs, { elem: "i53", m, n });
  const [range] = site.interfaces.get(q.Add, Ranged)!.range(wide.op!, ranges);
  const elem = elemForRange(range!.lo, range!.hi);
  const base = q.Add.build(site.graph, inputs, { elem, m, n }, { loc: op.loc, names: [op.results[0]?.name] });
  const count = Math.max(x.affine!.bias.length, y.affine!.bias.length);
  const bias = Float64Array.from(
    { length: count },
    (_, i) => at(x.affine!.bias, i) + sign * at(y.affine!.bias, i),
  );
  const affine = { scale: Float64Array.of(unit), bias };
  const form = formOf(x.shape, x.shape.length - 1);
  const { elem: kept } = op.result().type;
  return {
    kind: "flow",
    base,
    baseForm: form,
    range: range!,
    expr: { kind: "decode", ...affine, form, elem: kept },
    shape: x.shape,
    form,
    affine,
    monotone: true,
    uniform: bias.every((b) => b === bias[0]),
  };
}

function oneScale(flow: FlowFact): number | undefined {
  const { scale } = flow.affine!;
  return scale.every((s) => s === scale[0]) ? scale[0] : undefined;
}
