import type { Tape, Tensor } from "../tape.js";
import { channelsOf, checkShape, checkVector, printShape } from "./check.js";

/** `x [N, K] · w [K, M]` → `[N, M]`. Weights are stored `[inputs, outputs]`, as ONNX's MatMul has them. */
export function matmul(tape: Tape, x: Tensor, w: Tensor): Tensor {
  const [n, k] = x.shape;
  const [inputs, m] = w.shape;
  checkShape(
    x.shape.length === 2 && w.shape.length === 2 && k === inputs,
    "matmul",
    `the operands have shapes ${printShape(x)} and ${printShape(w)}.`,
    "give x [N, K] and w [K, M]; `flatten` images first",
  );
  return product(tape, x, w, x.data, [n!, m!], (dy) => {
    tape.kernels.gemm({
      m: n!,
      n: k!,
      k: m!,
      a: dy,
      b: w.data,
      c: tape.gradOf(x),
      transposeB: true,
      accumulate: true,
    });
  });
}

/**
 * `rows · w` under the shape `shape`, where the rows were made from `x`; `backwardRows` carries the gradient of the result to `x`.
 * The weights' gradient is added here.
 */
export function product(
  tape: Tape,
  x: Tensor,
  w: Tensor,
  rows: Float32Array,
  shape: readonly number[],
  backwardRows: (dy: Float32Array) => void,
): Tensor {
  const n = shape.at(-1)!;
  const k = w.data.length / n;
  const y = tape.tensor(shape, [x, w]);
  const m = y.data.length / n;
  tape.kernels.gemm({ m, n, k, a: rows, b: w.data, c: y.data });
  tape.record(y, (dy) => {
    if (w.needsGrad) {
      const c = tape.gradOf(w);
      tape.kernels.gemm({ m: k, n, k: m, a: rows, b: dy, c, transposeA: true, accumulate: true });
    }
    if (x.needsGrad) backwardRows(dy);
  });
  return y;
}

/** `x [..., C] + b [C]`. */
export function addBias(tape: Tape, x: Tensor, b: Tensor): Tensor {
  checkVector("addBias", "the bias", b, channelsOf("addBias", x));
  const y = tape.tensor(x.shape, [x, b]);
  tape.kernels.addRow(x.data, b.data, y.data);
  tape.record(y, (dy) => {
    if (x.needsGrad) tape.kernels.axpy(1, dy, tape.gradOf(x));
    if (b.needsGrad) tape.kernels.columnSum(dy, tape.gradOf(b));
  });
  return y;
}
