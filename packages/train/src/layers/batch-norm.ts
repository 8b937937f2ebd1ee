import { BatchNorm } from "@gatefold/dialect-nn";
import { TrainError } from "../error.js";
import type { Layer, LayerContext, LayerSpec } from "../layer.js";
import { batchNorm as normalize } from "../ops/index.js";
import type { Parameter } from "../parameter.js";

export interface BatchNormOptions {
  readonly name?: string;
  /** Trains a factor and a shift. Default: true. */
  readonly affine?: boolean;
  /** Weight of the newest batch in the running moments, above 0, at most 1. Default: 0.1. */
  readonly momentum?: number;
  /** Added to the variance. Default: 1e-5. */
  readonly epsilon?: number;
  /** Default: true. Without, evaluation takes the moments of the batch at hand, and there is no export. */
  readonly runningStatistics?: boolean;
}

/** `(x - mean) / √(variance + ε) · γ + β` for each feature or channel (last axis). */
export function batchNorm(options: BatchNormOptions = {}): LayerSpec {
  return {
    type: "batchNorm",
    ...(options.name === undefined ? {} : { name: options.name }),
    build: (context) => build("batchNorm", options, context, context.inputShape.at(-1)!),
  };
}

/** `batchNorm` with one mean, variance, factor and shift for all features together: scales logits without reordering them. */
export function tensorNorm(options: BatchNormOptions = {}): LayerSpec {
  return {
    type: "tensorNorm",
    ...(options.name === undefined ? {} : { name: options.name }),
    build: (context) => build("tensorNorm", options, context, 1),
  };
}

function build(type: string, options: BatchNormOptions, context: LayerContext, count: number): Layer {
  const { name, inputShape, kernels } = context;
  const { affine = true, momentum = 0.1, epsilon = 1e-5, runningStatistics = true } = options;
  requireWithin(momentum, 1, "momentum", name);
  requireWithin(epsilon, Number.MAX_VALUE, "epsilon", name);
  const parameter = (role: "gamma" | "beta", value: number): Parameter => ({
    name: `${name}.${role}`,
    role,
    tensor: {
      shape: [count],
      data: kernels.alloc(count).fill(value),
      needsGrad: affine,
      grad: affine ? kernels.alloc(count) : undefined,
    },
    mask: undefined,
  });
  const gamma = parameter("gamma", 1);
  const beta = parameter("beta", 0);
  const running = { mean: kernels.alloc(count), variance: kernels.alloc(count).fill(1) };
  const channels = inputShape.at(-1)!;
  return {
    name,
    type,
    outputShape: inputShape,
    parameters: affine ? [gamma, beta] : [],
    buffers: runningStatistics
      ? [
          { name: `${name}.running_mean`, data: running.mean },
          { name: `${name}.running_variance`, data: running.variance },
        ]
      : [],
    forward: ({ tape, mode, moments }, x) => {
      const learns = mode === "train" && moments === "batch";
      const rows = tape.reshape(x, [x.data.length / count, count]);
      const y = normalize(tape, rows, gamma.tensor, beta.tensor, {
        mode: learns || !runningStatistics ? "batch" : "running",
        running,
        ...(learns && runningStatistics ? { momentum } : {}),
        epsilon,
      });
      return tape.reshape(y, x.shape);
    },
    emit: (builder, x) => {
      if (!runningStatistics) {
        throw new TrainError(
          "train/no-export",
          `${name} keeps no running moments: what it computes depends on the batch.`,
          "train with runningStatistics for the export",
        );
      }
      const spread = (data: Float32Array, what: string) =>
        builder.real(
          [channels],
          count === channels ? data : new Float32Array(channels).fill(data[0]!),
          `${name}.${what}`,
        );
      const operands = [
        x,
        spread(gamma.tensor.data, "gamma"),
        spread(beta.tensor.data, "beta"),
        spread(running.mean, "mean"),
        spread(running.variance, "variance"),
      ];
      return BatchNorm.build(builder.graph, operands, { epsilon }, builder.at(name));
    },
  };
}

function requireWithin(value: number, most: number, what: string, name: string): void {
  if (value > 0 && value <= most) return;
  throw new TrainError(
    "train/bad-option",
    `The ${what} of ${name} is ${value}.`,
    most === 1 ? "give a number above 0, at most 1" : "give a number above 0",
  );
}
