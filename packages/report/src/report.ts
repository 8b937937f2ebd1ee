import type { Diagnostic } from "@gatefold/core";
import type { Figure } from "./figure.js";

/** The mark by which a report, and with it an output folder, is known to be Gatefold's. */
export const reportSchema = "gatefold-report";

/** Grows when a reader of an older report would misread a newer one. */
export const reportSchemaVersion = 1;

/** One matrix layer with the thresholds, table or scale that follows it, or a kernel that stands alone. */
export interface LayerReport {
  /** The kernel's name in the folding file and the Verilog: `MVAU_0`. */
  readonly name: string;
  readonly kind: string;
  /** Node of the model. */
  readonly node?: string;
  /** Of a spatial circuit, all the nodes whose layers are in it. */
  readonly nodes?: readonly string[];
  readonly weights?: Figure;
  /** Element types as the IR writes them: `i2`, `bipolar`, `u8`. */
  readonly weightType?: string;
  readonly inputType?: string;
  readonly accumulatorType?: string;
  readonly accumulatorBits?: Figure;
  /** What the element types alone would ask for. */
  readonly worstCaseAccumulatorBits?: Figure;
  readonly thresholdsPerChannel?: Figure;
  /** Thresholds at which a float32 execution may give the next code. */
  readonly nearTies?: Figure;
  readonly macs: Figure;
  /** MACs × weight bits × input bits. */
  readonly bops: Figure;
  /** Axis → value; `extents` has the most that each can be. */
  readonly fold: Readonly<Record<string, number>>;
  readonly extents: Readonly<Record<string, number>>;
  readonly intervalCycles: Figure;
  readonly latencyCycles: Figure;
  readonly memoryBits: Figure;
}

/** One way to build a layer, as it was weighed. */
export interface FormReport {
  /** `folded` (kernels), `table`, `adder-graph`, or a plugin's. */
  readonly form: string;
  /** By the cost rules, alone, at the wanted cycles; absent where it cannot be built or was not asked for. */
  readonly resources?: Readonly<Record<string, Figure>>;
  readonly latencyCycles?: Figure;
  /** Why it has no figures, or was left out. */
  readonly reason?: string;
}

/** How a layer is built, and how else it could have been. */
export interface ImplementationReport {
  /** Node of the model. */
  readonly layer: string;
  readonly chosen: string;
  readonly forms: readonly FormReport[];
}

/** One AXI4-Stream of the circuit, or one input or output of the network. */
export interface PortReport {
  readonly name: string;
  /** As the IR writes it: `tensor<1x10xf32>`, `stream<1x256xu8, 4>`. */
  readonly type: string;
}

export interface StageCheck {
  /** `network = integers`, `integers = Verilog`. */
  readonly claim: string;
  readonly samples: Figure;
  readonly equal: boolean;
  /** How the two sides ran. */
  readonly by: readonly [string, string];
}

export interface VerificationReport {
  readonly checks: readonly StageCheck[];
  /** Where the inputs came from: a file's name, or `drawn`. */
  readonly inputs: string;
  readonly seed: number;
  readonly accuracy?: Figure;
  /** Samples that `accuracy` counts over. */
  readonly accuracySamples?: Figure;
  readonly measuredIntervalCycles?: Figure;
  readonly measuredLatencyCycles?: Figure;
}

export interface SynthesisReport {
  readonly tools: readonly string[];
  readonly resources: Readonly<Record<string, Figure>>;
  /** What the device has, under the same keys. */
  readonly available: Readonly<Record<string, Figure>>;
  readonly fits: boolean;
  readonly maxClockMhz?: Figure;
  readonly meetsClock?: boolean;
  readonly bitstream?: string;
  readonly notes: readonly string[];
}

export interface FileReport {
  /** Relative to the report. */
  readonly path: string;
  readonly kind: string;
  readonly plugin: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Everything that a build found out. Two builds of one model give equal reports but for `timings`. */
export interface Report {
  readonly schema: typeof reportSchema;
  readonly schemaVersion: number;
  readonly tool: {
    readonly name: string;
    readonly version: string;
    readonly node: string;
    readonly packages: Readonly<Record<string, string>>;
  };
  readonly command: readonly string[];
  readonly model: {
    readonly file: string;
    readonly name: string;
    readonly bytes: number;
    readonly sha256: string;
  };
  readonly target: {
    readonly name: string;
    readonly device: string;
    readonly clockMhz: Figure;
    readonly wantedInferencesPerSecond?: Figure;
    readonly wantedCycles?: Figure;
  };
  readonly network: { readonly inputs: readonly PortReport[]; readonly outputs: readonly PortReport[] };
  readonly device: { readonly inputs: readonly PortReport[]; readonly outputs: readonly PortReport[] };
  readonly layers: readonly LayerReport[];
  /** Layers that could be built in several forms; absent where nothing offers any. */
  readonly implementations?: readonly ImplementationReport[];
  readonly totals: Readonly<Record<string, Figure>>;
  readonly performance: {
    readonly intervalCycles: Figure;
    readonly inferencesPerSecond: Figure;
    /** From the first input beat to the last output beat, by the kernels' schedules. */
    readonly latencyCycles?: Figure;
    readonly bottleneck: string;
  };
  /** Kernel → axis → value; `--folding` reads it. */
  readonly folding: Readonly<Record<string, unknown>>;
  /** What is needed to run the Verilog again without the model, as the backend describes it. */
  readonly design?: unknown;
  readonly verification?: VerificationReport;
  readonly synthesis?: SynthesisReport;
  readonly diagnostics: readonly Diagnostic[];
  readonly files: readonly FileReport[];
  /** The only part that depends on the machine and the hour. */
  readonly timings: {
    readonly passes: readonly { readonly name: string; readonly milliseconds: number }[];
    readonly stages: readonly { readonly name: string; readonly milliseconds: number }[];
  };
}
