import type { Kernels } from "../kernels.js";
import { adamCoefficients } from "../update.js";
import type { Fork } from "./fork.js";

/** Elements in a chunk: 64 KB an array. */
export const chunkElements = 16384;
/** Below this many elements, waking another thread costs more than it saves. */
export const smallWork = 65536;

type Elementwise = Pick<
  Kernels,
  "fill" | "copy" | "axpy" | "multiply" | "clip" | "clipBackward" | "adam" | "sgd"
>;

export function elementwiseOf(fork: Fork): Elementwise {
  const { ints, reals, put } = fork;
  const start = (length: number): void => {
    ints[0] = chunkElements;
    ints[1] = length;
  };
  const run = (kind: number, length: number): void =>
    fork.run(kind, Math.ceil(length / chunkElements), length < smallWork);
  const fill = fork.kind("fill");
  const copy = fork.kind("copy");
  const axpy = fork.kind("axpy");
  const multiply = fork.kind("multiply");
  const clip = fork.kind("clip");
  const clipBackward = fork.kind("clipBackward");
  const adam = fork.kind("adam");
  const sgd = fork.kind("sgd");
  return {
    fill(y, value) {
      start(y.length);
      put(2, y, y.length);
      reals[3] = value;
      run(fill, y.length);
    },
    copy(x, y) {
      start(x.length);
      put(2, x, x.length);
      put(3, y, x.length);
      run(copy, x.length);
    },
    axpy(alpha, x, y) {
      start(y.length);
      put(2, x, y.length);
      put(3, y, y.length);
      reals[4] = alpha;
      run(axpy, y.length);
    },
    multiply(a, b, y, accumulate = false) {
      start(y.length);
      put(2, a, y.length);
      put(3, b, y.length);
      put(4, y, y.length);
      ints[5] = Number(accumulate);
      run(multiply, y.length);
    },
    clip(x, y, low, high) {
      start(x.length);
      put(2, x, x.length);
      put(3, y, x.length);
      reals[4] = low;
      reals[5] = high;
      run(clip, x.length);
    },
    clipBackward(x, dy, dx, low, high, closed) {
      start(x.length);
      put(2, x, x.length);
      put(3, dy, x.length);
      put(4, dx, x.length);
      reals[5] = low;
      reals[6] = high;
      ints[7] = Number(closed);
      run(clipBackward, x.length);
    },
    adam(args) {
      const { length } = args.parameter;
      const { rate, secondFactor, keep } = adamCoefficients(args);
      start(length);
      put(2, args.parameter, length);
      put(3, args.gradient, length);
      put(4, args.first, length);
      put(5, args.second, length);
      reals[6] = args.beta1;
      reals[7] = 1 - args.beta1;
      reals[8] = args.beta2;
      reals[9] = 1 - args.beta2;
      reals[10] = rate;
      reals[11] = secondFactor;
      reals[12] = args.epsilon;
      reals[13] = keep;
      run(adam, length);
    },
    sgd(args) {
      const { length } = args.parameter;
      start(length);
      put(2, args.parameter, length);
      put(3, args.gradient, length);
      put(4, args.velocity, length);
      reals[5] = args.rate;
      reals[6] = args.momentum;
      reals[7] = args.decay;
      ints[8] = Number(args.nesterov);
      run(sgd, length);
    },
  };
}
