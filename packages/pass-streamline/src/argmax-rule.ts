import type { Op } from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import * as q from "@gatefold/dialect-q";
import { codesFlow, type Fact, type FlowFact, host } from "./fact.js";
import { reshapeBase } from "./movement.js";
import type { Site, StreamlineModel } from "./rule.js";

/** `argmax(a·n + b) = argmax(n)` for one `a > 0` and one `b`: the class needs no scale. */
function sameOrder({ affine }: FlowFact): boolean {
  if (!affine) return false;
  const [scale, bias] = [affine.scale[0]!, affine.bias[0]!];
  return scale > 0 && affine.scale.every((s) => s === scale) && affine.bias.every((b) => b === bias);
}

function choose(op: Op, x: Fact | undefined, keepDims: boolean, site: Site): Fact {
  if (x?.kind !== "flow") return host(op, "its operand is not on the device");
  if (!sameOrder(x)) return host(op, "its classes have different scales or biases");
  const value = q.ArgMax.build(
    site.graph,
    [reshapeBase(x.base, x.shape, site)],
    { keep_dims: true },
    { loc: op.loc, names: [op.results.at(-1)?.name] },
  );
  site.layers.push({ kind: "argmax", loc: op.loc });
  const kept = value.type.shape;
  const shape = keepDims ? kept : kept.slice(0, -1);
  const range = { lo: 0, hi: x.shape.at(-1)! - 1 };
  return codesFlow(reshapeBase(value, shape, site), range, "i64");
}

const lastAxis = (axis: number, rank: number): boolean => axis === -1 || axis === rank - 1;

/** ArgMax along the last axis. */
export const argmaxRule: StreamlineModel = {
  mustLower: false,
  streamline(op, [x], site) {
    if (!nn.ArgMax.is(op)) return [];
    const { axis, keepdims, select_last_index } = op.attrs;
    if (!lastAxis(axis, op.operand(0).type.shape.length) || select_last_index) {
      return [host(op, "it is not the first greatest along the last axis")];
    }
    return [choose(op, x, keepdims, site)];
  },
};

/** TopK with k = 1 along the last axis; the value stays on the host. */
export const topKRule: StreamlineModel = {
  mustLower: false,
  streamline(op, [x], site) {
    if (!nn.TopK.is(op)) return [];
    const { axis, k, largest } = op.attrs;
    const fits =
      k === 1 && largest && lastAxis(axis, op.operand(0).type.shape.length) && op.result(0).uses.length === 0;
    if (!fits) return op.results.map(() => host(op, "it is not the class of the greatest value alone"));
    return [host(op, "the greatest value itself is not on the device"), choose(op, x, true, site)];
  },
};
