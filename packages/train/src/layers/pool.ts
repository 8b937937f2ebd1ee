import type { Value } from "@gatefold/core";
import { AveragePool, Flatten, GlobalAveragePool, MaxPool } from "@gatefold/dialect-nn";
import type { ExportBuilder, LayerSpec } from "../layer.js";
import { averagePool, flatten, maxPool, globalAveragePool as meanOfImage } from "../ops/index.js";
import type { Tape, Tensor } from "../tape.js";
import { requireImage } from "./check.js";
import { type SettledWindow, settleWindow, type WindowOptions } from "./window.js";

export interface PoolOptions extends WindowOptions {
  readonly name?: string;
}

interface PoolKind {
  readonly type: string;
  forward(tape: Tape, x: Tensor, window: SettledWindow): Tensor;
  emit(builder: ExportBuilder, x: Value, attrs: WindowAttrs, name: string): Value;
}

interface WindowAttrs {
  readonly kernel_shape: readonly number[];
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
}

function pool(kind: PoolKind, options: PoolOptions): LayerSpec {
  return {
    type: kind.type,
    ...(options.name === undefined ? {} : { name: options.name }),
    build: ({ name, inputShape }) => {
      const image = requireImage(inputShape, name);
      const window = settleWindow({ ...options, stride: options.stride ?? options.kernel }, image, name);
      const { kernel, geometry } = window;
      const attrs = {
        kernel_shape: [...kernel],
        strides: [...geometry.strides],
        pads: [...geometry.pads],
        dilations: [...geometry.dilations],
      };
      return {
        name,
        type: kind.type,
        outputShape: [window.outHeight, window.outWidth, image[2]],
        parameters: [],
        buffers: [],
        forward: ({ tape }, x) => kind.forward(tape, x, window),
        emit: (builder, x) => kind.emit(builder, x, attrs, name),
      };
    },
  };
}

/** Largest value of each window; padding takes no part. */
export function maxPool2d(options: PoolOptions): LayerSpec {
  return pool(
    {
      type: "maxPool2d",
      forward: (tape, x, { kernel, geometry }) => maxPool(tape, x, kernel, geometry),
      emit: (builder, x, attrs, name) => MaxPool.build(builder.graph, [x], attrs, builder.at(name)),
    },
    options,
  );
}

/** Mean of each window; places outside of the image count as 0. */
export function averagePool2d(options: PoolOptions): LayerSpec {
  return pool(
    {
      type: "averagePool2d",
      forward: (tape, x, { kernel, geometry }) => averagePool(tape, x, kernel, geometry),
      emit: (builder, x, attrs, name) =>
        AveragePool.build(builder.graph, [x], { ...attrs, count_include_pad: true }, builder.at(name)),
    },
    options,
  );
}

/** Mean of each channel over the image: `[H, W, C]` to `[C]` features. */
export function globalAveragePool(options: { readonly name?: string } = {}): LayerSpec {
  return {
    type: "globalAveragePool",
    ...(options.name === undefined ? {} : { name: options.name }),
    build: ({ name, inputShape }) => ({
      name,
      type: "globalAveragePool",
      outputShape: [requireImage(inputShape, name)[2]],
      parameters: [],
      buffers: [],
      forward: ({ tape }, x) => flatten(tape, meanOfImage(tape, x)),
      emit: (builder, x) => {
        const mean = GlobalAveragePool.build(builder.graph, [x], {}, builder.at(name));
        return Flatten.build(builder.graph, [mean], { axis: 1 }, builder.at(`${name}.flatten`));
      },
    }),
  };
}
