import type { LayerSpec } from "../layer.js";
import type { QuantizerSpec } from "../quantizer.js";

/** Quantizes what comes into the model. It runs on the host, outside of the circuit, and no tap sees it. */
export function inputQuantizer(spec: QuantizerSpec, name = "input"): LayerSpec {
  return {
    type: "inputQuantizer",
    name,
    build: (context) => {
      const quantizer = spec.build({
        name: `${context.name}.quantizer`,
        kernels: context.kernels,
        role: "input",
        channels: context.inputShape.at(-1)!,
        inner: 1,
      });
      return {
        name: context.name,
        type: "inputQuantizer",
        outputShape: context.inputShape,
        parameters: quantizer.parameters,
        buffers: quantizer.buffers,
        outputBits: quantizer.bits,
        forward: (step, x) => quantizer.forward(step, x),
        emit: (builder, x) => quantizer.emit(builder, x),
      };
    },
  };
}
