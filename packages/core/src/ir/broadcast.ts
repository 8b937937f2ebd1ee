import { product } from "../num/integers.js";

/** Row-major strides of a shape. */
export function strides(shape: readonly number[]): number[] {
  const out = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    out[i] = step;
    step *= shape[i]!;
  }
  return out;
}

/** NumPy broadcast of shapes; `undefined` when they don't match. */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[] | undefined {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  const out = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const offset = rank - shape.length;
    for (let i = 0; i < shape.length; i++) {
      const d = shape[i]!;
      if (d === 1) continue;
      if (out[offset + i] !== 1 && out[offset + i] !== d) return undefined;
      out[offset + i] = d;
    }
  }
  return out;
}

/**
 * For each element of `to`, the flat index of the element of `from` that broadcasts onto it.
 * `undefined` when the shapes are equal, so that the hot path can skip the table.
 */
export function broadcastIndex(from: readonly number[], to: readonly number[]): Int32Array | undefined {
  if (from.length === to.length && from.every((d, i) => d === to[i])) return undefined;
  const offset = to.length - from.length;
  const fromStrides = strides(from);
  const step = to.map((_, i) => (i < offset || from[i - offset] === 1 ? 0 : fromStrides[i - offset]!));
  const index = new Int32Array(product(to));
  const at = new Array<number>(to.length).fill(0);
  let source = 0;
  for (let i = 0; i < index.length; i++) {
    index[i] = source;
    for (let d = to.length - 1; d >= 0; d--) {
      source += step[d]!;
      if (++at[d]! < to[d]!) break;
      source -= step[d]! * to[d]!;
      at[d] = 0;
    }
  }
  return index;
}
