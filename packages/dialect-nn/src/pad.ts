import { attr, defineOp, makeTensor, type OpDef, strides, type Tensor, tensor } from "@gatefold/core";
import type { IntsAttr } from "./attrs.js";
import { axisOffsets, outerIndex, storageLike } from "./tensors.js";
import { Movement } from "./traits.js";
import { operandType, requireThat } from "./types.js";

type PadMode = "constant" | "reflect" | "edge" | "wrap";
type PadAttrs = { readonly pads: IntsAttr; readonly mode: ReturnType<typeof attr.oneOf<PadMode>> };

/** Where position `at` of the padded axis reads, `at` counted from the first element; −1 is the padding value. */
function source(at: number, size: number, mode: PadMode): number {
  if (at >= 0 && at < size) return at;
  if (mode === "constant") return -1;
  if (mode === "edge") return at < 0 ? 0 : size - 1;
  if (mode === "wrap") return ((at % size) + size) % size;
  // Reflection repeats with period 2·(size − 1) and does not repeat the edges.
  const period = Math.max(1, 2 * (size - 1));
  const phase = ((at % period) + period) % period;
  return phase < size ? phase : period - phase;
}

/** For each axis of the padded tensor, where its positions read. (C1), (C2) of `nn.pad`. */
function offsets(
  shape: readonly number[],
  { pads, mode }: { readonly pads: readonly number[]; readonly mode: PadMode },
): Int32Array[] {
  const rank = shape.length;
  requireThat(pads.length === 2 * rank, "C1", () => `\`pads\` has ${pads.length} numbers, not ${2 * rank}`);
  const steps = strides(shape);
  return shape.map((size, i) => {
    const [begin, end] = [pads[i]!, pads[i + rank]!];
    const length = size + begin + end;
    requireThat(
      length >= 0 && (size > 0 || length === 0 || mode === "constant"),
      "C2",
      () => `pads ${begin} and ${end} do not fit an axis of ${size} elements`,
    );
    return axisOffsets(length, steps[i]!, (j) => source(j - begin, size, mode));
  });
}

/**
 * Adds elements at the ends of the axes, or takes them away where `pads` is negative.
 *
 * - Operands: `x`; `value`, one element, in mode `constant` only.
 * - Attributes: `pads`, all begins, then all ends; `mode`: `constant` puts `value`, `edge` repeats the last element,
 *   `reflect` mirrors without the edge, `wrap` starts again from the other end.
 * - Constraints: (C1) `pads` has two numbers per axis; (C2) no axis becomes shorter than nothing; (C3) `value` is
 *   there in mode `constant` and in no other, has one element and the type of `x`.
 *
 * Movement: every element is one of `x`, or `value`. Source: ONNX Pad-19, with pads constant and for all axes.
 */
export const Pad: OpDef<PadAttrs> = defineOp<PadAttrs>({
  name: "nn.pad",
  summary: "Adds elements at the ends of the axes.",
  operands: ["x", "value?"],
  attrs: { pads: attr.ints(), mode: attr.oneOf(["constant", "reflect", "edge", "wrap"], "constant") },
  infer: ({ operands, attrs }) => {
    const x = operandType(operands, 0);
    const value = operands[1];
    requireThat(
      (value !== undefined) === (attrs.mode === "constant"),
      "C3",
      () => `mode ${attrs.mode} takes ${value ? "no" : "a"} \`value\``,
    );
    requireThat(
      !value || (value.elem === x.elem && value.shape.every((d) => d === 1)),
      "C3",
      () => `\`value\` is not one element of ${x.elem}`,
    );
    return [
      tensor(
        x.elem,
        offsets(x.shape, attrs).map((axis) => axis.length),
      ),
    ];
  },
  evaluate: ([x, value], attrs) => [pad(x!, value, attrs)],
  interfaces: [Movement.of({ movesOnly: true })],
});

function pad(
  x: Tensor,
  value: Tensor | undefined,
  attrs: { readonly pads: readonly number[]; readonly mode: PadMode },
): Tensor {
  const axes = offsets(x.shape, attrs);
  const index = outerIndex(axes);
  const [data, fill] = [x.data as Float64Array, value?.data[0] as number];
  // The wider of the two storages, so that a value computed in float64 is not cut to the operand's float32.
  const wider = value && value.data.BYTES_PER_ELEMENT > data.BYTES_PER_ELEMENT ? value.data : x.data;
  const out = storageLike(wider, index.length) as Float64Array;
  for (let i = 0; i < index.length; i++) out[i] = index[i]! < 0 ? fill : data[index[i]!]!;
  return makeTensor(
    x.elem,
    axes.map((axis) => axis.length),
    out,
  );
}
