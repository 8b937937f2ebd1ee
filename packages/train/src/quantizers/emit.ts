import type { Value } from "@gatefold/core";
import { BipolarQuant, Quant } from "@gatefold/dialect-nn";
import { TrainError } from "../error.js";
import type { ExportBuilder } from "../layer.js";
import type { QuantizerContext } from "../quantizer.js";
import type { Grid } from "./grid.js";

export interface EmitArgs {
  readonly context: QuantizerContext;
  readonly scale: Float32Array;
}

/**
 * The scales as a constant that broadcasts: one, or one for each channel of a value in ONNX layout. Channels stand first in the
 * weights of a convolution `[out, in, kH, kW]`, last in a matrix `[in, out]`, second in an activation.
 */
function scaleOf(builder: ExportBuilder, x: Value, { context, scale }: EmitArgs): Value {
  const name = `${context.name}.scale`;
  if (scale.every((v) => v === 0)) {
    throw new TrainError(
      "train/no-scale",
      `The scale of ${context.name} is not set: it comes from the data, and has seen none but zeros.`,
      "train the model, or run it forward on a batch, before the export",
    );
  }
  // A channel that never held anything but zeros may have any scale.
  const used = scale.map((v) => v || 1);
  if (used.length === 1) return builder.real([], used, name);
  const rank = x.type.shape.length;
  const axis = context.role === "weight" ? (rank === 4 ? 0 : rank - 1) : Math.min(1, rank - 1);
  return builder.real(
    x.type.shape.map((_, i) => (i === axis ? used.length : 1)),
    used,
    name,
  );
}

/** QONNX Quant on the grid. */
export function emitQuant(builder: ExportBuilder, x: Value, args: EmitArgs & { readonly grid: Grid }): Value {
  const { grid, context } = args;
  const { bits, signed, narrow } = grid;
  const operands = [
    x,
    scaleOf(builder, x, args),
    builder.real([], [0], `${context.name}.zero_point`),
    builder.real([], [bits], `${context.name}.bits`),
  ];
  return Quant.build(
    builder.graph,
    operands,
    { signed, narrow, rounding: "ROUND" },
    builder.at(context.name),
  );
}

/** QONNX BipolarQuant. */
export function emitBipolar(builder: ExportBuilder, x: Value, args: EmitArgs): Value {
  const operands = [x, scaleOf(builder, x, args)];
  return BipolarQuant.build(builder.graph, operands, {}, builder.at(args.context.name));
}
