import type { Value } from "@gatefold/core";
import { Conv, Pad } from "@gatefold/dialect-nn";
import type { ExportBuilder, LayerSpec } from "../layer.js";
import { addBias, conv2d as convolve } from "../ops/index.js";
import { requireCount, requireImage, requireOneOf } from "./check.js";
import { buildWeights, type WeightOptions, type Weights } from "./weights.js";
import { type SettledWindow, settleWindow, type WindowOptions } from "./window.js";

export interface ConvOptions extends WeightOptions, WindowOptions {
  readonly name?: string;
  /** What lies outside of the image; -1 keeps an image of -1 and 1 on one bit. Default: 0. */
  readonly padValue?: 0 | -1;
}

export interface Conv2dOptions extends ConvOptions {
  /** Output channels. */
  readonly outputs: number;
}

/** Convolution over images; weights `[kH, kW, in, out]`. */
export function conv2d(options: Conv2dOptions): LayerSpec {
  return {
    type: "conv2d",
    ...(options.name === undefined ? {} : { name: options.name }),
    build: (context) => {
      const { name } = context;
      const { outputs, padValue = 0 } = options;
      requireCount(outputs, "number of outputs", name);
      requireOneOf(padValue, [0, -1], "padValue", name);
      const image = requireImage(context.inputShape, name);
      const inputs = image[2];
      const window = settleWindow(options, image, name);
      const [kH, kW] = window.kernel;
      const columns = kH * kW * inputs;
      const weights = buildWeights(
        options,
        { shape: [kH, kW, inputs, outputs], fanIn: columns, fanOut: kH * kW * outputs },
        context,
      );
      const { parameter, bias } = weights;
      return {
        name,
        type: "conv2d",
        outputShape: [window.outHeight, window.outWidth, outputs],
        parameters: weights.parameters,
        buffers: weights.buffers,
        matrix: {
          weight: parameter,
          rows: outputs,
          columns,
          at: (row, column) => column * outputs + row,
          positions: window.outHeight * window.outWidth,
          weightBits: weights.bits,
        },
        forward: (step, x) => {
          const y = convolve(step.tape, x, weights.forward(step), { ...window.geometry, padValue });
          return bias ? addBias(step.tape, y, bias.tensor) : y;
        },
        emit: (builder, x) =>
          emitConv(builder, x, {
            name,
            window,
            padValue,
            weights,
            group: 1,
            // [out, in, kH, kW] from [kH, kW, in, out].
            arrangement: {
              shape: [outputs, inputs, kH, kW],
              from: (i) => {
                const tap = i % (kH * kW);
                const input = Math.floor(i / (kH * kW)) % inputs;
                const output = Math.floor(i / columns);
                return (tap * inputs + input) * outputs + output;
              },
            },
          }),
      };
    },
  };
}

export interface ConvEmission {
  readonly name: string;
  readonly window: SettledWindow;
  readonly padValue: number;
  readonly weights: Weights;
  readonly group: number;
  readonly arrangement: Parameters<Weights["emit"]>[1];
}

/** Conv in NCHW; padding with anything but 0 becomes a Pad in front of it. */
export function emitConv(builder: ExportBuilder, x: Value, emission: ConvEmission): Value {
  const { name, window, padValue, weights, group, arrangement } = emission;
  const { graph } = builder;
  const { strides, pads, dilations } = window.geometry;
  const padsOutside = padValue !== 0 && pads.some((p) => p > 0);
  const [top, left, bottom, right] = pads;
  const image = padsOutside
    ? Pad.build(
        graph,
        [x, builder.real([], [padValue], `${name}.pad_value`)],
        { pads: [0, 0, top, left, 0, 0, bottom, right], mode: "constant" },
        builder.at(`${name}.pad`),
      )
    : x;
  const bias = weights.emitBias(builder);
  return Conv.build(
    graph,
    [image, weights.emit(builder, arrangement), ...(bias ? [bias] : [])],
    { strides: [...strides], dilations: [...dilations], pads: padsOutside ? [0, 0, 0, 0] : [...pads], group },
    builder.at(name),
  );
}
