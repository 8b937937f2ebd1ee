export {
  type CampaignData,
  type CampaignOptions,
  type CampaignResult,
  type Outcome,
  runCampaign,
} from "./campaign.js";
export { type Classes, classesOf } from "./classes.js";
export { type CodeFunction, type Codes, codesBetween, faultyBit, faultyCode } from "./codes.js";
export { inject, injectOps } from "./inject.js";
export { type FaultLayer, type LayerShape, layersOf } from "./layers.js";
export {
  type Fault,
  type FaultManifest,
  type FaultMode,
  type FaultSite,
  type FaultTiming,
  parseManifest,
  printManifest,
  type Scenario,
} from "./manifest.js";
export { Override } from "./override.js";
export { mostCritical, type RankedChannel, rankChannels } from "./rank.js";
export { redundancy } from "./redundancy.js";
export { channelsAt, type FaultFamily, faultsOf, type Selector, select, stuckAtEnds } from "./scenarios.js";
export { withTaps } from "./suffix.js";
export { type Redundancy, triplicate } from "./triplicate.js";
