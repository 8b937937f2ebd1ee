import {
  activation,
  adam,
  batchNorm,
  binary,
  cosine,
  defineTraining,
  dense,
  int,
  ternary,
} from "@gatefold/train";
import { data } from "./data.ts";

const scale = { kind: "learned" } as const;

export default defineTraining({
  name: "digits",
  model: {
    // No quantizer: the circuit reads bytes, and `--input uint8:scale=1/255` says what they stand for.
    input: { shape: [256] },
    layers: [
      dense({ outputs: 64, weights: ternary({ per: "channel" }) }),
      batchNorm(),
      activation({ kind: "relu", quantizer: int({ bits: 2, signed: false, scale }) }),
      dense({ outputs: 32, weights: binary({ scale: 1 / 8 }) }),
      batchNorm(),
      activation({ kind: "identity", quantizer: binary() }),
      dense({ outputs: 10, weights: int({ bits: 2, narrow: false, scale }), bias: true }),
    ],
  },
  data,
  optimizer: adam({ rate: 0.01 }),
  schedule: cosine(),
  epochs: 20,
  batch: 100,
});
