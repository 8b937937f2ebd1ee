import { product } from "@gatefold/core";

/**
 * Where the channels of a value stand. Functions of an integer are evaluated on many levels at once, in tensors of
 * the value's own rank: the levels along the first axis, the channels along theirs, 1 elsewhere.
 */
export interface Form {
  readonly rank: number;
  /** Never 0 from rank 2 on: the levels stand there. */
  readonly axis: number;
  readonly channels: number;
}

/** The shape of a tensor of `levels` rows in this form. */
export function levelShape({ rank, axis, channels }: Form, levels: number): number[] {
  if (rank < 2) return [levels, channels];
  return Array.from({ length: rank }, (_, d) => (d === 0 ? levels : d === axis ? channels : 1));
}

/** The usual channel axis of a shape: the last one up to two dimensions, ONNX's axis 1 beyond. */
export function formOf(
  shape: readonly number[],
  axis: number = shape.length > 2 ? 1 : shape.length - 1,
): Form {
  return { rank: shape.length, axis: Math.max(axis, 0), channels: shape[axis] ?? 1 };
}

/** The axes of a shape that can be its channel axis. */
export function channelAxes(shape: readonly number[]): number[] {
  return shape.map((_, i) => i).filter((i) => i > 0 || shape.length < 2);
}

export function sameForm(a: Form, b: Form): boolean {
  return a.rank === b.rank && a.axis === b.axis && a.channels === b.channels;
}

/** The channel of flat element `index` of a tensor of this shape. */
export function channelAt(shape: readonly number[], axis: number, index: number): number {
  return Math.floor(index / product(shape.slice(axis + 1))) % (shape[axis] ?? 1);
}
