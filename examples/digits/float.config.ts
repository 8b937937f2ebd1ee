import { activation, adam, batchNorm, cosine, defineTraining, dense } from "@gatefold/train";
import { data } from "./data.ts";

const hidden = (outputs: number) => [dense({ outputs }), batchNorm(), activation({ kind: "relu" })];

/** What the shipped network's sizes make of the same images, in float. */
export default defineTraining({
  model: {
    input: { shape: [256] },
    layers: [...hidden(64), ...hidden(32), dense({ outputs: 10, bias: true })],
  },
  data,
  optimizer: adam({ rate: 0.005 }),
  schedule: cosine(),
  epochs: 20,
  batch: 100,
});
