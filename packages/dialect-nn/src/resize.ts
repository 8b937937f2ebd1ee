import {
  type AttrSpec,
  type AttrsOf,
  attr,
  defineOp,
  makeTensor,
  type OpDef,
  strides,
  type Tensor,
  tensor,
} from "@gatefold/core";
import { type OptionalInts, optionalInts } from "./attrs.js";
import { mapLanes } from "./lanes.js";
import { moveAxes } from "./move-axes.js";
import { axisOffsets } from "./tensors.js";
import { operandType, requireDomain, requireThat } from "./types.js";

const coordinateModes = [
  "half_pixel",
  "half_pixel_symmetric",
  "pytorch_half_pixel",
  "align_corners",
  "asymmetric",
] as const;
const nearestModes = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"] as const;

type OptionalFloats = AttrSpec<readonly number[] | undefined>;

type ResizeAttrs = {
  readonly scales: OptionalFloats;
  readonly sizes: OptionalInts;
  readonly coordinate_transformation_mode: AttrSpec<(typeof coordinateModes)[number]>;
};

const resizeAttrs: ResizeAttrs = {
  scales: attr.optional(attr.floats()),
  sizes: optionalInts,
  coordinate_transformation_mode: attr.oneOf(coordinateModes, "half_pixel"),
};

interface Axis {
  readonly size: number;
  readonly outSize: number;
  /** Where result position `j` stands on the operand's axis, clamped to it. */
  position(j: number): number;
}

/** One axis of a resize. (C1), (C2) of the resizing ops. */
function resizeAxes(shape: readonly number[], attrs: AttrsOf<ResizeAttrs>): Axis[] {
  const { scales, sizes, coordinate_transformation_mode: mode } = attrs;
  requireThat(
    scales !== undefined || sizes !== undefined,
    "C1",
    () => "neither `scales` nor `sizes` is given",
  );
  for (const list of [scales, sizes]) {
    requireThat(
      list === undefined || list.length === shape.length,
      "C1",
      () => `${list?.length} numbers do not fit rank ${shape.length}`,
    );
  }
  return shape.map((size, i) => {
    const wanted = sizes?.[i];
    const outSize = wanted === undefined ? Math.floor(size * scales![i]!) : wanted === -1 ? size : wanted;
    const scale = scales?.[i] ?? outSize / size;
    requireThat(scale > 0 && outSize >= 0, "C2", () => `scale ${scale} of axis ${i} is not positive`);
    // ONNX places by the length before it is rounded down.
    const length = scales ? size * scale : outSize;
    const half = (j: number): number => (j + 0.5) / scale - 0.5;
    const raw = (j: number): number => {
      if (mode === "asymmetric") return j / scale;
      if (mode === "align_corners") return length === 1 ? 0 : (j * (size - 1)) / (length - 1);
      if (mode === "pytorch_half_pixel" && outSize === 1) return 0;
      if (mode !== "half_pixel_symmetric") return half(j);
      return (size / 2) * (1 - outSize / (scale * size)) + half(j);
    };
    return { size, outSize, position: (j) => Math.min(Math.max(raw(j), 0), size - 1) };
  });
}

const nearest: Record<(typeof nearestModes)[number], (x: number) => number> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/**
 * Each axis stretched or shrunk; every element is the nearest one of `x`.
 *
 * - Attributes: `scales` (the result has `⌊size · scale⌋` elements) or `sizes` (−1 keeps an axis), for all axes; where
 *   both are given, `sizes` counts the elements and `scales` places them.
 * - Constraints: (C1) `scales` or `sizes` is given, with one number per axis; (C2) scales are positive.
 *
 * Source: ONNX Resize-19, mode nearest, without cropping; Upsample-9 is `asymmetric` and `floor`.
 */
export const Resize: OpDef<ResizeAttrs & { readonly nearest_mode: AttrSpec<(typeof nearestModes)[number]> }> =
  moveAxes(
    "nn.resize",
    "Each axis stretched or shrunk, to the nearest element.",
    { ...resizeAttrs, nearest_mode: attr.oneOf(nearestModes, "round_prefer_floor") },
    (shape, attrs) => {
      const steps = strides(shape);
      return resizeAxes(shape, attrs).map(({ size, outSize, position }, i) =>
        axisOffsets(outSize, steps[i]!, (j) => {
          return outSize === size ? j : Math.min(nearest[attrs.nearest_mode](position(j)), size - 1);
        }),
      );
    },
  );

/**
 * Each axis stretched or shrunk; elements are interpolated linearly, axis by axis.
 *
 * - Operand: `x`, real. Attributes and constraints as `nn.resize`, and (C3) `x` is real.
 *
 * Source: ONNX Resize-19, mode linear, without cropping and antialiasing.
 */
export const ResizeLinear: OpDef<ResizeAttrs> = defineOp<ResizeAttrs>({
  name: "nn.resize_linear",
  summary: "Each axis stretched or shrunk, interpolated linearly.",
  operands: ["x"],
  attrs: resizeAttrs,
  infer: ({ operands, attrs }) => {
    const x = operandType(operands, 0);
    requireDomain(x, "real", "C3", "x");
    return [
      tensor(
        x.elem,
        resizeAxes(x.shape, attrs).map((axis) => axis.outSize),
      ),
    ];
  },
  evaluate: ([x], attrs) => {
    const stretched = resizeAxes(x!.shape, attrs).reduce(interpolate, x!);
    return [makeTensor(x!.elem, stretched.shape, stretched.data)];
  },
});

function interpolate(x: Tensor, { size, outSize, position }: Axis, axis: number): Tensor {
  if (outSize === size) return x;
  const places = Array.from({ length: outSize }, (_, j) => position(j));
  return mapLanes(x, axis, outSize, (lane, out) => {
    places.forEach((place, j) => {
      const below = Math.floor(place);
      const above = Math.min(below + 1, size - 1);
      out[j] = lane[below]! + (lane[above]! - lane[below]!) * (place - below);
    });
  });
}
