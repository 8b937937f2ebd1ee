import type { Value } from "@gatefold/core";
import { Clip, Relu } from "@gatefold/dialect-nn";
import type { ExportBuilder, LayerSpec } from "../layer.js";
import { hardtanh, relu } from "../ops/index.js";
import type { QuantizerSpec } from "../quantizer.js";
import type { Tape, Tensor } from "../tape.js";
import { requireOneOf } from "./check.js";
import { tapped } from "./weights.js";

export type ActivationKind = "relu" | "hardtanh" | "identity";

export interface ActivationOptions {
  readonly name?: string;
  /** `relu` `max(x, 0)`, `hardtanh` clips to [-1, 1], `identity` only quantizes. */
  readonly kind: ActivationKind;
  readonly quantizer?: QuantizerSpec;
}

interface Kind {
  forward(tape: Tape, x: Tensor): Tensor;
  emit(builder: ExportBuilder, x: Value, name: string): Value;
}

const kinds: Readonly<Record<ActivationKind, Kind>> = {
  relu: {
    forward: relu,
    emit: ({ graph, at }, x, name) => Relu.build(graph, [x], {}, at(name)),
  },
  hardtanh: {
    forward: hardtanh,
    emit: ({ graph, at }, x, name) => Clip.build(graph, [x], { min: -1, max: 1 }, at(name)),
  },
  identity: { forward: (_, x) => x, emit: (_, x) => x },
};

/** A function of each element, and its quantizer. */
export function activation(options: ActivationOptions): LayerSpec {
  return {
    type: "activation",
    ...(options.name === undefined ? {} : { name: options.name }),
    build: ({ name, inputShape, kernels }) => {
      requireOneOf(options.kind, Object.keys(kinds), "kind", name);
      const kind = kinds[options.kind];
      const quantizer = options.quantizer?.build({
        name: `${name}.quantizer`,
        kernels,
        role: "activation",
        channels: inputShape.at(-1)!,
        inner: 1,
      });
      return {
        name,
        type: "activation",
        outputShape: inputShape,
        parameters: quantizer?.parameters ?? [],
        buffers: quantizer?.buffers ?? [],
        forward: (step, x) => {
          const y = kind.forward(step.tape, x);
          if (!quantizer) return y;
          return tapped(step, quantizer, { layer: name, site: "activation" }, quantizer.forward(step, y));
        },
        emit: (builder, x) => {
          const y = kind.emit(builder, x, name);
          return quantizer ? quantizer.emit(builder, y) : y;
        },
      };
    },
  };
}
