import type { Tape, Tensor } from "../tape.js";

/** `y[i] = value(x[i], i)`, and backward `dx[i] += dy[i] · slope(x[i], i)`; both are called for each element in order. */
export function mapWithSlope(
  tape: Tape,
  x: Tensor,
  value: (x: number, i: number) => number,
  slope: (x: number, i: number) => number,
): Tensor {
  const y = tape.tensor(x.shape, [x]);
  for (let i = 0; i < x.data.length; i++) y.data[i] = value(x.data[i]!, i);
  tape.record(y, (dy) => {
    const dx = tape.gradOf(x);
    for (let i = 0; i < dx.length; i++) dx[i]! += dy[i]! * slope(x.data[i]!, i);
  });
  return y;
}
