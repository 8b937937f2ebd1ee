import type { Kernels } from "../kernels.js";
import { combineOf } from "./columns.js";
import { chunkElements, smallWork } from "./elementwise.js";
import type { Fork } from "./fork.js";

export function quantizersOf(fork: Fork): Pick<Kernels, "quantize" | "quantizeBackward" | "sign"> {
  const { ints, reals, put, arena } = fork;
  const combine = combineOf(fork);
  const quantize = fork.kind("quantize");
  const quantizeBackward = fork.kind("quantizeBackward");
  const sign = fork.kind("sign");

  /** Elements in a chunk: whole rounds through the channels. */
  const sizeOf = (channels: number, inner: number): number => {
    const round = channels === 1 ? 1 : channels * inner;
    return round * Math.max(1, Math.floor(chunkElements / round));
  };
  /** Sets the arguments that all have, and gives the number of chunks. */
  const start = (x: Float32Array, scale: Float32Array, inner: number): number => {
    const size = sizeOf(scale.length, inner);
    ints[0] = size;
    ints[1] = x.length;
    ints[2] = scale.length;
    ints[3] = inner;
    put(4, x, x.length);
    put(5, scale, scale.length);
    return Math.ceil(x.length / size);
  };

  return {
    quantize(x, scale, inner, low, high, y) {
      const chunks = start(x, scale, inner);
      put(6, y, x.length);
      reals[7] = low;
      reals[8] = high;
      fork.run(quantize, chunks, x.length < smallWork);
    },
    sign(x, scale, inner, y) {
      const chunks = start(x, scale, inner);
      put(6, y, x.length);
      fork.run(sign, chunks, x.length < smallWork);
    },
    quantizeBackward(x, scale, inner, low, high, dy, dx, dscale) {
      const channels = scale.length;
      const run = (parts: Float32Array | undefined): number => {
        const chunks = start(x, scale, inner);
        put(6, dy, x.length);
        if (dx) put(7, dx, x.length);
        else ints[7] = 0;
        if (parts) put(8, parts, chunks * channels);
        else ints[8] = 0;
        reals[9] = low;
        reals[10] = high;
        fork.run(quantizeBackward, chunks, x.length < smallWork);
        return chunks;
      };
      if (!dscale) run(undefined);
      else {
        const chunks = Math.ceil(x.length / sizeOf(channels, inner));
        arena.lend(chunks * channels, (parts) => {
          run(parts);
          combine(parts, chunks, channels, 1, dscale, true);
        });
      }
    },
  };
}
