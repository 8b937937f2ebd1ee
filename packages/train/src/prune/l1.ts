import { TrainError } from "../error.js";
import type { TrainPlugin } from "../hooks.js";
import { l1, scale } from "../ops/index.js";
import type { ParameterRole } from "../parameter.js";

/**
 * Adds `lambda · Σ|p|` to the loss, over weights alone unless told otherwise: gains of batch normalization are no weights, and a
 * pull on them changes nothing but the scale.
 */
export function l1Penalty(options: {
  readonly lambda: number;
  readonly roles?: readonly ParameterRole[];
}): TrainPlugin {
  const { lambda, roles = ["weight"] } = options;
  if (!(lambda >= 0)) {
    throw new TrainError("train/bad-option", `The L1 factor is ${lambda}.`, "give a number from 0");
  }
  return {
    name: "l1-penalty",
    setup: (hooks) => {
      hooks.beforeStep.tap((step) => {
        const tensors = step.fit.model.parameters.filter((p) => roles.includes(p.role)).map((p) => p.tensor);
        if (lambda > 0 && tensors.length > 0) step.addLoss((tape) => scale(tape, l1(tape, tensors), lambda));
      });
    },
  };
}
