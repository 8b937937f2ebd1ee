import type { Resources } from "@gatefold/core";
import type { Forms } from "./choose-forms.js";
import { unitsOf } from "./cost-model.js";
import { type FormPrices, offerInterval, type Scale } from "./form-prices.js";
import type { FormSummary, LayerForms } from "./implementation-summary.js";
import { foldedForm } from "./implementations.js";
import type { Form, Layer } from "./layer-forms.js";
import { sumResources } from "./solve.js";

/** What was chosen for each layer, and what else it could have been. */
export function summarizeForms(
  layers: readonly Layer[],
  chosen: Forms,
  prices: FormPrices,
  scale: Scale,
): readonly LayerForms[] {
  return layers.map((layer): LayerForms => {
    const { name, forms, refused } = layer;
    const taken = chosen.get(layer);
    const open = layer.ops.length > 0 ? forms : [];
    const weighed = [...new Set(open.map(({ form }) => form))].map((form) => {
      const same = open.filter((f) => f.form === form);
      return summarize(same.find((f) => f === taken) ?? cheapestOf(same, prices, scale), prices, scale);
    });
    const left = refused
      .filter(({ form }, i) => refused.findIndex((r) => r.form === form) === i)
      .filter(({ form }) => weighed.every((w) => w.form !== form))
      .map(({ form, reason }): FormSummary => ({ form, ...unknown, reason: reason.replace(/\.$/, "") }));
    return { layer: name, chosen: taken?.form ?? foldedForm, forms: [...weighed, ...left] };
  });
}

/** Of offers of one form, for more or fewer of the layer's ops, the cheapest as far as is known. */
function cheapestOf(forms: readonly Form[], prices: FormPrices, scale: Scale): Form {
  const costOf = (f: Form): number =>
    f.offer && !prices.known(f.offer) ? Number.POSITIVE_INFINITY : prices.cost(f, scale);
  return forms.reduce((best, next) => (costOf(next) < costOf(best) ? next : best));
}

const unknown = { units: undefined, resources: undefined, latencyCycles: undefined };

function summarize({ form, offer, rest }: Form, prices: FormPrices, scale: Scale): FormSummary {
  const { cycles, weights, latencyWeight } = scale;
  const kernels = rest.length > 0 ? prices.folded(rest, scale) : undefined;
  if (rest.length > 0 && !kernels) {
    const problem = prices.problemOf(rest);
    const reason =
      typeof problem === "string" ? problem : `its kernels cannot keep to ${cycles} cycles a frame`;
    return { form, ...unknown, reason };
  }
  const folded = kernels?.resources ?? {};
  const kernelCycles = kernels?.latencyCycles() ?? 0;
  if (!offer) return priced(form, folded, kernelCycles);
  const interval = offerInterval(offer);
  const price = prices.known(offer);
  if (price)
    return priced(form, added(folded, price.resources), kernelCycles + price.latencyCycles + interval - 1);
  const reason =
    interval > cycles
      ? `it takes ${interval} cycles a frame`
      : `it takes at least ${Math.ceil(offer.leastLuts)} LUTs${latencyWeight > 0 ? "" : ", which is too much"}`;
  return { form, ...unknown, reason };

  function priced(name: string, resources: Partial<Resources>, latencyCycles: number): FormSummary {
    return { form: name, units: unitsOf(resources, weights), resources, latencyCycles, reason: undefined };
  }
}

/** The sum, without what either does not know. */
function added(a: Partial<Resources>, b: Partial<Resources>): Partial<Resources> {
  const sum = sumResources([a, b]);
  const known = Object.entries(sum).filter(([key]) => b[key as keyof Resources] !== undefined);
  return Object.fromEntries(known);
}
