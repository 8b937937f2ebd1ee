import type { Tape, Tensor } from "../tape.js";
import { channelsOf, checkVector } from "./check.js";

/** Per channel; kept between steps. */
export interface RunningMoments {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

export interface BatchNormMoments {
  /**
   * `batch`: normalizes by the moments of this batch, and the gradient flows through them. `running`: by `running`, as constants.
   */
  readonly mode: "batch" | "running";
  /** Arrays of the engine. */
  readonly running: RunningMoments;
  /**
   * With `batch`: `running` becomes `(1 - momentum) · running + momentum · batch`, with the unbiased variance (PyTorch's rule);
   * absent leaves `running` alone.
   */
  readonly momentum?: number;
  /** Added to the variance; 1e-5 unless told. */
  readonly epsilon?: number;
}

/** `(x - mean) / √(variance + ε) · gamma + beta` for each channel (last axis) of `x [..., C]`. */
export function batchNorm(
  tape: Tape,
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  { mode, running, momentum, epsilon = 1e-5 }: BatchNormMoments,
): Tensor {
  const { kernels } = tape;
  const channels = channelsOf("batchNorm", x);
  checkVector("batchNorm", "gamma", gamma, channels);
  checkVector("batchNorm", "beta", beta, channels);
  const batch = mode === "batch";
  const { mean, variance } = batch
    ? { mean: kernels.scratch(channels), variance: kernels.scratch(channels) }
    : running;
  if (batch) {
    kernels.moments(x.data, mean, variance);
    if (momentum !== undefined) update(running, { mean, variance }, momentum, x.data.length / channels);
  }
  const inverse = kernels.scratch(channels);
  for (let c = 0; c < channels; c++) inverse[c] = 1 / Math.sqrt(variance[c]! + epsilon);
  const y = tape.tensor(x.shape, [x, gamma, beta]);
  const xhat = kernels.scratch(x.data.length);
  kernels.normalize({ x: x.data, mean, inverse, gamma: gamma.data, beta: beta.data, xhat, y: y.data });
  tape.record(y, (dy) =>
    kernels.normalizeBackward({
      xhat,
      inverse,
      gamma: gamma.data,
      dy,
      dx: x.needsGrad ? tape.gradOf(x) : undefined,
      dgamma: gamma.needsGrad ? tape.gradOf(gamma) : kernels.scratch(channels),
      dbeta: beta.needsGrad ? tape.gradOf(beta) : kernels.scratch(channels),
      batch,
    }),
  );
  return y;
}

function update(running: RunningMoments, batch: RunningMoments, momentum: number, rows: number): void {
  const unbiased = rows > 1 ? rows / (rows - 1) : 1;
  for (let c = 0; c < running.mean.length; c++) {
    running.mean[c]! += momentum * (batch.mean[c]! - running.mean[c]!);
    running.variance[c]! += momentum * (batch.variance[c]! * unbiased - running.variance[c]!);
  }
}
