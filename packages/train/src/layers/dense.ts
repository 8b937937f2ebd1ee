import type { Random } from "@gatefold/datasets";
import { Add, MatMul } from "@gatefold/dialect-nn";
import type { LayerSpec } from "../layer.js";
import { addBias, matmul } from "../ops/index.js";
import { requireCount, requireFeatures } from "./check.js";
import { buildWeights, type WeightOptions } from "./weights.js";

export interface DenseOptions extends WeightOptions {
  readonly name?: string;
  readonly outputs: number;
  /**
   * Which weights there are: 1 keeps, 0 holds at 0. `[outputs, inputs]` in C order, as the rows and columns of the layer's
   * matrix; or a function that draws them.
   */
  readonly mask?: ArrayLike<number> | ((rows: number, columns: number, random: Random) => ArrayLike<number>);
}

/** `x · W (+ b)`: each output reads all inputs, or those that the mask leaves it. */
export function dense(options: DenseOptions): LayerSpec {
  return {
    type: "dense",
    ...(options.name === undefined ? {} : { name: options.name }),
    build: (context) => {
      const { name, random } = context;
      const rows = options.outputs;
      requireCount(rows, "number of outputs", name);
      const columns = requireFeatures(context.inputShape, name);
      const given =
        typeof options.mask === "function" ? options.mask(rows, columns, random.stream(0)) : options.mask;
      const at = (row: number, column: number): number => column * rows + row;
      const weights = buildWeights(
        options,
        { shape: [columns, rows], fanIn: columns, fanOut: rows },
        context,
        given && transposedMask(given, rows, columns),
      );
      const { parameter, bias } = weights;
      return {
        name,
        type: "dense",
        outputShape: [rows],
        parameters: weights.parameters,
        buffers: weights.buffers,
        matrix: { weight: parameter, rows, columns, at, positions: 1, weightBits: weights.bits },
        forward: (step, x) => {
          const y = matmul(step.tape, x, weights.forward(step));
          return bias ? addBias(step.tape, y, bias.tensor) : y;
        },
        emit: (builder, x) => {
          const w = weights.emit(builder, { shape: [columns, rows], from: (i) => i });
          const y = MatMul.build(builder.graph, [x, w], {}, builder.at(name));
          const b = weights.emitBias(builder);
          return b ? Add.build(builder.graph, [y, b], {}, builder.at(`${name}.add`)) : y;
        },
      };
    },
  };
}

/** A mask by rows as one by columns; of the same length even when that is wrong, for the check behind it. */
function transposedMask(mask: ArrayLike<number>, rows: number, columns: number): Float32Array {
  if (mask.length !== rows * columns) return Float32Array.from(mask);
  return Float32Array.from(mask, (_, i) => mask[(i % rows) * columns + Math.floor(i / rows)]!);
}
