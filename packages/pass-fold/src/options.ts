import { throwIfErrors } from "@gatefold/core";
import { badTarget } from "./diagnostics.js";

export interface FoldOptions {
  /** Clock that rates are counted at, in MHz. */
  readonly clockMhz: number;
  /** Inferences a second to reach. */
  readonly fps?: number | undefined;
  /** Cycles a frame to reach, instead of a rate. */
  readonly targetCycles?: number | undefined;
  /** A folding (this project's or FINN's JSON, parsed) that wins over the choice. */
  readonly folding?: unknown;
}

/** Throws a `DiagnosticError` for every option that is not a positive number. */
export function checkFoldOptions(options: FoldOptions): FoldOptions {
  const numbers = { clockMhz: options.clockMhz, fps: options.fps, targetCycles: options.targetCycles };
  throwIfErrors(
    Object.entries(numbers)
      .filter(([, v]) => v !== undefined && !(v > 0 && Number.isFinite(v)))
      .map(([name, v]) => badTarget(name, v!)),
  );
  return options;
}
