import type { Graph, TensorData, Value } from "@gatefold/core";
import { createExecutor } from "@gatefold/exec";
import { type Classes, largest } from "./classes.js";
import { changeOf, injectOps } from "./inject.js";
import { type FaultLayer, layersOf } from "./layers.js";
import type { Scenario } from "./manifest.js";
import { changeChannels } from "./override.js";
import { suffixFrom, withTaps } from "./suffix.js";

/** What a campaign runs on. */
export interface CampaignData {
  /** Codes of `count` samples, one after the other. */
  readonly codes: TensorData;
  readonly count: number;
  readonly labels: ArrayLike<number>;
  /** The class of each sample; `classesOf(module)` where the network has a part behind the graph. Default: the largest output. */
  readonly classes?: Classes;
}

export interface CampaignResult {
  readonly cleanAccuracy: number;
  /** In the order of the scenarios. */
  readonly outcomes: readonly Outcome[];
  /** Least accuracy, that of the 5th percentile (nearest rank), and the mean. */
  readonly worst: number;
  readonly percentile5: number;
  readonly mean: number;
}

export interface Outcome {
  readonly scenario: Scenario;
  readonly accuracy: number;
  /** Samples whose class differs from the network's without faults. */
  readonly changedCount: number;
}

export interface CampaignOptions {
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Runs every scenario on all samples, exactly. What lies before the first fault is computed once for all scenarios, and what lies
 * behind a value is planned once, so that exhaustive campaigns of small networks take seconds.
 *
 * Throws `DiagnosticError` for faults that the graph does not have.
 */
export function runCampaign(
  graph: Graph,
  data: CampaignData,
  scenarios: readonly Scenario[],
  options: CampaignOptions = {},
): CampaignResult {
  const layers = layersOf(graph);
  const classes = data.classes ?? largest;
  const clean = createExecutor(graph).run({ data: data.codes, count: data.count });
  const cleanClasses = Array.from(classes(clean.outputs, data.count));
  const accuracyOf = (found: ArrayLike<number>): number => {
    let right = 0;
    for (let i = 0; i < data.count; i++) if (found[i] === data.labels[i]) right++;
    return right / data.count;
  };
  const suffixes = new Map<Value, ReturnType<typeof prepare>>();
  const outcomes: Outcome[] = [];
  for (const [i, scenario] of scenarios.entries()) {
    const outputs = runScenario(graph, layers, data, scenario, suffixes);
    const found = classes(outputs, data.count);
    outcomes.push({
      scenario,
      accuracy: accuracyOf(found),
      changedCount: cleanClasses.filter((each, sample) => each !== found[sample]).length,
    });
    options.onProgress?.(i + 1, scenarios.length);
  }
  return { cleanAccuracy: accuracyOf(cleanClasses), outcomes, ...summary(outcomes.map((o) => o.accuracy)) };
}

function summary(accuracies: readonly number[]): { worst: number; percentile5: number; mean: number } {
  const sorted = [...accuracies].sort((a, b) => a - b);
  const nearest = Math.max(0, Math.ceil(0.05 * sorted.length) - 1);
  return {
    worst: sorted[0] ?? Number.NaN,
    percentile5: sorted[nearest] ?? Number.NaN,
    mean: sorted.reduce((sum, a) => sum + a, 0) / sorted.length,
  };
}

/** The suffix behind a value, planned, with the clean values that it reads. */
function prepare(
  graph: Graph,
  data: CampaignData,
  value: Value,
): { readonly executor: ReturnType<typeof createExecutor>; readonly clean: readonly TensorData[] } {
  const suffix = suffixFrom(graph, value);
  const wanted = [value, ...suffix.needs];
  const { outputs } = createExecutor(withTaps(graph, wanted)).run({ data: data.codes, count: data.count });
  return { executor: createExecutor(suffix.graph), clean: outputs.slice(graph.outputs.length) };
}

function runScenario(
  graph: Graph,
  layers: readonly FaultLayer[],
  data: CampaignData,
  scenario: Scenario,
  suffixes: Map<Value, ReturnType<typeof prepare>>,
): readonly TensorData[] {
  const changes = scenario.faults.flatMap((fault) => changeOf(layers, fault) ?? []);
  const values = new Set(changes.map(({ value }) => value));
  if (changes.length === scenario.faults.length && values.size === 1) {
    const [value] = values;
    const prepared = suffixes.get(value!) ?? prepare(graph, data, value!);
    suffixes.set(value!, prepared);
    const faulty = prepared.clean[0]!.slice();
    for (const { channels, change } of changes) {
      changeChannels(narrow(faulty), value!.type.shape, channels, change);
    }
    return prepared.executor.run({ data: [faulty, ...prepared.clean.slice(1)], count: data.count }).outputs;
  }
  // Several places at once, or weights: the faults become part of the graph.
  const faulty = injectOps(graph, scenario);
  return createExecutor(faulty).run({ data: data.codes, count: data.count }).outputs;
}

function narrow(data: TensorData): Exclude<TensorData, BigInt64Array | BigUint64Array> {
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array)) return data;
  throw new RangeError("codes beyond 2^53 are no activations");
}
