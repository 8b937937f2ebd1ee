import {
  constantOf,
  type Graph,
  makeTensor,
  numbers,
  product,
  type Tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { type ConstantWeights, Quant, type WeightMatrix } from "@gatefold/dialect-nn";
import { addQuantizer } from "./add-quantizer.js";
import type { Calibrator } from "./calibrator.js";
import { observe } from "./histogram.js";
import { calibratedScale, narrowCodes } from "./scale.js";

/** Weights of a layer, and how they are rounded. */
export interface QuantizedWeights {
  readonly layer: ConstantWeights;
  readonly bits: number;
  /** One scale, or one a row of the matrix; broadcasts against the weights. */
  readonly scale: Tensor;
  readonly scaleCount: number;
  /** The weights as the layer reads them, and after rounding. */
  readonly real: Tensor;
  readonly rounded: Tensor;
  /** Power of the weights over that of the error, in decibels; infinite without an error. */
  readonly signalToNoiseDb: number;
}

export interface WeightOptions {
  readonly bits: number;
  readonly calibrator: Calibrator;
  readonly perChannel: boolean;
  readonly powerOfTwo: boolean;
}

/** Chooses the scales of a layer's weights: symmetric codes without the lowest, a scale a row of the matrix or one for all. */
export function quantizeWeights(layer: ConstantWeights, options: WeightOptions): QuantizedWeights {
  const { bits, calibrator, perChannel, powerOfTwo } = options;
  const { matrix } = layer;
  const real = layer.asRead(constantOf(layer.constant.result())!);
  const values = numbers(real);
  const rows = rowsOf(matrix, values.length);
  const members = perChannel
    ? Array.from({ length: matrix.rows }, (_, row) =>
        Float64Array.from({ length: matrix.columns }, (_, column) => values[matrix.at(row, column)]!),
      )
    : [values];
  const codes = narrowCodes(bits);
  const scales = members.map((own) =>
    calibratedScale(symmetric(own), codes, calibrator, powerOfTwo, layer.name),
  );
  const scale = perChannel ? alongRows(real, rows, scales) : tensorFrom(real.elem, [], scales);
  const parameters = [0, bits].map((v) => tensorFrom(real.elem, [], [v]));
  const rounded = Quant.evaluate!([real, scale, ...parameters], weightQuantizer)[0]!;
  return {
    layer,
    bits,
    scale,
    scaleCount: scales.length,
    real,
    rounded,
    signalToNoiseDb: signalToNoise(values, numbers(rounded)),
  };
}

const weightQuantizer = { signed: true, narrow: true, rounding: "ROUND" } as const;

/** Puts the quantizer between the weights and their layer. */
export function insertWeightQuantizer(graph: Graph, { layer, bits, scale }: QuantizedWeights): Value {
  const { op, matrix, name } = layer;
  const quantized = addQuantizer(graph, op.operand(matrix.operand), {
    before: op,
    name: `${name}_weight_quant`,
    scale,
    bits,
    signed: true,
    narrow: true,
  });
  graph.setOperand(op, matrix.operand, quantized);
  return quantized;
}

/** A range and its mirror image: what is seen of weights, whose codes reach as far below 0 as above. */
function symmetric(values: ArrayLike<number>): ReturnType<typeof observe> {
  const seen = observe(values);
  const size = Math.max(-seen.min, seen.max);
  return { ...seen, min: -size, max: size };
}

/** The row that each element of the weights belongs to. */
function rowsOf(matrix: WeightMatrix, count: number): Int32Array {
  const rows = new Int32Array(count);
  for (let row = 0; row < matrix.rows; row++) {
    for (let column = 0; column < matrix.columns; column++) rows[matrix.at(row, column)] = row;
  }
  return rows;
}

/** A scale for each row in the smallest shape that broadcasts against the weights: axes along which no row changes have size 1. */
function alongRows({ elem, shape }: Tensor, rows: Int32Array, scales: readonly number[]): Tensor {
  const kept = shape.map((size, axis) => {
    const inner = product(shape.slice(axis + 1));
    const changes = rows.some((row, i) => Math.floor(i / inner) % size > 0 && row !== rows[i - inner]);
    return changes ? size : 1;
  });
  const out = new Float64Array(product(kept));
  for (const [i, row] of rows.entries()) {
    let at = 0;
    for (const [axis, size] of shape.entries()) {
      const position = Math.floor(i / product(shape.slice(axis + 1))) % size;
      at = at * kept[axis]! + (kept[axis] === 1 ? 0 : position);
    }
    out[at] = scales[row]!;
  }
  return makeTensor(elem, kept, out);
}

function signalToNoise(values: ArrayLike<number>, rounded: ArrayLike<number>): number {
  let [signal, noise] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    signal += values[i]! ** 2;
    noise += (values[i]! - rounded[i]!) ** 2;
  }
  return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
}
