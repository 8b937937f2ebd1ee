import {
  type Graph,
  type InterfaceTable,
  numbers,
  type Op,
  product,
  Return,
  type Tensor,
  type Value,
} from "@gatefold/core";
import {
  Add,
  Affine,
  ArgMax,
  Concat,
  Conv,
  Lookup,
  MatMul,
  MaxPool,
  planWindow,
  Reshape,
  Slice,
  SumPool,
  Threshold,
  Upsample,
} from "@gatefold/dialect-q";
import { ExecKernel } from "../kernel.js";
import { naturalStorage } from "../storage.js";
import { countable, storable } from "./channelwise.js";
import type { Facts } from "./ranges.js";
import { windowsHoldPixels } from "./window.js";

/** Who computes an op: a built-in kernel, nobody (a reshape), the op's own kernel or its `evaluate`. */
export type Route = { readonly by: "tile" | "alias" } | { readonly by: "op"; readonly why: string };

const size = (value: Value): number => product(value.type.shape);
const whole = (tensor: Tensor): boolean => numbers(tensor).every((v: number) => Number.isInteger(v));

/** Why the built-in kernel of an op does not cover this use of it; `undefined` when it does. */
function obstacle(op: Op, facts: Facts): string | undefined {
  const constant = (i: number): Tensor | undefined => facts.get(op.operand(i))!.constant;
  if ([op.operand(0), ...(Concat.is(op) ? op.operands : []), ...op.results].some((v) => size(v) === 0))
    return "an empty tensor";
  const result = facts.get(op.result())!;
  if (MatMul.is(op) || Conv.is(op)) return constant(1) ? undefined : "weights are not constant";
  if (ArgMax.is(op) || SumPool.is(op) || Slice.is(op) || Upsample.is(op)) return undefined;
  if (Concat.is(op)) return op.operands.some((_, i) => constant(i)) ? "an operand is constant" : undefined;
  if (MaxPool.is(op)) {
    const plan = planWindow(op.operand(0).type.shape, op.attrs.kernel as [number, number], op.attrs);
    return windowsHoldPixels(plan, op.attrs) ? undefined : "a window holds no pixel";
  }
  if (Threshold.is(op)) {
    const thresholds = constant(1);
    if (!thresholds) return "thresholds are not constant";
    if (!result.proven) return `the count may leave ${op.attrs.elem}`;
    return countable(thresholds) ? undefined : "thresholds do not ascend";
  }
  if (Lookup.is(op)) {
    const table = constant(1);
    if (!table) return "the table is not constant";
    if (naturalStorage(op.attrs.elem) === "f64") return `entries of ${op.attrs.elem}`;
    const last = op.attrs.lo + table.shape[1]! - 1;
    if (op.attrs.lo < -(2 ** 31) || last >= 2 ** 31) return "the table's codes are beyond 32 bits";
    return storable(table, op.attrs.elem, result.range!)
      ? undefined
      : `an entry is not a value of ${op.attrs.elem}`;
  }
  if (Affine.is(op)) {
    const [a, b] = [constant(1), constant(2)];
    if (!a || !b) return "parameters are not constant";
    return whole(a) && whole(b) ? undefined : "parameters are not integers";
  }
  if (Add.is(op)) {
    const full = op.operands.every((v, i) => constant(i) !== undefined || size(v) === size(op.result()));
    return full ? undefined : "a computed operand is broadcast";
  }
  return "no kernel";
}

/** The route of every op of a graph that is neither constant nor `return`. */
export function routes(graph: Graph, facts: Facts, interfaces: InterfaceTable): Map<Op, Route> {
  const out = new Map<Op, Route>();
  for (const op of graph.ops()) {
    if (Return.is(op) || op.results.every((r) => facts.get(r)!.constant !== undefined)) continue;
    if (interfaces.get(op.def, ExecKernel)) {
      out.set(op, { by: "op", why: "its own kernel does not cover this use" });
    } else if (Reshape.is(op)) {
      out.set(op, { by: "alias" });
    } else {
      const why = obstacle(op, facts);
      out.set(op, why === undefined ? { by: "tile" } : { by: "op", why });
    }
  }
  return out;
}

/** Whether every element is −1 or +1, as the element type's name promises but a sum or a stranger may not keep. */
export function isBipolar(value: Value, facts: Facts): boolean {
  if (value.type.elem !== "bipolar") return false;
  const nonZero = (tensor: Tensor): boolean => numbers(tensor).every((v: number) => v === 1 || v === -1);
  const { constant } = facts.get(value)!;
  if (constant) return nonZero(constant);
  const { op } = value;
  if (!op) return true;
  if (Reshape.is(op) || MaxPool.is(op) || Concat.is(op) || Slice.is(op) || Upsample.is(op))
    return op.operands.every((v) => isBipolar(v, facts));
  if (Lookup.is(op)) {
    const table = facts.get(op.operand(1))!.constant;
    return table !== undefined && nonZero(table);
  }
  return Threshold.is(op);
}

/** The only reader of a value, when it can work on the tile where the value lies. */
export function follower(routes: ReadonlyMap<Op, Route>, value: Value): Op | undefined {
  const reader = value.onlyReader;
  if (!reader || routes.get(reader)?.by !== "tile" || reader.operand(0) !== value) return undefined;
  return Affine.is(reader) || Threshold.is(reader) || Lookup.is(reader) || ArgMax.is(reader)
    ? reader
    : undefined;
}
