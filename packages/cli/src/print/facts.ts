import {
  Constant,
  elemInfo,
  type Graph,
  type Module,
  type OutputFile,
  printType,
  Return,
  type Target,
} from "@gatefold/core";
import { type FoldSummary, foldedForm } from "@gatefold/pass-fold";
import type { StreamlineSummary } from "@gatefold/pass-streamline";
import { counted, grouped, range } from "./numbers.js";

/** What a stage line says after its name. */
export interface StageFacts {
  readonly subject: string;
  readonly facts: readonly string[];
}

/** Ops that compute: neither constants nor the return. */
export function workOf(graph: Graph): number {
  return [...graph.ops()].filter((op) => !Constant.is(op) && !Return.is(op)).length;
}

export function targetFacts(
  settled: {
    readonly target: Target;
    readonly clockMhz: number;
    readonly fps: number | undefined;
    readonly cycles: number | undefined;
  },
  asked: {
    readonly target?: unknown;
    readonly clockMhz?: number | undefined;
    readonly fps?: number | undefined;
  },
): readonly string[] {
  const { clockMhz, fps, cycles } = settled;
  const unless = (given: unknown): string => (given === undefined ? " (default)" : "");
  return [
    ...(asked.target === undefined ? ["default device"] : []),
    `${grouped(clockMhz, 3)} MHz${unless(asked.clockMhz)}`,
    ...(fps === undefined ? [] : [`at least ${grouped(fps, 1)} inferences/s${unless(asked.fps)}`]),
    ...(cycles === undefined ? [] : [`at most ${counted(cycles, "cycle")} an inference`]),
  ];
}

export function importFacts(network: Module): readonly string[] {
  const types = (values: Graph["inputs"]): string =>
    values.map((v) => `${v.name} ${printType(v.type)}`).join(", ");
  return [
    counted(workOf(network.main), "op"),
    `${types(network.main.inputs)} → ${types(network.main.outputs)}`,
  ];
}

export function streamlineFacts(summary: StreamlineSummary | undefined): StageFacts {
  const layers = summary?.layers ?? [];
  const matrix = layers.filter((layer) => layer.kind === "matmul" || layer.kind === "conv");
  const widths = (pick: (layer: (typeof matrix)[number]) => string | undefined): number[] =>
    matrix.flatMap((layer) => {
      const elem = pick(layer);
      return elem === undefined ? [] : [elemInfo(elem as "u8").widthBits];
    });
  const weights = matrix.reduce((sum, layer) => sum + (layer.weightCount ?? 0), 0);
  const weightBits = widths((layer) => layer.weightElem);
  const [worst, actual] = [widths((l) => l.worstCaseAccumulatorElem), widths((l) => l.accumulatorElem)];
  return {
    subject: counted(matrix.length, "integer layer"),
    facts: [
      ...(weightBits.length > 0 ? [`${grouped(weights)} weights of ${range(weightBits, "bit")}`] : []),
      ...(worst.length > 0 && actual.length > 0
        ? [`accumulators ${grouped(Math.max(...worst))} → ${counted(Math.max(...actual), "bit")}`]
        : []),
    ],
  };
}

/** The latency is told where it is asked for or a layer is a spatial circuit. */
export function foldFacts(
  summary: FoldSummary | undefined,
  asksLatency: boolean,
  latencyCycles: number | undefined,
): StageFacts {
  if (!summary) return { subject: "no kernels", facts: [] };
  const { kernels, bottleneck, intervalCycles, inferencesPerSecond, clockMhz } = summary;
  const spatial = summary.layers.filter(({ chosen }) => chosen !== foldedForm);
  const tellsLatency = latencyCycles !== undefined && (asksLatency || spatial.length > 0);
  return {
    subject: counted(kernels.length, "kernel"),
    facts: [
      `bottleneck ${bottleneck}: ${counted(intervalCycles, "cycle")}`,
      `${grouped(Math.floor(inferencesPerSecond))} inferences/s at ${grouped(clockMhz, 3)} MHz`,
      ...(tellsLatency ? [latencyText(latencyCycles, clockMhz)] : []),
      ...(spatial.length > 0
        ? [`${spatial.length} of ${counted(summary.layers.length, "layer")} spatial`]
        : []),
    ],
  };
}

/** `latency 12 cycles (120 ns)`. */
export function latencyText(cycles: number, clockMhz: number): string {
  return `latency ${counted(cycles, "cycle")} (${grouped((cycles * 1000) / clockMhz, 1)} ns)`;
}

export function emitFacts(outputs: readonly OutputFile[]): readonly string[] {
  const kinds = new Map<string, number>();
  for (const { kind } of outputs) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const each = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(", ");
  return [`${counted(outputs.length, "file")}${each === "" ? "" : ` (${each})`}`];
}
