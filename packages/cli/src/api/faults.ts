import { readFileSync } from "node:fs";
import { DiagnosticError, type Module, type TensorData } from "@gatefold/core";
import {
  type CampaignResult,
  classesOf,
  type FaultMode,
  type FaultSite,
  faultsOf,
  type LayerShape,
  layersOf,
  mostCritical,
  parseManifest,
  rankChannels,
  runCampaign,
  type Scenario,
  select,
  stuckAtEnds,
  triplicate,
} from "@gatefold/fault";
import { samplesFor } from "../data/inputs.js";
import type { Rows } from "../data/rows.js";
import { faultsNeedLabels, faultsNeedOneInput, unreadable } from "../diagnostics.js";
import { reasonOf } from "../load/target-file.js";
import { compileModel } from "./compile.js";
import { deviceInputs } from "./integers.js";
import type { DataOptions, PipelineOptions } from "./options.js";

export interface FaultsOptions extends PipelineOptions, DataOptions {
  /** What kind of place; `channel` unless given. */
  readonly site?: FaultSite["kind"] | undefined;
  /** Stuck at both ends of the codes unless given. */
  readonly modes?: readonly FaultMode[] | undefined;
  /** All layers unless given. */
  readonly layers?: readonly string[] | undefined;
  /** PEs of every layer that they divide, for `pe`. */
  readonly lanes?: number | undefined;
  /** So many scenarios drawn with `seed`; every one unless given. */
  readonly sample?: number | undefined;
  /** Faults at once in a drawn scenario; 1 unless given. */
  readonly simultaneous?: number | undefined;
  /** A file of scenarios, instead of all of the above. */
  readonly manifest?: string | undefined;
  /** Share of all channels, the most critical first, that are computed three times before the campaign is run again. */
  readonly triple?: number | undefined;
}

export interface FaultsResult {
  readonly layers: readonly LayerShape[];
  readonly scenarios: readonly Scenario[];
  readonly campaign: CampaignResult;
  /** The campaign again with redundancy, every single stuck channel. */
  readonly redundant:
    | { readonly channels: Readonly<Record<string, readonly number[]>>; readonly campaign: CampaignResult }
    | undefined;
}

/**
 * Accuracy of a network under faults, exactly, on labelled samples. Throws `DiagnosticError` when the model cannot be lowered, the data
 * does not fit or there is no such fault.
 */
export async function faults(options: FaultsOptions): Promise<FaultsResult> {
  const { network, integers } = await compileModel(options);
  if (options.labels === undefined) throw new DiagnosticError([faultsNeedLabels()]);
  const { rows, labels } = samplesFor(network, options, 0);
  if (integers.main.inputs.length !== 1)
    throw new DiagnosticError([faultsNeedOneInput(integers.main.inputs.length)]);
  const layers = layersOf(integers.main).map(({ product, activation, ...shape }): LayerShape => shape);
  const data = {
    codes: codesOf(integers, rows),
    count: rows.count,
    labels: labels!,
    classes: classesOf(integers),
  };
  const scenarios = scenariosOf(layers, options);
  const { onEvent } = options;
  const campaign = runCampaign(integers.main, data, scenarios, {
    onProgress: (done, total) =>
      onEvent?.({ kind: "progress", stage: "verify", done, total, label: "faults" }),
  });
  if (options.triple === undefined) return { layers, scenarios, campaign, redundant: undefined };
  const single = select(faultsOf(layers, { site: "channel", modes: stuckAtEnds }), { kind: "exhaustive" });
  const ranked = rankChannels(runCampaign(integers.main, data, single));
  const channels = mostCritical(ranked, Math.round(options.triple * ranked.length));
  const tripled = triplicate(integers.main, channels);
  const again = select(faultsOf(layersOf(tripled), { site: "channel", modes: stuckAtEnds }), {
    kind: "exhaustive",
  });
  return {
    layers,
    scenarios,
    campaign,
    redundant: { channels, campaign: runCampaign(tripled, data, again) },
  };
}

function scenariosOf(layers: readonly LayerShape[], options: FaultsOptions): readonly Scenario[] {
  if (options.manifest !== undefined) return parseManifest(readText(options.manifest)).scenarios;
  const { site = "channel", modes = stuckAtEnds, lanes } = options;
  const names = options.layers ?? layers.map(({ name }) => name);
  const divided = layers.filter(({ channels }) => lanes !== undefined && channels % lanes === 0);
  const chosen = site === "pe" && options.layers === undefined ? divided.map(({ name }) => name) : names;
  const all = faultsOf(layers, {
    site,
    modes,
    layers: chosen,
    ...(lanes === undefined ? {} : { lanes }),
  });
  const { sample: count, simultaneous, seed = 1 } = options;
  if (count === undefined && simultaneous === undefined) return select(all, { kind: "exhaustive" });
  return select(all, { kind: "sample", count: count ?? all.length, simultaneous: simultaneous ?? 1, seed });
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new DiagnosticError([unreadable(path, "fault manifest", reasonOf(error))]);
  }
}

/** The codes of all frames, one after the other. */
function codesOf(integers: Module, rows: Rows): TensorData {
  const first = deviceInputs(integers, rows, 0)[0]!.data;
  const Data = first.constructor as new (length: number) => typeof first;
  const all = new Data(first.length * rows.count);
  for (let i = 0; i < rows.count; i++) {
    all.set(deviceInputs(integers, rows, i)[0]!.data as never, i * first.length);
  }
  return all;
}
