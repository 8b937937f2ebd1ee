import {
  DiagnosticError,
  evaluate,
  type Graph,
  type Module,
  product,
  type Tensor,
  tensor,
} from "@gatefold/core";
import { createExecutor, sampleTensor } from "@gatefold/exec";
import type { Rows } from "../data/rows.js";
import { executorRefused } from "../diagnostics.js";
import { codeEntry, enterCodes } from "./code-entry.js";
import type { OnEvent } from "./options.js";

/** The device's integers by software: device inputs in, device outputs out, frame by frame. */
export interface IntegerRunner {
  readonly by: string;
  run(frames: readonly (readonly Tensor[])[]): readonly (readonly Tensor[])[];
}

function concatenate(graph: Graph, frames: readonly (readonly Tensor[])[]): Tensor["data"][] {
  return graph.inputs.map((input, i) => {
    const size = product(input.type.shape);
    const first = frames[0]![i]!.data;
    const Data = first.constructor as new (length: number) => typeof first;
    const all = new Data(size * frames.length);
    frames.forEach((frame, at) => {
      all.set(frame[i]!.data as never, at * size);
    });
    return all;
  });
}

/** The fast executor, or the reference evaluator where the executor cannot promise exactness, which is said. */
export function integerRunner(graph: Graph, onEvent: OnEvent | undefined): IntegerRunner {
  const reference: IntegerRunner = {
    by: "reference evaluator",
    run: (frames) => frames.map((frame) => evaluate(graph, frame)),
  };
  let executor: ReturnType<typeof createExecutor>;
  try {
    executor = createExecutor(graph);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const reason = error.diagnostics.map((d) => d.message).join(" ");
    onEvent?.({ kind: "diagnostic", diagnostic: executorRefused(reason) });
    return reference;
  }
  const types = graph.outputs.map(({ type }) => tensor(type.elem, type.shape));
  return {
    by: "fast executor",
    run(frames) {
      if (frames.length === 0) return [];
      const { outputs } = executor.run({ data: concatenate(graph, frames), count: frames.length });
      return frames.map((_, at) => types.map((type, i) => sampleTensor(type, outputs[i]!, at)));
    },
  };
}

/** The codes that the device reads for a frame. */
export function deviceInputs(lowered: Module, rows: Rows, index: number): readonly Tensor[] {
  const row = rows.row(index);
  if (rows.entry === "codes") return enterCodes(codeEntry(lowered.head), row);
  return lowered.head ? evaluate(lowered.head, row) : row;
}

/** The network's outputs for what the device gave. */
export function networkOutputs(lowered: Module, outputs: readonly Tensor[]): readonly Tensor[] {
  return lowered.tail ? evaluate(lowered.tail, outputs) : outputs;
}
