import { type Diagnostic, type Target, throwIfErrors } from "@gatefold/core";
import type { Budget } from "./budget.js";
import {
  badBudget,
  badFifoDepths,
  badImplementation,
  badRequantize,
  badShare,
  badTarget,
  shareWithoutTarget,
  unknownTarget,
} from "./diagnostics.js";
import { type ImplementationMode, type Implementations, implementationModes } from "./implementations.js";
import { type RequantizeMode, requantizeModes } from "./requantize.js";
import { resourceKeys } from "./solve.js";

export interface FoldOptions {
  /** Clock that rates are counted at, in MHz. */
  readonly clockMhz: number;
  /** Inferences a second to reach. */
  readonly fps?: number | undefined;
  /** Cycles a frame to reach, instead of a rate. */
  readonly targetCycles?: number | undefined;
  /** Cycles from the first input beat of a frame to its last output beat, both counted, that the network may take; of least cost then. */
  readonly latencyCycles?: number | undefined;
  /** Ways to build layers other than kernel by kernel. */
  readonly implementations?: Implementations | undefined;
  /**
   * Which layers are built as `implementations` offer: those where it costs less (`auto`, the default without a folding), none
   * (`folded`), or all (`spatial`), where a layer without an offer is an error.
   */
  readonly implementation?: ImplementationMode | undefined;
  /** Layer (the network's node) → `folded` or a form that is offered; wins over `implementation`. */
  readonly implementationOf?: Readonly<Record<string, string>> | undefined;
  /** A folding (this project's or FINN's JSON, parsed) that wins over the choice. */
  readonly folding?: unknown;
  /** The device, or the name of one that a plugin brings: its family's cost rules and the worth of its resources. */
  readonly target?: string | Target | undefined;
  /** Resources that the network may take; without a rate, the fastest folding that fits is chosen. */
  readonly budget?: Budget | undefined;
  /** Share of the target's resources that the network may take, 0 to 1; `budget` wins, resource by resource. */
  readonly budgetShare?: number | undefined;
  /**
   * Depths of FIFOs: `free` (the default) takes what a memory of the least depth has anyway; `least` searches longer and
   * takes the least between forks and joins, whatever the memory.
   */
  readonly fifoDepths?: "free" | "least" | undefined;
  /**
   * How thresholds become codes: by the kernel that costs less (`auto`, the default), by a multiplication wherever that
   * is exactly the same (`always-if-exact`), or always by comparing (`never`).
   */
  readonly requantize?: RequantizeMode | undefined;
}

/** Throws a `DiagnosticError` for every option that is not what it should be. */
export function checkFoldOptions(options: FoldOptions): FoldOptions {
  const { clockMhz, fps, targetCycles, latencyCycles, implementation, requantize } = options;
  const { budget = {}, budgetShare, target } = options;
  const errors: Diagnostic[] = Object.entries({ clockMhz, fps, targetCycles, latencyCycles })
    .filter(([, v]) => v !== undefined && !(v > 0 && Number.isFinite(v)))
    .map(([name, v]) => badTarget(name, v!));
  for (const [key, value] of Object.entries(budget)) {
    const known = (resourceKeys as readonly string[]).includes(key);
    if (!known || (value !== undefined && !(value >= 0))) errors.push(badBudget(key, value, resourceKeys));
  }
  if (budgetShare !== undefined && !(budgetShare > 0 && budgetShare <= 1)) errors.push(badShare(budgetShare));
  if (requantize !== undefined && !requantizeModes.includes(requantize)) {
    errors.push(badRequantize(requantize, requantizeModes));
  }
  if (implementation !== undefined && !implementationModes.includes(implementation)) {
    errors.push(badImplementation(implementation, implementationModes));
  }
  const { fifoDepths = "free" } = options;
  if (fifoDepths !== "free" && fifoDepths !== "least") errors.push(badFifoDepths(fifoDepths));
  if (budgetShare !== undefined && target === undefined) errors.push(shareWithoutTarget());
  throwIfErrors(errors);
  return options;
}

/** What the network may take; `undefined` when nothing is said. */
export function budgetOf(
  { budget, budgetShare }: FoldOptions,
  target: Target | undefined,
): Budget | undefined {
  const share =
    budgetShare === undefined || !target
      ? {}
      : Object.fromEntries(resourceKeys.map((key) => [key, Math.floor(target.resources[key] * budgetShare)]));
  const own = Object.entries(budget ?? {}).filter(([, v]) => v !== undefined);
  const all = { ...share, ...Object.fromEntries(own) };
  return Object.keys(all).length > 0 ? all : undefined;
}

/** The target that the options name or bring; throws a `DiagnosticError` when no plugin brings one of that name. */
export function findTarget(
  target: string | Target | undefined,
  targets: ReadonlyMap<string, Target>,
): Target | undefined {
  if (typeof target !== "string") return target;
  const found = targets.get(target);
  if (!found) throwIfErrors([unknownTarget(target, [...targets.keys()])]);
  return found;
}
