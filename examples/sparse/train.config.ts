import {
  activation,
  adam,
  batchNorm,
  cosine,
  defineTraining,
  dense,
  fanIn,
  int,
  type LayerSpec,
} from "@gatefold/train";
import { data } from "./data.ts";

/** Weights cost nothing where a neuron becomes a table: they have as many bits as training likes. */
const weights = int({ bits: 6, scale: { kind: "learned" } });
const codes = int({ bits: 2, signed: false, scale: { kind: "learned" } });
const hidden = (outputs: number): readonly LayerSpec[] => [
  dense({ outputs, weights }),
  batchNorm(),
  activation({ kind: "relu", quantizer: codes }),
];

const epochs = 24;
const batch = 100;
const steps = (epochs * data.train.y.length) / batch;

export default defineTraining({
  name: "sparse",
  model: {
    input: {
      shape: [64],
      quantizer: int({ bits: 2, signed: false, scale: { kind: "constant", value: 1 / 3 } }),
    },
    layers: [...hidden(64), ...hidden(32), dense({ outputs: 10, weights })],
  },
  data,
  optimizer: adam({ rate: 0.01 }),
  schedule: cosine(),
  epochs,
  batch,
  // Each neuron ends with 6 inputs of 2 bits: a table of 12 address bits.
  plugins: [
    fanIn({ fanIn: 6, choose: { kind: "regrow", everySteps: 20, untilStep: Math.round(0.75 * steps) } }),
  ],
});
