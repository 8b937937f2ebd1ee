import type { Random } from "@gatefold/datasets";
import type { Kernels } from "./engine/kernels.js";
import { TrainError } from "./error.js";
import type { LayerSpec } from "./layer.js";
import { inputQuantizer } from "./layers/input-quantizer.js";
import { buildSequence, flattened, type Sequence } from "./layers/sequence.js";
import type { Model } from "./model.js";
import type { QuantizerSpec } from "./quantizer.js";

export interface ModelSpec {
  readonly input: {
    /** Of one sample: `[features]` or `[height, width, channels]`. */
    readonly shape: readonly number[];
    readonly quantizer?: QuantizerSpec;
  };
  readonly layers: readonly LayerSpec[];
}

/** A model that can be exported: its layers in their order, besides what training sees. */
export interface BuiltModel extends Model {
  readonly sequence: Sequence;
  readonly kernels: Kernels;
}

/**
 * Builds the layers on an engine, with initial values from `random`: the same numbers and names give the same ones.
 *
 * Throws `TrainError` for layers that do not fit together, with the layer's name.
 */
export function buildModel(spec: ModelSpec, kernels: Kernels, random: Random): BuiltModel {
  const { shape, quantizer } = spec.input;
  const whole = shape.every((size) => Number.isSafeInteger(size) && size > 0);
  if (!whole || (shape.length !== 1 && shape.length !== 3)) {
    throw new TrainError(
      "train/bad-shape",
      `A model takes samples of shape [${shape.join(", ")}].`,
      "give [features] or [height, width, channels], each at least 1",
    );
  }
  if (spec.layers.length === 0) {
    throw new TrainError("train/bad-option", "A model has no layers.", "give at least one layer");
  }
  const specs = quantizer ? [inputQuantizer(quantizer), ...spec.layers] : spec.layers;
  const sequence = buildSequence(specs, { name: "", inputShape: shape, kernels, random });
  return {
    inputShape: shape,
    outputShape: sequence.outputShape,
    layers: flattened(sequence.layers),
    parameters: sequence.parameters,
    buffers: sequence.buffers,
    forward: (step, x) => {
      if (`${x.shape.slice(1)}` !== `${shape}`) {
        throw new TrainError(
          "train/bad-shape",
          `The batch has shape [${x.shape.join(", ")}]; the model takes samples of [${shape.join(", ")}].`,
          "give the samples the shape of the model's input",
        );
      }
      return sequence.forward(step, x);
    },
    sequence,
    kernels,
  };
}
