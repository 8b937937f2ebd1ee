import { Constant, createModule, Graph, type Module, makeTensor, tensor } from "@gatefold/core";
import { random } from "@gatefold/datasets";
import { exportQonnx } from "@gatefold/frontend-onnx";
import type { BuiltModel } from "../build-model.js";
import type { ExportBuilder } from "../layer.js";
import { Tape } from "../tape.js";

export interface ExportModelOptions {
  readonly name: string;
  /** Name of the network's input. Default: `"input"`. */
  readonly input?: string;
}

/**
 * The model in evaluation as a network of `nn` ops, for one sample: features `<1 x F>`, images `<1 x C x H x W>`. Weights stand as
 * the values that their quantizers gave, behind the same quantizers, so that the codes are equal.
 *
 * Gives back all scratch memory of the model's engine: not while a step runs.
 *
 * Throws `TrainError`: `train/no-scale` when a scale waits for data, `train/no-export` for a layer that has no fixed meaning.
 */
export function exportModel(model: BuiltModel, options: ExportModelOptions): Module {
  const graph = new Graph("main");
  const tape = new Tape(model.kernels);
  const builder: ExportBuilder = {
    graph,
    step: { tape, mode: "evaluate", moments: "running", random: random(0) },
    at: (name) => ({ loc: { node: name }, names: [name] }),
    real: (shape, data, name) =>
      Constant.build(
        graph,
        [],
        { value: makeTensor("f32", shape, Float32Array.from(data)) },
        { loc: { node: name }, names: [name] },
      ),
  };
  const [height, width, channels] = model.inputShape;
  const shape = model.inputShape.length === 3 ? [1, channels!, height!, width!] : [1, height!];
  try {
    const input = graph.addInput(tensor("f32", shape), options.input ?? "input");
    graph.setOutputs([model.sequence.emit(builder, input)]);
  } finally {
    tape.reset();
  }
  return createModule(options.name, graph);
}

/** `exportModel` as the bytes of a QONNX file. */
export function toQonnx(model: BuiltModel, options: ExportModelOptions): Uint8Array {
  return exportQonnx(exportModel(model, options));
}
