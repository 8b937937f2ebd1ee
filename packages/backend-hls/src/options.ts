import { checkOptions, option } from "@gatefold/core";

export interface HlsOptions {
  /** Name of the top function; the network's name unless given. */
  readonly top?: string | undefined;
  /** Folder of the files in the output; `hls` unless given. */
  readonly folder?: string | undefined;
  /** The part that `run_hls.tcl` synthesises for, as Vitis names it; that of the PYNQ-Z1 and Z2 unless given. */
  readonly part?: string | undefined;
  /** The clock that `run_hls.tcl` asks for; 100 MHz unless given. */
  readonly clockMhz?: number | undefined;
  /** Frames of the self-checking test bench; 4 unless given. */
  readonly testFrames?: number | undefined;
  /** Seed of the test bench's inputs. */
  readonly seed?: number | undefined;
}

/** Throws a `DiagnosticError` that names every option that is unknown or wrong. */
export function checkHlsOptions(options: HlsOptions): HlsOptions {
  const word = (expected: string, pattern: RegExp) =>
    option.optional(option.custom(expected, (v) => typeof v === "string" && pattern.test(v)));
  return checkOptions("hls", options, {
    top: word("a C++ identifier", /^[A-Za-z][A-Za-z0-9_]*$/),
    folder: word("the name of a folder", /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/),
    part: word("the name of a part", /^[A-Za-z0-9._-]+$/),
    clockMhz: option.optional(option.number({ min: 0.001 })),
    testFrames: option.optional(option.integer({ min: 1 })),
    seed: option.optional(option.integer({ min: 0 })),
  });
}
