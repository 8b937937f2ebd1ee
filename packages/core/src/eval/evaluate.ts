import { Constant, Return } from "../ir/builtin.js";
import type { Graph } from "../ir/graph.js";
import type { Module } from "../ir/module.js";
import { moduleGraphs } from "../ir/module.js";
import type { Op, Value } from "../ir/op.js";
import type { Tensor } from "../ir/tensor-data.js";

/** An op that has no `evaluate`, or whose `evaluate` threw. */
export class EvaluateError extends Error {
  override readonly name = "EvaluateError";
  readonly op: Op;

  constructor(op: Op, reason: string, options?: ErrorOptions) {
    super(
      `\`${op.def.name}\`${op.loc.node === undefined ? "" : ` (node ${op.loc.node})`}: ${reason}`,
      options,
    );
    this.op = op;
  }
}

export interface EvaluateOptions {
  /** Called with every value as it is made, inputs included. */
  readonly onValue?: (value: Value, tensor: Tensor) => void;
}

/** Runs one op's reference evaluator. */
export function evaluateOp(op: Op, operands: readonly Tensor[]): readonly Tensor[] {
  if (!op.def.evaluate) throw new EvaluateError(op, "this op has no evaluator");
  try {
    return op.def.evaluate(operands, op.attrs as never);
  } catch (error) {
    throw new EvaluateError(op, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/**
 * Runs a graph on one set of inputs with the ops' own evaluators: the definition of what the graph means.
 * Tensors are dropped after their last reader.
 */
export function evaluate(
  graph: Graph,
  inputs: readonly Tensor[],
  options: EvaluateOptions = {},
): readonly Tensor[] {
  if (inputs.length !== graph.inputs.length) {
    throw new RangeError(`graph \`${graph.name}\` has ${graph.inputs.length} inputs, not ${inputs.length}`);
  }
  const live = new Map<Value, Tensor>();
  const left = new Map<Value, number>();
  const make = (value: Value, tensor: Tensor): void => {
    live.set(value, tensor);
    left.set(value, value.uses.length);
    options.onValue?.(value, tensor);
  };
  graph.inputs.forEach((value, i) => {
    make(value, inputs[i]!);
  });
  for (const op of graph.ops()) {
    const operands = op.operands.map((v) => live.get(v)!);
    if (Return.is(op)) return operands;
    const results = Constant.is(op) ? [op.attrs.value] : evaluateOp(op, operands);
    for (const operand of op.operands) {
      const rest = left.get(operand)! - 1;
      left.set(operand, rest);
      if (rest === 0) live.delete(operand);
    }
    op.results.forEach((result, i) => {
      make(result, results[i]!);
    });
  }
  throw new Error(`graph \`${graph.name}\` has no return`);
}

/** Runs head, main and tail one after the other: the network's own inputs to its own outputs. */
export function evaluateModule(
  module: Module,
  inputs: readonly Tensor[],
  options: EvaluateOptions = {},
): readonly Tensor[] {
  return moduleGraphs(module).reduce((values, graph) => evaluate(graph, values, options), inputs);
}
