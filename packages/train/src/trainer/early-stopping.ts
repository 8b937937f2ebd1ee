import { checkNumber, checkWhole } from "../check.js";
import { unknownMetric } from "../diagnostics.js";
import type { Metrics, TrainPlugin } from "../hooks.js";
import { holdMasks } from "../prune/pruning.js";
import { type Snapshot, snapshotOf } from "../prune/snapshot.js";

export interface EarlyStoppingOptions {
  /** Figure of the epochs; `validation.loss` unless given. Never a figure of the test data. */
  readonly metric?: string;
  /** Which way is better; `low` for names that end in `loss`, `high` for others, unless given. */
  readonly goal?: "low" | "high";
  /** Epochs without a better value that are waited for; 10 unless given. */
  readonly patience?: number;
  /** By how much a value has to be better to count; 0 unless given. */
  readonly least?: number;
  /** Whether the round ends with the weights of its best epoch; true unless given. */
  readonly restoreBest?: boolean;
}

interface Best {
  readonly value: number;
  readonly epoch: number;
  readonly snapshot: Snapshot | undefined;
  readonly metrics: ReadonlyMap<string, number>;
}

/** A best epoch as named arrays, and back. */
function saveBest({ value, epoch, metrics, snapshot }: Best): Record<string, Float64Array> {
  const named = (folder: string, entries: Iterable<[string, Float64Array]>): [string, Float64Array][] =>
    Array.from(entries, ([name, data]) => [`${folder}/${name}`, data]);
  return {
    best: Float64Array.of(value, epoch),
    ...Object.fromEntries(
      named(
        "metric",
        Array.from(metrics, ([name, each]) => [name, Float64Array.of(each)]),
      ),
    ),
    ...Object.fromEntries(named("value", Object.entries(snapshot?.save() ?? {}))),
  };
}

function readBest(state: Readonly<Record<string, Float64Array>>): Best | undefined {
  const head = state["best"];
  if (!head) return undefined;
  const below = (folder: string): [string, Float64Array][] =>
    Object.entries(state)
      .filter(([key]) => key.startsWith(`${folder}/`))
      .map(([key, data]) => [key.slice(folder.length + 1), data]);
  const values = below("value");
  return {
    value: head[0]!,
    epoch: head[1]!,
    metrics: new Map(below("metric").map(([name, data]) => [name, data[0]!])),
    snapshot: values.length > 0 ? snapshotOf(Object.fromEntries(values)) : undefined,
  };
}

/**
 * Ends a round when a figure of its epochs has stopped becoming better, and takes the model back to the round's best epoch.
 * What is pruned stays pruned. Every round begins anew.
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): TrainPlugin {
  const { metric = "validation.loss", patience = 10, least = 0, restoreBest = true } = options;
  const goal = options.goal ?? (metric.endsWith("loss") ? "low" : "high");
  checkWhole("earlyStopping.patience", patience, 1);
  checkNumber("earlyStopping.least", least, [0, Number.POSITIVE_INFINITY], "[)");
  let best: Best | undefined;
  let waited = 0;
  const judged = (metrics: Metrics): number => {
    const value = metrics.get(metric);
    if (value === undefined) throw unknownMetric(metric, [...metrics.keys()]);
    return goal === "low" ? value : -value;
  };
  const described = { metric, goal, patience, least, restoreBest };
  return {
    ...described,
    name: "early-stopping",
    after: ["metrics"],
    setup: (hooks) => {
      hooks.beforeRound.tap(() => {
        best = undefined;
        waited = 0;
      });
      hooks.afterEpoch.tap((fit, metrics) => {
        const value = judged(metrics);
        if (best === undefined || value < best.value - least) {
          const snapshot = restoreBest ? snapshotOf(fit.model) : undefined;
          best = { value, epoch: fit.epoch, snapshot, metrics: new Map(metrics) };
          waited = 0;
        } else if (++waited >= patience) {
          fit.stop(`\`${metric}\` has not become better for ${patience} epochs`);
        }
      });
      hooks.afterRound.tap((fit, metrics) => {
        if (!best?.snapshot || best.epoch === fit.epoch) return;
        best.snapshot.restore(fit.model);
        holdMasks(fit.model);
        for (const [name, value] of best.metrics) metrics.set(name, value);
        metrics.set("best.epoch", best.epoch);
      });
    },
    save: () => ({ waited: Float64Array.of(waited), ...(best ? saveBest(best) : {}) }),
    restore: (state) => {
      waited = state["waited"]?.[0] ?? 0;
      best = readBest(state);
    },
  } as TrainPlugin;
}
