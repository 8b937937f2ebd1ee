import type { FoldStep } from "@gatefold/pass-fold";
import { grouped } from "./numbers.js";

export const resourceNames = { lutCount: "LUT", ffCount: "FF", bramCount: "BRAM", dspCount: "DSP" } as const;

/** `PE 4, SIMD 8`. */
export function foldText(fold: Readonly<Record<string, number>>): string {
  return Object.entries(fold)
    .map(([axis, value]) => `${axis} ${value}`)
    .join(", ");
}

/** What a step adds: `+120 LUT`, `-1 BRAM`; resources that stay, or that no rule knows, are left out. */
export function addedResources({ addedResources: added }: FoldStep): readonly string[] {
  return Object.entries(added)
    .filter(([, count]) => count !== undefined && Math.round(count) !== 0)
    .map(
      ([key, count]) =>
        `${count! > 0 ? "+" : ""}${grouped(Math.round(count!))} ${resourceNames[key as "lutCount"] ?? key}`,
    );
}
