import { elemInfo } from "@gatefold/core";
import { random } from "@gatefold/datasets";
import { badSelector } from "./diagnostics.js";
import { type LayerShape, layerNamed } from "./layers.js";
import type { Fault, FaultMode, FaultSite, Scenario } from "./manifest.js";

/** A family of faults: every site of a kind, in every mode. */
export interface FaultFamily {
  readonly site: FaultSite["kind"];
  readonly modes: readonly FaultMode[];
  /** Default: all layers, or all convolutions with `only: "convolutions"`. */
  readonly layers?: readonly string[];
  readonly only?: "convolutions";
  /** PEs of a layer, for `pe`; at most its channels. */
  readonly lanes?: number | Readonly<Record<string, number>>;
}

/** The channels whose codes a fault changes: one, or those that a PE computes; none of weights. */
export function channelsAt(site: FaultSite, channels: number): readonly number[] {
  if (site.kind === "weight-bit") return [];
  if (site.kind !== "pe") return [site.channel];
  return upTo(channels / site.lanes).map((i) => i * site.lanes + site.pe);
}

/** Which of a family are run. */
export type Selector =
  | { readonly kind: "exhaustive" }
  /** Each fault with this probability. */
  | { readonly kind: "rate"; readonly rate: number; readonly seed: number }
  /** `count` scenarios of `simultaneous` different faults each. */
  | {
      readonly kind: "sample";
      readonly count: number;
      readonly simultaneous?: number;
      readonly seed: number;
    };

/** Stuck at both ends of the codes. */
export const stuckAtEnds: readonly FaultMode[] = [
  { kind: "stuck-at", value: "low" },
  { kind: "stuck-at", value: "high" },
];

/** Every fault of a family, layer by layer. */
export function faultsOf(layers: readonly LayerShape[], family: FaultFamily): readonly Fault[] {
  const chosen = family.layers
    ? family.layers.map((name) => layerNamed(layers, name))
    : layers.filter(({ isConvolution }) => family.only !== "convolutions" || isConvolution);
  return chosen.flatMap((layer) =>
    sitesOf(layer, family).flatMap((site) => family.modes.map((mode) => ({ site, mode }))),
  );
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

function sitesOf(layer: LayerShape, { site, lanes }: FaultFamily): readonly FaultSite[] {
  const { name } = layer;
  switch (site) {
    case "channel":
      return upTo(layer.channels).map((channel) => ({ kind: "channel", layer: name, channel }));
    case "pe": {
      const count = typeof lanes === "number" ? lanes : lanes?.[name];
      if (count === undefined || !Number.isSafeInteger(count) || count < 1 || layer.channels % count !== 0) {
        throw badSelector(
          `gives layer \`${name}\` ${count} PEs, which do not divide its ${layer.channels} channels`,
        );
      }
      return upTo(count).map((pe) => ({ kind: "pe", layer: name, pe, lanes: count }));
    }
    case "code-bit":
      return upTo(layer.channels).flatMap((channel) =>
        upTo(elemInfo(layer.codes.elem).widthBits).map((bit) => ({
          kind: "code-bit" as const,
          layer: name,
          channel,
          bit,
        })),
      );
    case "accumulator-bit":
      return upTo(layer.rows).flatMap((channel) =>
        upTo(layer.accumulatorBits).map((bit) => ({
          kind: "accumulator-bit" as const,
          layer: name,
          channel,
          bit,
        })),
      );
    case "weight-bit":
      return upTo(layer.rows).flatMap((row) =>
        upTo(layer.columns).flatMap((column) =>
          upTo(layer.weightBits).map((bit) => ({
            kind: "weight-bit" as const,
            layer: name,
            row,
            column,
            bit,
          })),
        ),
      );
  }
}

/** The scenarios that a selector makes of faults. Draws depend on the seed alone. */
export function select(faults: readonly Fault[], selector: Selector): readonly Scenario[] {
  switch (selector.kind) {
    case "exhaustive":
      return faults.map((fault) => ({ faults: [fault] }));
    case "rate": {
      if (!(selector.rate >= 0 && selector.rate <= 1)) throw badSelector(`has the rate ${selector.rate}`);
      const numbers = random(selector.seed);
      return faults.filter(() => numbers.uniform() < selector.rate).map((fault) => ({ faults: [fault] }));
    }
    case "sample": {
      const { count, simultaneous = 1 } = selector;
      if (!(Number.isSafeInteger(count) && count > 0)) throw badSelector(`asks for ${count} scenarios`);
      if (!(Number.isSafeInteger(simultaneous) && simultaneous > 0 && simultaneous <= faults.length)) {
        throw badSelector(`asks for ${simultaneous} of ${faults.length} faults at once`);
      }
      const numbers = random(selector.seed);
      return Array.from({ length: count }, () => {
        const chosen = new Set<number>();
        while (chosen.size < simultaneous) chosen.add(numbers.below(faults.length));
        return { faults: [...chosen].map((i) => faults[i]!) };
      });
    }
  }
}
