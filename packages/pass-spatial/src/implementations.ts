import type { Netlist } from "@gatefold/netlist";
import type { Implementations, Offer, Refusal } from "@gatefold/pass-fold";
import { buildLayer } from "./build-layer.js";
import { findLayers } from "./find-layers.js";
import type { FormContext, FormOffer, LayerForm } from "./form.js";
import type { Layer } from "./layer.js";
import { estimatedPrice, layerPrice, type Timing } from "./layer-price.js";
import { checkSpatialOptions, formsOf, lutInputsOf, type SpatialOptions } from "./options.js";

/** Offers to build layers in space, each in every form that it can have. For `fold`'s option of this name. */
export function implementations(options: SpatialOptions = {}): Implementations {
  checkSpatialOptions(options);
  return {
    offers: ({ graph, ranges, target, clockMhz }) => {
      const { layers, refused: unfit } = findLayers(graph, ranges);
      const forms = formsOf(options);
      const context: FormContext = { lutInputs: lutInputsOf(target), effort: options.effort ?? 1 };
      const timing: Timing = { target, clockMhz: options.clockMhz ?? clockMhz, stages: options.stages };
      const offers: Offer[] = [];
      const refused: Refusal[] = unfit.flatMap(({ layer, reason }) =>
        forms.map((form) => ({ layer, form: form.name, reason })),
      );
      for (const layer of layers) {
        for (const form of forms) {
          const offer = form.offer(layer, context);
          if (typeof offer === "string") refused.push({ layer: layer.name, form: form.name, reason: offer });
          else offers.push(offerOf(layer, form, offer, context, timing));
        }
      }
      return { offers, refused };
    },
  };
}

function offerOf(
  layer: Layer,
  form: LayerForm,
  { leastLuts, netlist, estimate }: FormOffer,
  context: FormContext,
  timing: Timing,
): Offer {
  let built: Netlist | undefined;
  const circuit = (): Netlist => {
    built ??= netlist();
    return built;
  };
  return {
    layer: layer.name,
    form: form.name,
    ops: layer.ops,
    leastLuts,
    price: () => {
      const lutCount = built === undefined ? estimate?.() : undefined;
      return lutCount === undefined
        ? layerPrice(layer, circuit(), context.lutInputs, timing)
        : estimatedPrice(layer, lutCount, timing);
    },
    build: (site) => buildLayer(layer, circuit(), site),
  };
}
