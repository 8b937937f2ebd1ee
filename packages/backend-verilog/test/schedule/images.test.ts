import { seededRandom } from "@gatefold/core";
import { createToolchain } from "@gatefold/toolchain";
import { afterAll, describe, it } from "vitest";
import { imageKernels } from "./kernels.js";
import { expectSchedules } from "./paced.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

const seed = Number(process.env["GATEFOLD_SEED"] ?? 1);
const drawn = Number(process.env["GATEFOLD_RUNS"] ?? 12);
const frames = 5;

describe("beats of a kernel of images come when its token schedule says, frame behind frame", () => {
  it.each(Object.entries(imageKernels))("%s", async (_, draw) => {
    const random = seededRandom(seed);
    const kernels = Array.from({ length: drawn }, () => draw(random));
    await expectSchedules(kernels, frames, toolchain);
  });
});
