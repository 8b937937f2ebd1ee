import {
  allocate,
  attr,
  defineOp,
  InferError,
  makeTensor,
  numbers,
  type OpDef,
  product,
  strides,
  type Tensor,
  type TensorData,
  tensor,
} from "@gatefold/core";
import type { IntAttr, IntsAttr } from "./attrs.js";
import { frontPosition } from "./positions.js";
import { axisOffsets, outerIndex, pick } from "./tensors.js";
import { Movement } from "./traits.js";
import { frontAxis, joinElems, operandType, requireDomain, requireThat } from "./types.js";

/** Sizes of tensors laid end to end. (C1), (C3) of `nn.concat`. */
function concatShape(shapes: readonly (readonly number[])[], axis: number): number[] {
  const [first] = shapes;
  if (!first) throw new InferError("(C1): there is no operand");
  const at = frontAxis(axis, first.length, "C1");
  for (const shape of shapes) {
    const fits = shape.length === first.length && shape.every((d, i) => i === at || d === first[i]);
    requireThat(fits, "C3", () => `[${first}] and [${shape}] differ in more than axis ${at}`);
  }
  return first.map((d, i) => (i === at ? shapes.reduce((sum, s) => sum + s[at]!, 0) : d));
}

/**
 * The operands laid end to end along `axis`.
 *
 * - Operands: `xs`, one or more, equal in shape but for `axis`.
 * - Constraints: (C1) there is an operand, and `axis` is one of its axes; (C2) one element type; (C3) the shapes
 *   agree but for `axis`.
 *
 * Source: ONNX Concat-13.
 */
export const Concat: OpDef<{ readonly axis: IntAttr }> = defineOp({
  name: "nn.concat",
  summary: "The operands laid end to end along an axis.",
  operands: ["xs*"],
  attrs: { axis: attr.int() },
  infer: ({ operands, attrs }) => [
    tensor(
      joinElems(operands, "C2"),
      concatShape(
        operands.map((type) => type.shape),
        attrs.axis,
      ),
    ),
  ],
  evaluate: (operands, attrs) => {
    const shape = concatShape(
      operands.map((t) => t.shape),
      attrs.axis,
    );
    const elem = joinElems(operands, "C2");
    const at = frontAxis(attrs.axis, shape.length, "C1");
    const out: TensorData = allocate(elem, product(shape));
    const runs = operands.map((t) => product(t.shape.slice(at)));
    for (let o = 0, to = 0; o < product(shape.slice(0, at)); o++) {
      operands.forEach((t, i) => {
        const part = t.data.subarray(o * runs[i]!, (o + 1) * runs[i]!);
        (out as Float64Array).set(part as Float64Array, to);
        to += runs[i]!;
      });
    }
    return [makeTensor(elem, shape, out)];
  },
  interfaces: [Movement.of({ movesOnly: true })],
});

type SplitAttrs = { readonly axis: IntAttr; readonly split: IntsAttr };

/**
 * Parts of `split[i]` elements along `axis`, one result each.
 *
 * - Constraints: (C1) `axis` is an axis of `x`; (C2) `split` adds up to its size.
 *
 * Source: ONNX Split-18, with the sizes constant and named.
 */
export const Split: OpDef<SplitAttrs> = defineOp<SplitAttrs>({
  name: "nn.split",
  summary: "Parts of a tensor along an axis.",
  operands: ["x"],
  attrs: { axis: attr.int(0), split: attr.ints() },
  infer: ({ operands, attrs }) => {
    const x = operandType(operands, 0);
    return splitShapes(x.shape, attrs).map((shape) => tensor(x.elem, shape));
  },
  evaluate: ([x], attrs) => {
    const axis = frontAxis(attrs.axis, x!.shape.length, "C1");
    const steps = strides(x!.shape);
    let first = 0;
    return splitShapes(x!.shape, attrs).map((shape) => {
      const from = first;
      first += shape[axis]!;
      const offsets = shape.map((d, i) => axisOffsets(d, steps[i]!, (j) => (i === axis ? from + j : j)));
      return pick(x!, shape, outerIndex(offsets));
    });
  },
  interfaces: [Movement.of({ movesOnly: true })],
});

function splitShapes(
  shape: readonly number[],
  { axis, split }: { readonly axis: number; readonly split: readonly number[] },
): number[][] {
  const at = frontAxis(axis, shape.length, "C1");
  const total = split.reduce((sum, d) => sum + d, 0);
  requireThat(
    split.every((d) => d >= 0) && total === shape[at],
    "C2",
    () => `parts [${split}] do not add up to ${shape[at]}`,
  );
  return split.map((part) => shape.map((d, i) => (i === at ? part : d)));
}

/**
 * The slices of `x` at positions `indices` along `axis`; negative positions count from the end.
 *
 * - Operands: `x`; `indices`, integers of any shape.
 * - Result: the shape of `x` with `axis` replaced by the shape of `indices`.
 * - Constraints: (C1) `axis` is an axis of `x`; (C2) `indices` are integers. A position outside the axis throws when
 *   evaluated.
 *
 * Movement of `x` only: `indices` says where to, and no element of it is in the result.
 * Source: ONNX Gather-13.
 */
export const Gather: OpDef<{ readonly axis: IntAttr }> = defineOp({
  name: "nn.gather",
  summary: "The slices at given positions along an axis.",
  operands: ["x", "indices"],
  attrs: { axis: attr.int(0) },
  infer: ({ operands, attrs }) => {
    const [x, indices] = [operandType(operands, 0), operandType(operands, 1)];
    requireDomain(indices, "integer", "C2", "indices");
    const axis = frontAxis(attrs.axis, x.shape.length, "C1");
    return [tensor(x.elem, x.shape.toSpliced(axis, 1, ...indices.shape))];
  },
  evaluate: ([x, indices], attrs) => {
    const axis = frontAxis(attrs.axis, x!.shape.length, "C1");
    return [gather(x!, indices!, axis)];
  },
  interfaces: [Movement.of({ movesOnly: true })],
});

function gather(x: Tensor, indices: Tensor, axis: number): Tensor {
  const size = x.shape[axis]!;
  const steps = strides(x.shape);
  const wanted = numbers(indices);
  const offsets = x.shape.map((d, i) =>
    i !== axis
      ? axisOffsets(d, steps[i]!, (j) => j)
      : axisOffsets(wanted.length, steps[i]!, (j) => frontPosition(wanted[j]!, size)),
  );
  return pick(x, x.shape.toSpliced(axis, 1, ...indices.shape), outerIndex(offsets));
}
