import type { Random } from "@gatefold/datasets";
import { TrainError } from "../error.js";
import type { Tape, Tensor } from "../tape.js";
import { channelsOf, checkShape } from "./check.js";

/**
 * Replaces channels of single samples: where `keep[n, c]` is 0, every element of channel `c` (last axis) of sample `n` becomes
 * `value[n, c]`, and no gradient flows; where it is 1, `x` stays. Both are `[N, C]` in C order.
 */
export function overrideChannels(
  tape: Tape,
  x: Tensor,
  keep: ArrayLike<number>,
  value: ArrayLike<number>,
): Tensor {
  const channels = channelsOf("overrideChannels", x);
  const batch = x.shape[0]!;
  checkShape(
    keep.length === batch * channels && value.length === keep.length,
    "overrideChannels",
    `\`keep\` and \`value\` have ${keep.length} and ${value.length} elements for ${batch} samples of ${channels} channels.`,
    "give one element for each channel of each sample",
  );
  const y = tape.tensor(x.shape, [x]);
  const each = (visit: (i: number, place: number) => void): void => {
    const pixels = x.data.length / (batch * channels);
    for (let n = 0, i = 0; n < batch; n++) {
      for (let p = 0; p < pixels; p++) {
        for (let c = 0; c < channels; c++) visit(i++, n * channels + c);
      }
    }
  };
  each((i, place) => {
    y.data[i] = keep[place] ? x.data[i]! : value[place]!;
  });
  tape.record(y, (dy) => {
    const dx = tape.gradOf(x);
    each((i, place) => {
      if (keep[place]) dx[i]! += dy[i]!;
    });
  });
  return y;
}

/** Zeroes each element with probability `rate` and divides the others by `1 - rate`. */
export function dropout(tape: Tape, x: Tensor, rate: number, random: Random): Tensor {
  if (!(rate >= 0 && rate < 1)) {
    throw new TrainError("train/bad-option", `\`dropout\`: the rate is ${rate}.`, "give 0 ≤ rate < 1");
  }
  const factor = tape.kernels.scratch(x.data.length);
  for (let i = 0; i < factor.length; i++) factor[i] = random.uniform() < rate ? 0 : 1 / (1 - rate);
  const y = tape.tensor(x.shape, [x]);
  tape.kernels.multiply(x.data, factor, y.data);
  tape.record(y, (dy) => tape.kernels.multiply(dy, factor, tape.gradOf(x), true));
  return y;
}
