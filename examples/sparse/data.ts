import { digits } from "@gatefold/datasets";
import type { Samples } from "@gatefold/train";

/** Images of 8 × 8 pixels. */
const size = 8;

const drawn = (seed: number, count: number): Samples => {
  const { images, labels } = digits({ seed, count, size });
  return { x: { ...images, scale: 1 / 255 }, y: labels.data };
};

/** Sizes, rates and epochs were chosen on `validation`; nothing was chosen on `test`. */
export const data: Record<"train" | "validation" | "test", Samples> = {
  train: drawn(1, 20_000),
  validation: drawn(2, 2000),
  test: drawn(3, 2000),
};
