import type { LayerSpec } from "../layer.js";
import { addBias, depthwiseConv2d as convolve } from "../ops/index.js";
import { requireImage, requireOneOf } from "./check.js";
import { type ConvOptions, emitConv } from "./conv2d.js";
import { buildWeights } from "./weights.js";
import { settleWindow } from "./window.js";

/** Convolution of each channel by itself; weights `[kH, kW, channels]`. */
export function depthwiseConv2d(options: ConvOptions): LayerSpec {
  return {
    type: "depthwiseConv2d",
    ...(options.name === undefined ? {} : { name: options.name }),
    build: (context) => {
      const { name } = context;
      const { padValue = 0 } = options;
      requireOneOf(padValue, [0, -1], "padValue", name);
      const image = requireImage(context.inputShape, name);
      const channels = image[2];
      const window = settleWindow(options, image, name);
      const [kH, kW] = window.kernel;
      const taps = kH * kW;
      const weights = buildWeights(
        options,
        { shape: [kH, kW, channels], fanIn: taps, fanOut: taps },
        context,
      );
      const { parameter, bias } = weights;
      return {
        name,
        type: "depthwiseConv2d",
        outputShape: [window.outHeight, window.outWidth, channels],
        parameters: weights.parameters,
        buffers: weights.buffers,
        matrix: {
          weight: parameter,
          rows: channels,
          columns: taps,
          at: (row, column) => column * channels + row,
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
            group: channels,
            // [channels, 1, kH, kW] from [kH, kW, channels].
            arrangement: {
              shape: [channels, 1, kH, kW],
              from: (i) => (i % taps) * channels + Math.floor(i / taps),
            },
          }),
      };
    },
  };
}
