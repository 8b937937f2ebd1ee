export { type BatchNormMoments, batchNorm, type RunningMoments } from "./batch-norm.js";
export { type ConvGeometry, conv2d, depthwiseConv2d } from "./conv.js";
export { type Geometry, windowShape } from "./geometry.js";
export { addBias, matmul } from "./linear.js";
export {
  binaryCrossEntropy,
  type Labels,
  l1,
  sigmoid,
  softmax,
  softmaxCrossEntropy,
  squaredHinge,
} from "./loss.js";
export { dropout, overrideChannels } from "./override.js";
export { add, clip, hardtanh, mean, multiply, relu, scale, sum } from "./pointwise.js";
export { averagePool, globalAveragePool, maxPool } from "./pool.js";
export {
  type BinarizeOptions,
  binarize,
  quantizeUniform,
  type ScaleLayout,
  straightThrough,
  type UniformOptions,
} from "./quantize.js";
export { concat, flatten } from "./shape.js";
