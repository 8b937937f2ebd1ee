import { definePlugin, type Plugin } from "@gatefold/core";
import { forgetRareAddresses } from "./forget-rare-addresses.js";
import { mapNetlists } from "./map-netlists.js";
import { mergeNetlists } from "./merge-netlists.js";
import { checkSpatialOptions, type SpatialOptions } from "./options.js";

export { type AdderGraphOptions, adderGraph } from "./adder-graph.js";
export type { ChannelFunction } from "./channel-function.js";
export type { FormContext, FormOffer, LayerForm } from "./form.js";
export { implementations } from "./implementations.js";
export type { Layer, LayerInput, LayerWindow, Neuron, NeuronRow } from "./layer.js";
export { layerNetlist } from "./layer-netlist.js";
export type { Rarity, SpatialOptions } from "./options.js";
export { rareAddresses } from "./rare.js";
export { type TablesOptions, tables } from "./tables.js";

/**
 * Spatial circuits behind folding: neighbours become one, tables LUTs, and registers are set. Comes after `fold`, which builds
 * layers in space where its option `implementations` is `implementations(options)` of this package.
 */
export function spatial(options: SpatialOptions = {}): Plugin {
  checkSpatialOptions(options);
  const { rarity } = options;
  return definePlugin({
    name: "spatial",
    after: ["fold"],
    passes: [
      mergeNetlists,
      ...(rarity === undefined ? [] : [forgetRareAddresses(options, rarity)]),
      mapNetlists(options),
    ],
  });
}
