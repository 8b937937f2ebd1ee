import { createHash } from "node:crypto";
import { printType, type Value } from "@gatefold/core";
import {
  type Figure,
  figure,
  type PortReport,
  type Report,
  reportSchema,
  reportSchemaVersion,
  type SynthesisReport,
  sumOf,
  type VerificationReport,
} from "@gatefold/report";
import { defined } from "../defined.js";
import { packageVersions } from "../versions.js";
import type { Emitted } from "./compile.js";
import { implementationReports } from "./forms.js";
import { layerReports } from "./layers.js";
import type { Verification } from "./verification.js";

export interface ReportParts {
  readonly emitted: Emitted;
  readonly verification: Verification | undefined;
  readonly synthesis: SynthesisReport | undefined;
  readonly command: readonly string[];
  /** Files that no plugin emitted, with their kinds. */
  readonly extra: ReadonlyMap<string, { readonly content: string | Uint8Array; readonly kind: string }>;
  readonly stages: Readonly<Record<string, number>>;
}

const ports = (values: readonly Value[]): readonly PortReport[] =>
  values.map((value, i) => ({ name: value.name ?? `port ${i}`, type: printType(value.type) }));

function verificationReport(v: Verification): VerificationReport {
  return {
    checks: v.checks.map(({ claim, samples, by }, i) => ({
      claim,
      samples: figure(samples, "inputs", "evaluation"),
      equal: v.difference === undefined || i < v.checks.length - 1,
      by,
    })),
    inputs: v.origin,
    seed: v.seed,
    ...defined({
      accuracy: v.accuracy && figure((100 * v.accuracy.right) / v.accuracy.samples, "%", "evaluation"),
      accuracySamples: v.accuracy && figure(v.accuracy.samples, "inputs", "evaluation"),
      measuredIntervalCycles:
        v.rtl?.intervalCycles === undefined
          ? undefined
          : figure(v.rtl.intervalCycles, "cycles", "simulation"),
      measuredLatencyCycles: v.rtl && figure(v.rtl.latencyCycles, "cycles", "simulation"),
    }),
  };
}

/** `undefined` for a network that stands still. */
export function latencyFigure(cycles: number | undefined): Figure | undefined {
  return cycles !== undefined && Number.isFinite(cycles) ? figure(cycles, "cycles", "formula") : undefined;
}

/** The whole of report.json. Needs a folded network: throws `TypeError` without one. */
export function buildReport(parts: ReportParts): Report {
  const { emitted, verification, synthesis, command, extra, stages } = parts;
  const { compilation, fold, target, network, hardware, source, design } = emitted;
  if (!fold) throw new TypeError("the pipeline left no folding summary");
  const layers = layerReports(emitted.streamline, fold);
  const clockMhz = figure(emitted.clockMhz, "MHz", "request");
  const sum = (key: "macs" | "bops" | "memoryBits", unit: string, from: string) =>
    sumOf(
      layers.map((layer) => layer[key]),
      unit,
      from,
    );
  const weights = layers.flatMap((layer) => (layer.weights ? [layer.weights] : []));
  const hash = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");
  const files = [
    ...compilation.outputs,
    ...[...extra].map(([path, { content, kind }]) => ({ path, content, kind, plugin: "cli" })),
  ];
  return {
    schema: reportSchema,
    schemaVersion: reportSchemaVersion,
    tool: {
      name: "gatefold",
      version: packageVersions()["@gatefold/cli"] ?? "unknown",
      node: process.version,
      packages: packageVersions(),
    },
    command,
    model: { file: source.file, name: network.name, bytes: source.bytes, sha256: source.sha256 },
    target: {
      name: target.name,
      device: target.device,
      clockMhz,
      ...(emitted.fps === undefined
        ? {}
        : { wantedInferencesPerSecond: figure(emitted.fps, "1/s", "request") }),
      ...(emitted.cycles === undefined ? {} : { wantedCycles: figure(emitted.cycles, "cycles", "request") }),
    },
    network: {
      inputs: ports((network.head ?? network.main).inputs),
      outputs: ports((network.tail ?? network.main).outputs),
    },
    device: { inputs: ports(hardware.main.inputs), outputs: ports(hardware.main.outputs) },
    layers,
    ...defined({ implementations: implementationReports(fold) }),
    totals: {
      weights: sumOf(weights, "weights", "model"),
      macs: sum("macs", "MAC", "model"),
      bops: sum("bops", "bit operations", "formula"),
      memoryBits: sum("memoryBits", "bits", "formula"),
    },
    performance: {
      intervalCycles: figure(fold.intervalCycles, "cycles", "formula"),
      inferencesPerSecond: figure(fold.inferencesPerSecond, "1/s", "formula"),
      ...defined({ latencyCycles: latencyFigure(emitted.latencyCycles) }),
      bottleneck: fold.bottleneck,
    },
    folding: fold.folding,
    ...defined({
      design: design && withoutInstances(design),
      verification: verification && verificationReport(verification),
      synthesis,
    }),
    diagnostics: compilation.diagnostics.all,
    files: files.map(({ path, content, kind, plugin }) => ({
      path,
      kind,
      plugin,
      bytes: Buffer.byteLength(content),
      sha256: hash(content),
    })),
    timings: {
      passes: compilation.timings.map(({ name, durationMs }) => ({ name, milliseconds: durationMs })),
      stages: Object.entries(stages).map(([name, milliseconds]) => ({ name, milliseconds })),
    },
  };
}

/** The design as plain data: instances point into the graph. */
function withoutInstances({ instances, ...rest }: NonNullable<Emitted["design"]>): unknown {
  return {
    ...rest,
    instances: instances.map(({ instance, module, op }) => ({ instance, module, op: op.def.name })),
  };
}
