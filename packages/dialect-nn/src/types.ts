import {
  broadcastShapes,
  type ElemType,
  elemInfo,
  InferError,
  isFloat,
  type Tensor,
  type TensorType,
  tensor,
  type ValueType,
} from "@gatefold/core";
import type { Layout } from "./attrs.js";

/** Ends type inference with the constraint's label and the reason. */
export function reject(label: string, reason: string): never {
  throw new InferError(`(${label}): ${reason}`);
}

export function requireThat(holds: boolean, label: string, reason: () => string): void {
  if (!holds) reject(label, reason());
}

/** What elements an operand may have. */
export type Domain = "real" | "number" | "integer" | "unsigned" | "bool" | "any";

const domainWords: Readonly<Record<Domain, string>> = {
  real: "real",
  number: "a number",
  integer: "an integer",
  unsigned: "an unsigned integer",
  bool: "bool",
  any: "any",
};

/** Rejects an operand outside of the domain; `bool` counts as no number. */
export function requireDomain(type: ValueType, domain: Domain, label: string, name: string): void {
  const fits =
    domain === "any" ||
    (domain === "real" && isFloat(type.elem)) ||
    (domain === "number" && type.elem !== "bool") ||
    (domain === "integer" && type.elem !== "bool" && !isFloat(type.elem)) ||
    (domain === "unsigned" && type.elem.startsWith("u")) ||
    (domain === "bool" && type.elem === "bool");
  requireThat(fits, label, () => `\`${name}\` is ${type.elem}, not ${domainWords[domain]}`);
}

const floatOrder: readonly ElemType[] = ["f16", "bf16", "f32", "f64"];

/** One element type for all: equal, or all real, of which the widest counts. */
export function joinElems(types: readonly { readonly elem: ElemType }[], label: string): ElemType {
  const elems = [...new Set(types.map((t) => t.elem))];
  const [first] = elems;
  if (first === undefined) return reject(label, "there is no operand");
  if (elems.length === 1) return first;
  if (!elems.every(isFloat)) return reject(label, `operands of types ${elems.join(" and ")} do not mix`);
  const halves = elems.filter((e) => elemInfo(e).widthBits === 16);
  const widest = elems.reduce((a, b) => (floatOrder.indexOf(a) >= floatOrder.indexOf(b) ? a : b));
  return halves.length === 2 && widest === "bf16" ? "f32" : widest;
}

/** The result type of operands that broadcast. */
export function broadcastType(types: readonly ValueType[], elem: ElemType, label: string): TensorType {
  const shape = broadcastShapes(...types.map((t) => t.shape));
  if (!shape) return reject(label, `shapes ${types.map((t) => `[${t.shape}]`).join(", ")} do not broadcast`);
  return tensor(elem, shape);
}

/** An axis counted from the front. Throws when it is outside `−rank … rank−1`. */
export function frontAxis(axis: number, rank: number, label: string): number {
  const front = axis < 0 ? axis + rank : axis;
  if (front < 0 || front >= rank) reject(label, `axis ${axis} is outside a tensor of rank ${rank}`);
  return front;
}

/** Axes counted from the front, in the order given. Throws on one that stands twice. */
export function frontAxes(axes: readonly number[], rank: number, label: string): number[] {
  const front = axes.map((axis) => frontAxis(axis, rank, label));
  requireThat(new Set(front).size === front.length, label, () => `axes [${axes}] name one axis twice`);
  return front;
}

export function requireRank(type: ValueType, least: number, most: number, label: string, name: string): void {
  const rank = type.shape.length;
  requireThat(
    rank >= least && rank <= most,
    label,
    () => `\`${name}\` has rank ${rank}, not ${least === most ? least : `${least} to ${most}`}`,
  );
}

/** The type of operand `index`; throws when the op was given fewer. */
export function operandType(operands: readonly ValueType[], index: number): ValueType {
  return operands[index] ?? reject("arity", `operand ${index} is missing`);
}

/** The channel axis of a tensor of `rank` axes, batch first. */
export function channelAxis(layout: Layout, rank: number): number {
  return layout === "channels_last" ? rank - 1 : 1;
}

/** Sizes of the axes between batch and channels. */
export function spatialShape(shape: readonly number[], layout: Layout): number[] {
  return layout === "channels_last" ? shape.slice(1, -1) : shape.slice(2);
}

/** Batch, channels and spatial sizes in the order of `layout`. */
export function layoutShape(
  batch: number,
  channels: number,
  spatial: readonly number[],
  layout: Layout,
): number[] {
  return layout === "channels_last" ? [batch, ...spatial, channels] : [batch, channels, ...spatial];
}

/** The permutation that brings a tensor of `layout` to channels-first, and the one back. */
export function layoutPermutations(rank: number, layout: Layout): { toFirst: number[]; back: number[] } {
  const axes = Array.from({ length: rank }, (_, i) => i);
  if (layout === "channels_first" || rank < 3) return { toFirst: axes, back: axes };
  return { toFirst: [0, rank - 1, ...axes.slice(1, -1)], back: [0, ...axes.slice(2), 1] };
}

/** Whether every element of a constant fits `test`; `false` when the operand is no constant. */
export function everyElement(source: Tensor | undefined, test: (v: number) => boolean): boolean {
  return source !== undefined && Array.from(source.data as Float64Array, Number).every(test);
}
