import type { Value } from "@gatefold/core";
import { Add } from "@gatefold/dialect-nn";
import { TrainError } from "../error.js";
import type { LayerSpec, Step } from "../layer.js";
import { add } from "../ops/index.js";
import type { QuantizerSpec } from "../quantizer.js";
import type { Tensor } from "../tape.js";
import { buildSequence } from "./sequence.js";
import { tapped } from "./weights.js";

export interface ResidualOptions {
  readonly name?: string;
  readonly branch: readonly LayerSpec[];
  /** Layers of the other way; none unless told: the input itself is added. */
  readonly shortcut?: readonly LayerSpec[];
  /** One quantizer, with one scale, for both operands of the sum: a circuit adds codes of the same scale. */
  readonly quantizer?: QuantizerSpec;
}

/** `branch(x) + shortcut(x)`. */
export function residual(options: ResidualOptions): LayerSpec {
  return {
    type: "residual",
    ...(options.name === undefined ? {} : { name: options.name }),
    build: (context) => {
      const { name, kernels } = context;
      const branch = buildSequence(options.branch, { ...context, name: `${name}.branch` });
      const shortcut = buildSequence(options.shortcut ?? [], { ...context, name: `${name}.shortcut` });
      if (`${branch.outputShape}` !== `${shortcut.outputShape}`) {
        throw new TrainError(
          "train/bad-shape",
          `The branch of ${name} gives [${branch.outputShape.join(", ")}], its shortcut [${shortcut.outputShape.join(", ")}].`,
          "put a convolution of kernel 1 with the same stride and outputs into the shortcut",
        );
      }
      const quantizer = options.quantizer?.build({
        name: `${name}.quantizer`,
        kernels,
        role: "activation",
        channels: branch.outputShape.at(-1)!,
        inner: 1,
      });
      const quantized = (step: Step, side: "branch" | "shortcut", x: Tensor): Tensor =>
        quantizer
          ? tapped(
              step,
              quantizer,
              { layer: `${name}.${side}`, site: "activation" },
              quantizer.forward(step, x),
            )
          : x;
      return {
        name,
        type: "residual",
        outputShape: branch.outputShape,
        parameters: [...branch.parameters, ...shortcut.parameters, ...(quantizer?.parameters ?? [])],
        buffers: [...branch.buffers, ...shortcut.buffers, ...(quantizer?.buffers ?? [])],
        children: [...branch.layers, ...shortcut.layers],
        forward: (step, x) => {
          const a = quantized(step, "branch", branch.forward(step, x));
          return add(step.tape, a, quantized(step, "shortcut", shortcut.forward(step, x)));
        },
        emit: (builder, x) => {
          const emitted = (side: "branch" | "shortcut", y: Value): Value =>
            quantizer
              ? quantizer.emit({ ...builder, at: () => builder.at(`${name}.${side}.quantizer`) }, y)
              : y;
          const operands = [
            emitted("branch", branch.emit(builder, x)),
            emitted("shortcut", shortcut.emit(builder, x)),
          ];
          return Add.build(builder.graph, operands, {}, builder.at(name));
        },
      };
    },
  };
}
