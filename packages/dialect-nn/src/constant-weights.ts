import {
  Constant,
  constantOf,
  type InterfaceTable,
  isInt,
  type Module,
  moduleGraphs,
  numbers,
  type Op,
  product,
  type Tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { Grid, Movement, Weighted, type WeightMatrix } from "./traits.js";

/** Constant weights of one op: the constant behind them, and what lies between (quantizers, transposes). */
export interface ConstantWeights {
  readonly op: Op;
  /** The node's name, or the constant's. */
  readonly name: string;
  readonly matrix: WeightMatrix;
  readonly constant: Op;
  /** Matrix elements, rows × columns in C order, as the constant has them: before any quantizer. */
  readonly values: Float64Array;
  /** Position in the constant of each matrix element. */
  readonly places: Int32Array;
  /** Whether a quantizer stands between the constant and the op. */
  readonly quantized: boolean;
  /** The weights as the op reads them when the constant is `tensor`. */
  readonly asRead: (tensor: Tensor) => Tensor;
}

/**
 * Every op of a network whose weights are constants, quantized or not. Ops of strangers take part through `Weighted`, and what
 * moves or quantizes their weights through its own evaluator.
 */
export function constantWeights(module: Module, interfaces: InterfaceTable): readonly ConstantWeights[] {
  const found: ConstantWeights[] = [];
  for (const graph of moduleGraphs(module)) {
    for (const op of graph.ops()) {
      const matrix = interfaces.get(op.def, Weighted)?.matrix(op);
      const value = matrix && op.operands[matrix.operand];
      const chain = value && chainToConstant(value);
      if (!matrix || !value || !chain) continue;
      const data = numbers(constantOf(chain.constant.result())!);
      const places = elementPlaces(chain, matrix, interfaces);
      if (!places) continue;
      found.push({
        op,
        name: op.loc.node ?? chain.constant.result().name ?? `${op.def.name}_${found.length}`,
        matrix,
        constant: chain.constant,
        values: Float64Array.from(places, (place) => data[place]!),
        places,
        quantized: chain.steps.some((step) => makesCodes(step, interfaces)),
        asRead: (tensor) => evaluateChain(chain, tensor),
      });
    }
  }
  return found;
}

interface Chain {
  readonly constant: Op;
  /** From the constant to the reader. */
  readonly steps: readonly Op[];
}

/** Whether an op is a quantizer, or gives back the reals of integer codes. */
function makesCodes(op: Op, interfaces: InterfaceTable): boolean {
  return interfaces.get(op.def, Grid)?.results === "own" || isInt(op.operand(0).type.elem);
}

/** Follows first operands, as long as all others are constants. */
function chainToConstant(value: Value): Chain | undefined {
  const steps: Op[] = [];
  let at = value.op;
  while (at && !Constant.is(at)) {
    if (at.results.length !== 1 || at.operands.slice(1).some((v) => constantOf(v) === undefined))
      return undefined;
    steps.unshift(at);
    at = at.operands[0]?.op;
  }
  return at && { constant: at, steps };
}

function evaluateChain({ steps }: Chain, tensor: Tensor): Tensor {
  let at = tensor;
  for (const op of steps) {
    at = op.def.evaluate!([at, ...op.operands.slice(1).map((v) => constantOf(v)!)], op.attrs)[0]!;
  }
  return at;
}

/** Sends the numbers of the constant's elements through all that moves them. */
function elementPlaces(
  { constant, steps }: Chain,
  matrix: WeightMatrix,
  interfaces: InterfaceTable,
): Int32Array | undefined {
  const { shape } = constantOf(constant.result())!;
  let indices = tensorFrom(
    "f64",
    shape,
    Float64Array.from({ length: product(shape) }, (_, i) => i),
  );
  for (const op of steps) {
    if (interfaces.get(op.def, Movement)) {
      indices = op.def.evaluate!([indices, ...op.operands.slice(1).map((v) => constantOf(v)!)], op.attrs)[0]!;
    } else if (product(op.result().type.shape) !== product(indices.shape)) {
      return undefined;
    }
  }
  const from = numbers(indices);
  const { rows, columns, at } = matrix;
  return Int32Array.from(
    { length: rows * columns },
    (_, i) => from[at(Math.floor(i / columns), i % columns)]!,
  );
}
