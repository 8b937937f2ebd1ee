import type { Resources } from "@gatefold/core";
import type { FoldSummary, FormSummary } from "@gatefold/pass-fold";
import { type Figure, type FormReport, figure, type ImplementationReport } from "@gatefold/report";
import { defined } from "../defined.js";

/** How each layer is built and how else it could have been; `undefined` where nothing offers a choice. */
export function implementationReports({ layers }: FoldSummary): readonly ImplementationReport[] | undefined {
  if (layers.length === 0) return undefined;
  return layers.map(({ layer, chosen, forms }) => ({ layer, chosen, forms: forms.map(formReport) }));
}

function formReport({ form, resources, latencyCycles, reason }: FormSummary): FormReport {
  const known = Object.entries(resources ?? {}) as [keyof Resources, number][];
  const figures = known.map(([key, count]): [string, Figure] => [
    key,
    figure(Math.round(count), unitOf[key], "formula"),
  ]);
  return {
    form,
    ...defined({
      resources: resources && Object.fromEntries(figures),
      latencyCycles: latencyCycles === undefined ? undefined : figure(latencyCycles, "cycles", "formula"),
      reason,
    }),
  };
}

const unitOf: Readonly<Record<keyof Resources, string>> = {
  lutCount: "LUT",
  ffCount: "FF",
  bramCount: "BRAM",
  dspCount: "DSP",
};
