import type { Diagnostic, PluginInput, Source, Target } from "@gatefold/core";
import type { InputEncoding, OnnxHandler } from "@gatefold/frontend-onnx";
import type { ImplementationMode, RequantizeMode } from "@gatefold/pass-fold";
import type { Vendor } from "@gatefold/projects";

/** The steps that a user sees, in their order. */
export type Stage =
  | "target"
  | "import"
  | "streamline"
  | "fold"
  | "emit"
  | "verify"
  | "simulate"
  | "synthesise"
  | "report"
  | "train"
  | "quantize"
  | "prune"
  | "accuracy"
  | "write";

/** What happens while an API call runs. Nothing is printed by the API. */
export type StageEvent =
  | { readonly kind: "start"; readonly stage: Stage }
  | {
      readonly kind: "progress";
      readonly stage: Stage;
      readonly done: number;
      readonly total: number;
      readonly label: string;
    }
  /** For a reader: what the stage was about and what came of it. The figures stand in the result. */
  | {
      readonly kind: "done";
      readonly stage: Stage;
      readonly subject: string;
      readonly facts: readonly string[];
    }
  | { readonly kind: "diagnostic"; readonly diagnostic: Diagnostic };

export type OnEvent = (event: StageEvent) => void;

/** What the standard plugins take. */
export interface StandardOptions {
  /** Which inputs the circuit reads as integer codes: `x:uint8:scale=1/255`. */
  readonly inputs?: readonly (InputEncoding | string)[] | undefined;
  /** Sizes of open dimensions. */
  readonly dims?: Readonly<Record<string, number>> | undefined;
  /** Import handlers beside the built-in ones. */
  readonly handlers?: readonly OnnxHandler[] | undefined;
  /** Limit on the elements of one tensor. */
  readonly maxElements?: number | undefined;
  /** Inferences a second to reach; 1000 unless `cycles`, `folding`, `budgetShare` or `latencyNs` is given. */
  readonly fps?: number | undefined;
  /** Cycles an inference to reach, instead of a rate. */
  readonly cycles?: number | undefined;
  /** Share of the target's resources to stay within, 0 to 1; without a rate, the fastest folding that fits. */
  readonly budgetShare?: number | undefined;
  /** Nanoseconds from the first input beat of an inference to its last output beat, at the clock; of least cost then. */
  readonly latencyNs?: number | undefined;
  /**
   * Which layers become spatial circuits (tables, adder graphs): where that costs less (`auto`, the default without a
   * folding), none (`folded`), or all (`spatial`).
   */
  readonly implementation?: ImplementationMode | undefined;
  /** Layer (the model's node) → `folded`, `table` or `adder-graph`; wins over `implementation`. */
  readonly implementationOf?: Readonly<Record<string, string>> | undefined;
  /** The device that folding weighs costs by; `build` and its like take `target`. */
  readonly device?: Target | undefined;
  /** Clock that rates are counted at; the target's default unless given. */
  readonly clockMhz?: number | undefined;
  /** Kernel → axis → value, this project's or FINN's; wins over the choice. */
  readonly folding?: unknown;
  /** Codes of uniform quantizers: by the cheaper kernel (default), by a multiplication where it is exact, or by comparing. */
  readonly requantize?: RequantizeMode | undefined;
  /** Multipliers as tools see fit, or built from LUTs; from LUTs for a target without DSP blocks unless given. */
  readonly multipliers?: "auto" | "logic" | undefined;
  /** Truth tables as LUTs of the target (the default), or as `case` statements for people and for other tools. */
  readonly tables?: "luts" | "case" | undefined;
  /** A board behind whose serial line the circuit is put, in `board/`; it names the device and the clock. */
  readonly board?: string | undefined;
  /** Bits a second of the board's serial line; 1 000 000 unless given. */
  readonly baud?: number | undefined;
  /** Vendors for whose tools projects are written, a folder each. */
  readonly vendors?: readonly Vendor[] | undefined;
  /**
   * Whether the host can write the weights of folded layers, over AXI4-Lite; no layer becomes a spatial circuit then, unless
   * `implementation` says so.
   */
  readonly writableWeights?: boolean | undefined;
  /** Whether the circuit is also written as C++ for Vitis HLS, in `hls/`. */
  readonly hls?: boolean | undefined;
}

/** What every call that takes a model takes. */
export interface PipelineOptions extends StandardOptions {
  /** A path, or bytes with a name. */
  readonly model: string | Source;
  /** A name (`ice40-hx8k`, the default) or the data of a device. */
  readonly target?: string | Target | undefined;
  /** Added to the standard plugins; one of the same name replaces the standard one. */
  readonly plugins?: readonly PluginInput[] | undefined;
  /** Tests each pass's promise by evaluation. */
  readonly check?: "semantics" | undefined;
  /** Folder for the module's text after each pass that changed it. */
  readonly dump?: string | undefined;
  readonly onEvent?: OnEvent | undefined;
}

/** Inputs to run a network on. */
export interface DataOptions {
  /** Files of samples, `file[:key]`, or `input=file[:key]` for a network of several inputs. */
  readonly data?: string | readonly string[] | undefined;
  /** A file of class numbers, `file[:key]`. */
  readonly labels?: string | undefined;
  /** Seed of drawn inputs and of stalls; 1 unless given. */
  readonly seed?: number | undefined;
}

export interface VerifyOptions extends DataOptions {
  /** Inputs on which network and integers are compared; up to 1000 unless given, 0 for none. */
  readonly verify?: number | undefined;
  /** Of these, inputs that go through the simulated Verilog; up to 50 unless given, 0 for none. */
  readonly rtlVerify?: number | undefined;
  /** Simulates once more with random stalls on every stream. */
  readonly stalls?: boolean | undefined;
}

export const defaults = {
  target: "ice40-hx8k",
  fps: 1000,
  verify: 1000,
  rtlVerify: 50,
  simulate: 10,
  seed: 1,
} as const;
