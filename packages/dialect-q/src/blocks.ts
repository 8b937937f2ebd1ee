import {
  type AttrSpec,
  attr,
  defineOp,
  InferError,
  type IntegerRange,
  isInt,
  makeTensor,
  type OpDef,
  rangeOfChannels,
  type Tensor,
  tensor,
  type ValueType,
} from "@gatefold/core";
import { ranged } from "./ranged.js";

/** Where a channel of a block of pixels stands: blocks outermost (row, column, depth), or depth outermost. */
export type BlockMode = "DCR" | "CRD";
type BlockAttr = AttrSpec<readonly number[]>;

/** `[N, H, W, C]` of an integer image and a block of two positive numbers, or an `InferError`. */
function imageAndBlock(
  operands: readonly ValueType[],
  block: readonly number[],
): readonly [number, number, number, number] {
  const x = operands[0]!;
  if (!isInt(x.elem) || x.shape.length !== 4)
    throw new InferError("(C1) `x` is not an integer N x H x W x C");
  if (block.length !== 2 || block.some((b) => b < 1))
    throw new InferError("(C2) `block` is not two positive numbers");
  return x.shape as readonly [number, number, number, number];
}

/** The channel of a pixel of depth `count` that becomes channel `d` of pixel `place = row · width + column` of its block. */
export function blockChannel(
  mode: BlockMode,
  count: number,
  places: number,
  place: number,
  d: number,
): number {
  return mode === "DCR" ? place * count + d : d * places + place;
}

/**
 * Channels laid out as blocks of `block` pixels (rows, columns).
 *
 * - Operand: `x` `<N x H x W x C>`. Result: `<N x aH x bW x C/ab>` for a block `[a, b]`.
 * - Channels count row, column, depth from the outermost (`DCR`), or depth, row, column (`CRD`), as ONNX names them.
 * - Constraints: (C1) an integer image; (C2) a block of two positive numbers, whose product divides C.
 */
export const DepthToSpace: OpDef<{ readonly block: BlockAttr; readonly mode: AttrSpec<BlockMode> }> =
  defineOp({
    name: "q.depth_to_space",
    summary: "Channels laid out as blocks of pixels.",
    operands: ["x"],
    attrs: { block: attr.ints(), mode: attr.oneOf(["DCR", "CRD"], "DCR") },
    infer: ({ operands, attrs }) => {
      const [n, h, w, c] = imageAndBlock(operands, attrs.block);
      const [rows, columns] = attrs.block as [number, number];
      if (c % (rows * columns) !== 0)
        throw new InferError(`(C2) a block of ${rows}x${columns} does not divide ${c} channels`);
      return [tensor(operands[0]!.elem, [n, h * rows, w * columns, c / (rows * columns)])];
    },
    evaluate: ([x], { block, mode }) => [spreadBlocks(x!, block, mode)],
    interfaces: [
      ranged((op, [x]) => {
        if (!DepthToSpace.is(op)) return undefined;
        const places = op.attrs.block.reduce((a, b) => a * b, 1);
        return blockRange(x!, op.attrs.mode, places);
      }),
    ],
  });

/** The range of each channel of a block: the union over its places. */
export function blockRange(x: IntegerRange, mode: BlockMode, places: number): IntegerRange {
  if (x.channels?.axis !== 3) return { lo: x.lo, hi: x.hi };
  const { lo, hi } = x.channels;
  const count = lo.length / places;
  const over = (values: Float64Array, least: (...v: number[]) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, d) =>
      least(
        ...Array.from({ length: places }, (_, place) => values[blockChannel(mode, count, places, place, d)]!),
      ),
    );
  return rangeOfChannels({ axis: 3, lo: over(lo, Math.min), hi: over(hi, Math.max) });
}

function spreadBlocks(x: Tensor, [rows, columns]: readonly number[], mode: BlockMode): Tensor {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const places = rows! * columns!;
  const count = c / places;
  const [height, width] = [h * rows!, w * columns!];
  return reordered(x, [n, height, width, count], (i) => {
    const [d, pixel] = [i % count, Math.floor(i / count)];
    const [ox, oy] = [pixel % width, Math.floor(pixel / width) % height];
    const frame = Math.floor(pixel / (width * height));
    const place = (oy % rows!) * columns! + (ox % columns!);
    const source = (frame * h + Math.floor(oy / rows!)) * w + Math.floor(ox / columns!);
    return source * c + blockChannel(mode, count, places, place, d);
  });
}

/**
 * Blocks of `block` pixels (rows, columns) laid out as channels: row, column, depth from the outermost.
 *
 * - Operand: `x` `<N x H x W x C>`. Result: `<N x H/a x W/b x abC>` for a block `[a, b]`.
 * - Constraints: (C1) an integer image; (C2) a block of two positive numbers, which divide H and W.
 */
export const SpaceToDepth: OpDef<{ readonly block: BlockAttr }> = defineOp({
  name: "q.space_to_depth",
  summary: "Blocks of pixels laid out as channels.",
  operands: ["x"],
  attrs: { block: attr.ints() },
  infer: ({ operands, attrs }) => {
    const [n, h, w, c] = imageAndBlock(operands, attrs.block);
    const [rows, columns] = attrs.block as [number, number];
    if (h % rows !== 0 || w % columns !== 0)
      throw new InferError(`(C2) a block of ${rows}x${columns} does not divide ${h}x${w} pixels`);
    return [tensor(operands[0]!.elem, [n, h / rows, w / columns, c * rows * columns])];
  },
  evaluate: ([x], { block }) => {
    const [n, h, w, c] = x!.shape as [number, number, number, number];
    const [rows, columns] = block as [number, number];
    const width = w / columns;
    const depth = c * rows * columns;
    const result = reordered(x!, [n, h / rows, width, depth], (i) => {
      const [channel, pixel] = [i % depth, Math.floor(i / depth)];
      const [d, place] = [channel % c, Math.floor(channel / c)];
      // Rows of all frames follow each other, as h is whole blocks.
      const y = Math.floor(pixel / width) * rows + Math.floor(place / columns);
      return (y * w + (pixel % width) * columns + (place % columns)) * c + d;
    });
    return [result];
  },
  interfaces: [
    ranged((op, [x]) => {
      if (!SpaceToDepth.is(op)) return undefined;
      if (x!.channels?.axis !== 3) return { lo: x!.lo, hi: x!.hi };
      const places = op.attrs.block.reduce((a, b) => a * b, 1);
      const [lo, hi] = [x!.channels.lo, x!.channels.hi].map((v) =>
        Float64Array.from({ length: v.length * places }, (_, i) => v[i % v.length]!),
      );
      return rangeOfChannels({ axis: 3, lo: lo!, hi: hi! });
    }),
  ],
});

/**
 * The inner pixels of an image: without `margins` rows and columns (top, left, bottom, right).
 *
 * - Operand: `x` `<N x H x W x C>`. Result: `<N x H−t−b x W−l−r x C>`.
 * - Constraints: (C1) an integer image; (C2) four margins, none negative, that leave a pixel.
 */
export const Crop: OpDef<{ readonly margins: AttrSpec<readonly number[]> }> = defineOp({
  name: "q.crop",
  summary: "The inner pixels of an image.",
  operands: ["x"],
  attrs: { margins: attr.ints() },
  infer: ({ operands, attrs }) => {
    const [n, h, w, c] = imageAndBlock(operands, [1, 1]);
    const [top, left, bottom, right] = attrs.margins as [number, number, number, number];
    const [height, width] = [h - top - bottom, w - left - right];
    if (attrs.margins.length !== 4 || attrs.margins.some((m) => m < 0) || height < 1 || width < 1)
      throw new InferError(`(C2) margins [${attrs.margins}] do not leave a pixel of ${h}x${w}`);
    return [tensor(operands[0]!.elem, [n, height, width, c])];
  },
  evaluate: ([x], { margins }) => {
    const [n, h, w, c] = x!.shape as [number, number, number, number];
    const [top, left, bottom, right] = margins as [number, number, number, number];
    const [height, width] = [h - top - bottom, w - left - right];
    const result = reordered(x!, [n, height, width, c], (i) => {
      const pixel = Math.floor(i / c);
      const [ox, oy] = [pixel % width, Math.floor(pixel / width) % height];
      const frame = Math.floor(pixel / (width * height));
      return ((frame * h + oy + top) * w + ox + left) * c + (i % c);
    });
    return [result];
  },
  interfaces: [ranged((_, [x]) => x)],
});

/** A tensor whose element `i` is element `from(i)` of `x`. */
function reordered(x: Tensor, shape: readonly number[], from: (i: number) => number): Tensor {
  const storage = x.data.constructor as new (n: number) => Tensor["data"];
  const out = new storage(shape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < out.length; i++) out[i] = x.data[from(i)]!;
  return makeTensor(x.elem, shape, out);
}
