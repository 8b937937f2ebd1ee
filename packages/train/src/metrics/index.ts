export { bopsHawks, bopsProduct, type CostLayer, ebops, enclosedBits } from "./bops.js";
export {
  accuracy,
  auc,
  backgroundEfficiency,
  type ClassFigures,
  classFigures,
  probabilities,
} from "./classes.js";
export { costLayers, density, inputBitsOf, lutMacs } from "./cost-layers.js";
export {
  aiq,
  layerOutputs,
  type NeuralEfficiency,
  type NeuronOutputs,
  neuralEfficiency,
} from "./efficiency.js";
export { type MetricsOptions, metricsPlugin } from "./plugin.js";
