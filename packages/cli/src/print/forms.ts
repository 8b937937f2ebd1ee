import type { FormReport, ImplementationReport } from "@gatefold/report";
import { resourceNames } from "./next-step.js";
import { counted, grouped } from "./numbers.js";

/** `120 LUT, 2 BRAM, 40 cycles`; empty without figures. */
export function formText({ resources, latencyCycles }: FormReport): string {
  if (!resources) return "";
  const counts = Object.entries(resources).filter(([key, { value }]) => value > 0 || key === "lutCount");
  return [
    ...counts.map(([key, { value }]) => `${grouped(value)} ${resourceNames[key as "lutCount"] ?? key}`),
    ...(latencyCycles ? [counted(latencyCycles.value, "cycle")] : []),
  ].join(", ");
}

/** `fc1 is folded (120 LUT, 40 cycles); table: 410 LUT, 1 cycle; adder-graph: its sums are too wide.` */
export function formSentence({ layer, chosen, forms }: ImplementationReport): string {
  const taken = forms.find(({ form }) => form === chosen);
  const own = taken ? formText(taken) : "";
  const others = forms
    .filter((each) => each !== taken)
    .map((each) => `${each.form}: ${formText(each) || each.reason}`);
  return `${[`${layer} is ${chosen}${own === "" ? "" : ` (${own})`}`, ...others].join("; ")}.`;
}
