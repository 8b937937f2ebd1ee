export { type CellClass, countResources, type ResourceCount } from "./count.js";
export {
  type CircuitSource,
  type EquivalenceOptions,
  type EquivalenceResult,
  proveEqual,
} from "./equivalence.js";
export { type Harness, makeHarness, type PortWidth } from "./harness.js";
export {
  type Ice40Device,
  ice40Devices,
  type PlaceAndRouteOptions,
  type PlaceAndRouteResult,
  placeAndRoute,
  type Utilization,
} from "./place-and-route.js";
export { type SynthesisResult, type SynthesizeOptions, synthesize } from "./synthesize.js";
export type { SynthesisTarget } from "./targets.js";
