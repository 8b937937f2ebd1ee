import {
  type AttrSpec,
  attr,
  beatCount,
  defineOp,
  gcd,
  InferError,
  makeTensor,
  type Op,
  type OpDef,
  product,
  type StreamType,
  stream,
  type Tensor,
} from "@gatefold/core";
import { Crop as QCrop } from "@gatefold/dialect-q";
import { imageOf, imageOperand } from "./image.js";
import { evenly, Kernel, type TokenBuffer } from "./kernel.js";
import { simdAxis } from "./pixels.js";
import { channelsOf, requireLanes, streamOperand } from "./streams.js";

/** Cycles from the input beat that an output beat waits for to that output beat: write, read, output register. */
const readCycles = 3;

/**
 * Matrices of chunks, each transposed: of the elements as `<… x rows x columns x chunk>` the same as
 * `<… x columns x rows x chunk>`, under the shape `shape`. Pixels that become channels and channels that become pixels
 * are that, a row of the image at a time.
 *
 * - Operand: a stream, SIMD lanes. Result: stream of `shape`, SIMD lanes.
 * - Constraints: (C1) a stream of integers; (C2) SIMD divides the channels on both sides and the chunk; (C3) the stream
 *   has SIMD lanes; (C4) at least two rows and two columns, and whole matrices make up the frame; (C5) `shape` has as
 *   many elements.
 *
 * A frame takes as many cycles as it has beats, whatever the sizes: one memory of a matrix, whose places are read and
 * written in an order that changes from matrix to matrix.
 */
export const Transpose: OpDef<{
  readonly rows: AttrSpec<number>;
  readonly columns: AttrSpec<number>;
  readonly chunk: AttrSpec<number>;
  readonly shape: AttrSpec<readonly number[]>;
  readonly simd: AttrSpec<number>;
}> = defineOp({
  name: "hw.transpose",
  summary: "Matrices of chunks, each transposed; pixels become channels and back.",
  operands: ["x"],
  attrs: {
    rows: attr.int(),
    columns: attr.int(),
    chunk: attr.int(),
    shape: attr.ints(),
    simd: attr.int(1),
  },
  infer: ({ operands, attrs }) => {
    const x = streamOperand(operands, 0);
    const { rows, columns, chunk, shape, simd } = attrs;
    requireLanes(x, simd, "SIMD");
    if (rows < 2 || columns < 2 || product(x.shape) % (rows * columns * chunk) !== 0)
      throw new InferError(`(C4) ${rows}x${columns} chunks of ${chunk} do not make up [${x.shape}]`);
    if (product(shape) !== product(x.shape))
      throw new InferError(`(C5) [${shape}] and [${x.shape}] differ in size`);
    if (chunk % simd !== 0 || (shape.at(-1) ?? 1) % simd !== 0)
      throw new InferError(`(C2) SIMD ${simd} does not divide a chunk of ${chunk} in [${shape}]`);
    return [stream(x.elem, shape, simd)];
  },
  evaluate: ([x], attrs) => [transposeChunks(x!, attrs)],
  interfaces: [
    Kernel.of({
      kind: "Transpose",
      axes: (op) => {
        const { chunk, simd } = op.attrs as { chunk: number; simd: number };
        const extent = [channelsOf(op.operand(0).type), channelsOf(op.result().type), chunk].reduce(gcd);
        return [{ name: "SIMD", attr: "simd", extent, value: simd, operands: [0], results: [0] }];
      },
      schedule: (op) => {
        const beats = beatCount(op.operand(0).type as StreamType);
        const first = transposeLag(op) + readCycles;
        return {
          get buffer() {
            return transposeBuffer(op, beats);
          },
          intervalCycles: beats,
          latencyCycles: beats - 1 + first,
          inputs: [evenly(beats, 0, 1)],
          outputs: [evenly(beats, first, 1)],
        };
      },
    }),
  ],
});

/** Beats that a transpose lets come before its first: with fewer, it would run out of them within a matrix. */
function transposeLag(op: Op): number {
  const { rows, columns, chunk, simd } = op.attrs as Record<"rows" | "columns" | "chunk" | "simd", number>;
  return ((rows - 1) * (columns - 1) * chunk) / simd;
}

/** Which beats wait for which: an output beat for all up to its lag, an input beat for the place of the one before it. */
function transposeBuffer(op: Op, beats: number): TokenBuffer {
  const { rows, columns, chunk, simd } = op.attrs as Record<"rows" | "columns" | "chunk" | "simd", number>;
  const size = (rows * columns * chunk) / simd;
  const lag = transposeLag(op);
  return {
    needs: Int32Array.from({ length: beats }, (_, n) => Math.min(n + lag, n - (n % size) + size - 1)),
    waitsFor: Int32Array.from({ length: beats }, (_, k) => k - size + 1),
    latencyCycles: readCycles - 1,
  };
}

function transposeChunks(
  x: Tensor,
  at: {
    readonly rows: number;
    readonly columns: number;
    readonly chunk: number;
    readonly shape: readonly number[];
  },
): Tensor {
  const { rows, columns, chunk } = at;
  const storage = x.data.constructor as new (n: number) => Tensor["data"];
  const out = new storage(x.data.length);
  const size = rows * columns * chunk;
  for (let i = 0; i < out.length; i++) {
    const [matrix, place] = [Math.floor(i / size), Math.floor((i % size) / chunk)];
    const from = (place % rows) * columns + Math.floor(place / rows);
    out[i] = x.data[matrix * size + from * chunk + (i % chunk)]!;
  }
  // A tensor may hold several frames.
  const frames = out.length / product(at.shape);
  return makeTensor(x.elem, [at.shape[0]! * frames, ...at.shape.slice(1)], out);
}

/**
 * The inner pixels of each frame.
 *
 * - Operand: stream `<1 x H x W x C>`. Result: stream `<1 x H−T−B x W−L−R x C>`. `margins`: top, left, bottom, right.
 * - Constraints: (C1) a stream of images; (C2) SIMD divides the channels; (C3) the stream has SIMD lanes; (C4) the
 *   margins leave a pixel.
 */
export const Crop: OpDef<{
  readonly margins: AttrSpec<readonly number[]>;
  readonly simd: AttrSpec<number>;
}> = defineOp({
  name: "hw.crop",
  summary: "The inner pixels of each frame.",
  operands: ["x"],
  attrs: { margins: attr.ints(), simd: attr.int(1) },
  infer: ({ operands, attrs }) => {
    const { type, height, width, channels } = imageOperand(operands);
    requireLanes(type, attrs.simd, "SIMD");
    const [top, left, bottom, right] = attrs.margins as [number, number, number, number];
    const [inner, across] = [height - top - bottom, width - left - right];
    if (attrs.margins.length !== 4 || attrs.margins.some((m) => m < 0) || inner < 1 || across < 1)
      throw new InferError(`(C4) margins [${attrs.margins}] leave no pixel of ${height}x${width}`);
    return [stream(type.elem, [1, inner, across, channels], attrs.simd)];
  },
  evaluate: (operands, { margins }) => QCrop.evaluate!(operands, { margins }),
  interfaces: [
    Kernel.of({
      kind: "Crop",
      axes: simdAxis,
      schedule: (op) => {
        const { width, channelFolds } = imageOf(op);
        const [top, left] = op.attrs["margins"] as readonly [number, number];
        const [from, to] = [beatCount(op.operand(0).type as StreamType), op.result().type as StreamType];
        const kept = to.shape[2]! * channelFolds;
        const count = beatCount(to);
        const at = (k: number): number =>
          ((top + Math.floor(k / kept)) * width + left) * channelFolds + (k % kept) + 1;
        return {
          intervalCycles: from,
          latencyCycles: from,
          inputs: [evenly(from, 0, 1)],
          outputs: [{ count, at }],
        };
      },
    }),
  ],
});
