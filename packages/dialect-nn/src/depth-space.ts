import { type AttrSchema, type AttrsOf, attr, defineOp, type OpDef, reshaped, tensor } from "@gatefold/core";
import { type IntAttr, type Layout, type LayoutAttr, layoutAttr } from "./attrs.js";
import { transposed } from "./tensors.js";
import { Movement } from "./traits.js";
import { layoutPermutations, operandType, requireRank, requireThat } from "./types.js";

/** An op that parts axes, orders the parts by `perm`, and joins them again. */
interface Shuffle {
  readonly parts: readonly number[];
  readonly perm: readonly number[];
  readonly shape: readonly number[];
}

/** Attributes of a shuffle; every one knows both layouts. */
type ShuffleAttrs = AttrSchema & { readonly layout: LayoutAttr };

/** Defines a shuffle of `x` `<N x C x H x W>`, or channels last; `plan` sees channels first. (C1) `x` has 4 axes. */
function shuffle<const S extends ShuffleAttrs>(
  name: string,
  summary: string,
  schema: S,
  plan: (shape: readonly number[], attrs: AttrsOf<S>) => Shuffle,
): OpDef<S> {
  return defineOp<S>({
    name,
    summary,
    operands: ["x"],
    attrs: schema,
    infer: ({ operands, attrs }) => {
      const x = operandType(operands, 0);
      requireRank(x, 4, 4, "C1", "x");
      const { toFirst, back } = layoutPermutations(4, attrs["layout"] as Layout);
      const { shape } = plan(
        toFirst.map((axis) => x.shape[axis]!),
        attrs,
      );
      return [
        tensor(
          x.elem,
          back.map((axis) => shape[axis]!),
        ),
      ];
    },
    evaluate: ([x], attrs) => {
      const { toFirst, back } = layoutPermutations(4, attrs["layout"] as Layout);
      const first = transposed(x!, toFirst);
      const { parts, perm, shape } = plan(first.shape, attrs);
      return [transposed(reshaped(transposed(reshaped(first, parts), perm), shape), back)];
    },
    interfaces: [Movement.of({ movesOnly: true })],
  });
}

type DepthToSpaceAttrs = {
  readonly blocksize: IntAttr;
  readonly mode: ReturnType<typeof attr.oneOf<"DCR" | "CRD">>;
  readonly layout: LayoutAttr;
};

/**
 * Channels laid out as blocks of `blocksize × blocksize` pixels.
 *
 * - Operand: `x` `<N x C x H x W>`. Result: `<N x C/b² x H·b x W·b>`. Both channels last with that `layout`.
 * - Channels count depth first, then columns, then rows (`DCR`), or columns, rows, depth (`CRD`), as ONNX names them.
 * - Constraints: (C1) `x` has 4 axes; (C2) `b²` divides C.
 *
 * Source: ONNX DepthToSpace-13.
 */
export const DepthToSpace: OpDef<DepthToSpaceAttrs> = shuffle<DepthToSpaceAttrs>(
  "nn.depth_to_space",
  "Channels laid out as blocks of pixels.",
  { blocksize: attr.int(), mode: attr.oneOf(["DCR", "CRD"], "DCR"), layout: layoutAttr },
  (shape, { blocksize: b, mode }) => {
    const [n, c, h, w] = shape as [number, number, number, number];
    requireThat(b >= 1 && c % b ** 2 === 0, "C2", () => `${b}² does not divide ${c} channels`);
    const depth = c / b ** 2;
    const blockFirst = mode === "DCR";
    return {
      parts: blockFirst ? [n, b, b, depth, h, w] : [n, depth, b, b, h, w],
      perm: blockFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3],
      shape: [n, depth, h * b, w * b],
    };
  },
);

/**
 * Blocks of `blocksize × blocksize` pixels laid out as channels: the inverse of `nn.depth_to_space` in mode DCR.
 *
 * - Operand: `x` `<N x C x H x W>`. Result: `<N x C·b² x H/b x W/b>`. Both channels last with that `layout`.
 * - Constraints: (C1) `x` has 4 axes; (C2) `b` divides H and W.
 *
 * Source: ONNX SpaceToDepth-13.
 */
export const SpaceToDepth: OpDef<{ readonly blocksize: IntAttr; readonly layout: LayoutAttr }> = shuffle(
  "nn.space_to_depth",
  "Blocks of pixels laid out as channels.",
  { blocksize: attr.int(), layout: layoutAttr },
  (shape, { blocksize: b }) => {
    const [n, c, h, w] = shape as [number, number, number, number];
    requireThat(b >= 1 && h % b === 0 && w % b === 0, "C2", () => `${b} does not divide ${h} and ${w}`);
    return {
      parts: [n, c, h / b, b, w / b, b],
      perm: [0, 3, 5, 1, 2, 4],
      shape: [n, c * b ** 2, h / b, w / b],
    };
  },
);
