import type { InterfaceTable, Model } from "../ir/interface.js";
import type { AnyOpDef } from "../ir/op-def.js";
import type { Pass } from "../pass/pass.js";
import type { CostRule } from "./cost.js";
import type { Hooks } from "./hooks.js";
import type { Target } from "./target.js";

/** What the compiler knows when a plugin's `setup` runs: the fields of all plugins together. */
export interface SetupContext {
  readonly plugins: readonly { readonly name: string; readonly version: string | undefined }[];
  readonly ops: ReadonlyMap<string, AnyOpDef>;
  readonly targets: ReadonlyMap<string, Target>;
  readonly costRules: readonly CostRule[];
  readonly interfaces: InterfaceTable;
}

/** A plain object. What it brings are fields; what it watches or makes, it taps in `setup`. */
export interface Plugin {
  /** kebab-case, unique in a compiler. */
  readonly name: string;
  readonly version?: string;
  /** Names of plugins that come after this one. A name that is not there is an error. */
  readonly before?: readonly string[];
  /** Names of plugins that come before this one. */
  readonly after?: readonly string[];
  readonly ops?: readonly AnyOpDef[];
  readonly passes?: readonly Pass[];
  /** Implementations of interfaces for ops, its own or others'. */
  readonly models?: readonly Model[];
  readonly targets?: readonly Target[];
  readonly costRules?: readonly CostRule[];
  setup?(hooks: Hooks, ctx: SetupContext): void;
}

/** Checks nothing yet (the compiler does, all plugins at once) and freezes. */
export function definePlugin(plugin: Plugin): Plugin {
  return Object.freeze({ ...plugin });
}
