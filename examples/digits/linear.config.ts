import { adam, cosine, defineTraining, dense } from "@gatefold/train";
import { data } from "./data.ts";

/** What a linear classifier makes of the same images, in float. */
export default defineTraining({
  model: { input: { shape: [256] }, layers: [dense({ outputs: 10, bias: true })] },
  data,
  optimizer: adam({ rate: 0.005 }),
  schedule: cosine(),
  epochs: 20,
  batch: 100,
});
