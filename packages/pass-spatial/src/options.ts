import {
  checkOptions,
  type OptionSchema,
  option,
  type PassContext,
  type Target,
  type Tensor,
  throwIfErrors,
} from "@gatefold/core";
import { type AdderGraphOptions, adderGraph } from "./adder-graph.js";
import { unknownTarget } from "./diagnostics.js";
import type { LayerForm } from "./form.js";
import { type TablesOptions, tables } from "./tables.js";

/** Table addresses that are so rare on some data that entries there may become anything. */
export interface Rarity {
  /** Rows of network inputs, a tensor for each input of the network. */
  readonly data: readonly (readonly Tensor[])[];
  /** An address that comes fewer times than this is rare. */
  readonly times: number;
}

export interface SpatialOptions {
  /** Ways to build a layer; `[tables(), adderGraph()]` unless told otherwise. */
  readonly forms?: readonly LayerForm[];
  /** Of the usual forms, where `forms` is not given. */
  readonly table?: TablesOptions;
  readonly adder?: AdderGraphOptions;
  /** Whether tables become LUTs here (the default), or are left to the tool as `case` statements. */
  readonly tables?: "luts" | "case";
  /** Whether tables may change where addresses never come, and codes between tables be numbered anew; true unless told otherwise. */
  readonly dontCares?: boolean;
  /** What LUT mapping looks for first: few LUTs (the default) or few levels. */
  readonly objective?: "area" | "depth";
  /** How long to look for smaller circuits, 1 by default; 0 is fast. */
  readonly effort?: number;
  /** Stages of each circuit, with registers between them. Default: as the clock needs. */
  readonly stages?: number;
  /** The clock that stages are made for, in MHz. Default: the target's usual one. */
  readonly clockMhz?: number;
  /** The device, or the name that a plugin brings it under. */
  readonly target?: string | Target;
  /** Gives up exactness for size: entries at addresses that hardly come on data may become anything. */
  readonly rarity?: Rarity;
}

const maxFanInBits = 16;

const schema: OptionSchema = {
  forms: option.optional(
    option.list(
      option.custom<LayerForm>(
        "a form with a `name` and an `offer`",
        (v) => typeof (v as LayerForm)?.name === "string" && typeof (v as LayerForm).offer === "function",
      ),
    ),
  ),
  table: option.optional(
    option.object({ maxFanInBits: option.optional(option.integer({ min: 1, max: maxFanInBits })) }),
  ),
  adder: option.optional(option.object({ maxDigits: option.optional(option.integer({ min: 1 })) })),
  tables: option.optional(option.oneOf(["luts", "case"])),
  dontCares: option.optional(option.boolean()),
  objective: option.optional(option.oneOf(["area", "depth"])),
  effort: option.optional(option.number({ min: 0 })),
  stages: option.optional(option.integer({ min: 1 })),
  clockMhz: option.optional(option.number({ min: 1e-6 })),
  target: option.optional(
    option.custom<string | Target>(
      "a target or its name",
      (v) => typeof v === "string" || typeof v === "object",
    ),
  ),
  rarity: option.optional(
    option.object({
      data: option.custom(
        "a list of rows, each a list of tensors",
        (v) => Array.isArray(v) && v.every(Array.isArray),
      ),
      times: option.integer({ min: 1 }),
    }),
  ),
};

/** Throws a `DiagnosticError` for every option that is unknown or wrong. */
export function checkSpatialOptions(options: SpatialOptions): SpatialOptions {
  return checkOptions("spatial", options, schema);
}

export function formsOf({ forms, table, adder }: SpatialOptions): readonly LayerForm[] {
  return forms ?? [tables(table), adderGraph(adder)];
}

/** The target that the options name or bring; throws a `DiagnosticError` when no plugin brings one of that name. */
export function targetOf({ target }: SpatialOptions, ctx: PassContext): Target | undefined {
  if (typeof target !== "string") return target;
  const found = ctx.targets.get(target);
  if (found === undefined) throwIfErrors([unknownTarget(target, [...ctx.targets.keys()])]);
  return found;
}

/** LUT inputs that circuits are mapped for: 4 or 6. */
export function lutInputsOf(target: Pick<Target, "lutInputs"> | undefined): 4 | 6 {
  return (target?.lutInputs ?? 6) >= 6 ? 6 : 4;
}
