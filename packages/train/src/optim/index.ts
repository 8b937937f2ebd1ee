export { type AdamOptions, adam, adamw } from "./adam.js";
export {
  defineOptimizer,
  type Optimizer,
  type OptimizerSlot,
  type OptimizerSpec,
  type Update,
} from "./optimizer.js";
export { type SgdOptions, sgd } from "./sgd.js";
