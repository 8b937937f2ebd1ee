import { evaluateOp, makeTensor, numbers, type Op, product } from "@gatefold/core";
import * as q from "@gatefold/dialect-q";
import { host } from "./fact.js";
import { formOf } from "./form.js";
import { alongLastAxis } from "./image.js";
import { onLastAxis, reshapeBase } from "./movement.js";
import type { StreamlineModel } from "./rule.js";

/**
 * A nearest-neighbour resize that repeats every pixel a whole number of times is an upsampling of the integers. Which
 * pixel stands where the op's own evaluator says, so that every mode of coordinates and rounding that gives just
 * that is taken.
 */
export const resizeRule: StreamlineModel = {
  mustLower: false,
  takesPadding: false,
  streamline(op, [x], site) {
    if (x?.kind !== "flow") return [host(op, "its operand is not on the device")];
    const flow = onLastAxis(x, site);
    if (!flow) return [host(op, "its operand has functions that are not one a channel", "quantize before")];
    const scales = repeats(op);
    if (!scales)
      return [
        host(
          op,
          "it does not repeat each pixel a whole number of times",
          "resize rows and columns by whole numbers, nearest, asymmetric, rounding down",
        ),
      ];
    const { shape } = op.result().type;
    const [n, ...rest] = flow.shape as [number, ...number[]];
    const signal = flow.shape.length === 3;
    const image = reshapeBase(flow.base, signal ? [n, 1, ...rest] : flow.shape, site);
    const init = { loc: op.loc, names: [op.results[0]?.name] };
    const made = q.Upsample.build(site.graph, [image], { scales }, init);
    const kept = flow.range.channels?.axis === flow.base.type.shape.length - 1;
    const range = kept ? alongLastAxis(flow.range, shape.length) : { lo: flow.range.lo, hi: flow.range.hi };
    const form = formOf(shape, shape.length - 1);
    return [{ ...flow, base: reshapeBase(made, shape, site), baseForm: form, range, shape, form }];
  },
};

/** How often a resize of `<N x H x W x C>` or `<N x L x C>` repeats rows and columns; `undefined` when it does not. */
function repeats(op: Op): readonly [number, number] | undefined {
  const [from, to] = [op.operand(0).type.shape, op.result().type.shape];
  const last = from.length - 1;
  if ((last !== 2 && last !== 3) || from[0] !== to[0] || from[last] !== to[last]) return undefined;
  const each = to.map((d, i) => d / from[i]!);
  if (!each.every((s) => Number.isInteger(s) && s >= 1)) return undefined;
  const iota = Int32Array.from({ length: product(from) }, (_, i) => i);
  const source = numbers(evaluateOp(op, [makeTensor("i32", from, iota)])[0]!);
  for (let i = 0; i < source.length; i++) {
    let [rest, flat, step] = [i, 0, 1];
    for (let d = last; d >= 0; d--) {
      flat += Math.floor((rest % to[d]!) / each[d]!) * step;
      step *= from[d]!;
      rest = Math.floor(rest / to[d]!);
    }
    if (source[i] !== flat) return undefined;
  }
  return last === 2 ? [1, each[1]!] : [each[1]!, each[2]!];
}
