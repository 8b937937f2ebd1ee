import type { CampaignResult } from "./campaign.js";
import type { Redundancy } from "./triplicate.js";

/** A channel and how bad its worst fault is. */
export interface RankedChannel {
  readonly layer: string;
  readonly channel: number;
  readonly worstAccuracy: number;
}

/**
 * Channels of an exhaustive campaign of single channel faults, the most critical first. Rank on validation data: on the test set
 * the choice would know the answers.
 */
export function rankChannels(result: CampaignResult): readonly RankedChannel[] {
  const worst = new Map<string, RankedChannel>();
  for (const { scenario, accuracy } of result.outcomes) {
    const [fault] = scenario.faults;
    if (scenario.faults.length !== 1 || fault?.site.kind !== "channel") continue;
    const { layer, channel } = fault.site;
    const key = `${layer} ${channel}`;
    const known = worst.get(key);
    if (known && known.worstAccuracy <= accuracy) continue;
    worst.set(key, { layer, channel, worstAccuracy: accuracy });
  }
  return [...worst.values()].sort((a, b) => a.worstAccuracy - b.worstAccuracy);
}

/** The first `count` of ranked channels, by layer, for `triplicate`. */
export function mostCritical(ranked: readonly RankedChannel[], count: number): Redundancy {
  const chosen: Record<string, number[]> = {};
  for (const { layer, channel } of ranked.slice(0, count)) {
    chosen[layer] = [...(chosen[layer] ?? []), channel];
  }
  for (const channels of Object.values(chosen)) channels.sort((a, b) => a - b);
  return chosen;
}
