import { broadcastIndex, numbers, type Tensor } from "@gatefold/core";

/** The entry of channel `c` in a list of one, or of one a channel. */
export function at(values: ArrayLike<number>, c: number): number {
  return values[values.length === 1 ? 0 : c]!;
}

/** A tensor's elements broadcast to a shape, as numbers; `undefined` when it does not broadcast to just that. */
export function spread(value: Tensor, shape: readonly number[]): Float64Array | undefined {
  const trimmed = value.shape.slice(Math.max(0, value.shape.length - shape.length));
  const extra = value.shape.slice(0, value.shape.length - trimmed.length);
  if (extra.some((d) => d !== 1)) return undefined;
  const offset = shape.length - trimmed.length;
  if (trimmed.some((d, i) => d !== 1 && d !== shape[offset + i])) return undefined;
  const data = numbers(value);
  const index = broadcastIndex(trimmed, shape);
  return index ? Float64Array.from(index, (i) => data[i]!) : Float64Array.from(data);
}
