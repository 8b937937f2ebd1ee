import { Flatten, Transpose } from "@gatefold/dialect-nn";
import { TrainError } from "../error.js";
import type { LayerSpec } from "../layer.js";
import { dropout as drop, flatten as flat } from "../ops/index.js";
import { elementCount } from "../tape.js";

/** Images as features: pixels in rows, channels innermost. */
export function flatten(options: { readonly name?: string } = {}): LayerSpec {
  return {
    type: "flatten",
    ...(options.name === undefined ? {} : { name: options.name }),
    build: ({ name, inputShape }) => ({
      name,
      type: "flatten",
      outputShape: [elementCount(inputShape)],
      parameters: [],
      buffers: [],
      forward: ({ tape }, x) => flat(tape, x),
      emit: (builder, x) => {
        // The features keep their order: ONNX would flatten channel by channel.
        const last =
          inputShape.length === 3
            ? Transpose.build(builder.graph, [x], { perm: [0, 2, 3, 1] }, builder.at(`${name}.transpose`))
            : x;
        return Flatten.build(builder.graph, [last], { axis: 1 }, builder.at(name));
      },
    }),
  };
}

/** Zeroes each element with probability `rate` while training, and scales the others up. Nothing in evaluation. */
export function dropout({ rate, name: given }: { readonly rate: number; readonly name?: string }): LayerSpec {
  return {
    type: "dropout",
    ...(given === undefined ? {} : { name: given }),
    build: ({ name, inputShape }) => {
      if (!(rate >= 0 && rate < 1)) {
        throw new TrainError(
          "train/bad-option",
          `The rate of ${name} is ${rate}.`,
          "give a number from 0 to below 1",
        );
      }
      return {
        name,
        type: "dropout",
        outputShape: inputShape,
        parameters: [],
        buffers: [],
        forward: ({ tape, mode, random }, x) =>
          mode === "train" && rate > 0 ? drop(tape, x, rate, random) : x,
        emit: (_, x) => x,
      };
    },
  };
}
