import { badManifest } from "./diagnostics.js";

/**
 * Where a fault is. `layer` names the layer by its node in the network, `channel` counts output channels from 0.
 *
 * - `channel`: all codes of one output channel of a layer, for the whole feature map.
 * - `pe`: the channels that one of `lanes` processing elements computes: c mod lanes = pe.
 * - `code-bit`: one bit of the codes of a channel; `weight-bit`: of one weight; `accumulator-bit`: of a channel's sums before
 *   its activation. Bit 0 is the least significant of the two's complement (a bipolar code is one bit, 1 for +1).
 */
export type FaultSite =
  | { readonly kind: "channel"; readonly layer: string; readonly channel: number }
  | { readonly kind: "pe"; readonly layer: string; readonly pe: number; readonly lanes: number }
  | { readonly kind: "code-bit"; readonly layer: string; readonly channel: number; readonly bit: number }
  | {
      readonly kind: "weight-bit";
      readonly layer: string;
      readonly row: number;
      readonly column: number;
      readonly bit: number;
    }
  | {
      readonly kind: "accumulator-bit";
      readonly layer: string;
      readonly channel: number;
      readonly bit: number;
    };

/**
 * What happens there. A channel or PE is stuck at a code (`low` and `high` are the ends of its type), a bit is stuck at 0 or 1 or
 * flips. A channel that flips has all bits inverted. What is random is one of all codes (or 0 or 1), drawn by the seed for each place of a
 * frame and the same in every frame.
 */
export type FaultMode =
  | { readonly kind: "stuck-at"; readonly value: number | "low" | "high" }
  | { readonly kind: "flip" }
  | { readonly kind: "random"; readonly seed: number };

export interface Fault {
  readonly site: FaultSite;
  readonly mode: FaultMode;
}

/** Faults that are there at once, in every frame. */
export interface Scenario {
  readonly faults: readonly Fault[];
}

/** When the faults of a manifest strike: one a sample, one a batch (training), or as an evaluation runs them, one after the other. */
export type FaultTiming = "per-sample" | "per-batch" | "evaluation";

/** A list of faults, as saved with a training or a campaign and read by whatever repeats it. */
export interface FaultManifest {
  readonly format: "gatefold-faults";
  readonly version: 1;
  /** The network's name, for people. */
  readonly network?: string;
  readonly when: FaultTiming;
  readonly scenarios: readonly Scenario[];
}

const whens: readonly FaultTiming[] = ["per-sample", "per-batch", "evaluation"];
const numbersOf: Readonly<Record<FaultSite["kind"], readonly string[]>> = {
  channel: ["channel"],
  pe: ["pe", "lanes"],
  "code-bit": ["channel", "bit"],
  "weight-bit": ["row", "column", "bit"],
  "accumulator-bit": ["channel", "bit"],
};

/** Reads a manifest's JSON. Throws `DiagnosticError` (`fault/bad-manifest`) with the path of what is wrong. */
export function parseManifest(text: string): FaultManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badManifest("the file", error instanceof Error ? error.message : String(error));
  }
  const manifest = record(value, "the manifest");
  if (manifest["format"] !== "gatefold-faults" || manifest["version"] !== 1) {
    throw badManifest("`format` and `version`", "they are not gatefold-faults, 1");
  }
  if (!whens.includes(manifest["when"] as FaultTiming))
    throw badManifest("`when`", `it is not one of ${whens.join(", ")}`);
  const { network, scenarios } = manifest;
  if (network !== undefined && typeof network !== "string")
    throw badManifest("`network`", "it is not a text");
  if (!Array.isArray(scenarios)) throw badManifest("`scenarios`", "it is not a list");
  for (const [i, scenario] of scenarios.entries()) {
    const { faults } = record(scenario, `scenarios[${i}]`);
    if (!Array.isArray(faults)) throw badManifest(`scenarios[${i}].faults`, "it is not a list");
    for (const [j, fault] of faults.entries()) checkFault(fault, `scenarios[${i}].faults[${j}]`);
  }
  return manifest as unknown as FaultManifest;
}

function record(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw badManifest(path, "it is not an object");
}

function checkFault(value: unknown, path: string): void {
  const fault = record(value, path);
  const site = record(fault["site"], `${path}.site`);
  const mode = record(fault["mode"], `${path}.mode`);
  const numbers = numbersOf[site["kind"] as FaultSite["kind"]];
  if (!numbers)
    throw badManifest(`${path}.site.kind`, `it is not one of ${Object.keys(numbersOf).join(", ")}`);
  if (typeof site["layer"] !== "string") throw badManifest(`${path}.site.layer`, "it is not a text");
  for (const key of numbers) {
    const number = site[key];
    if (!Number.isSafeInteger(number) || (number as number) < 0) {
      throw badManifest(`${path}.site.${key}`, "it is not an integer from 0");
    }
  }
  const stuck = mode["value"];
  const known =
    mode["kind"] === "flip" ||
    (mode["kind"] === "random" && Number.isSafeInteger(mode["seed"])) ||
    (mode["kind"] === "stuck-at" && (stuck === "low" || stuck === "high" || Number.isSafeInteger(stuck)));
  if (!known)
    throw badManifest(
      `${path}.mode`,
      "it is neither flip, nor random with a seed, nor stuck-at with an integer, low or high",
    );
}

/** The JSON of a manifest. */
export function printManifest(manifest: FaultManifest): string {
  return `${JSON.stringify(manifest, undefined, 1)}\n`;
}
