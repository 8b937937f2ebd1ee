import { type Diagnostic, DiagnosticError } from "../diag/diagnostic.js";
import { badPlugin, duplicateName, unknownPhase } from "../diagnostics.js";
import { Constant, Return } from "../ir/builtin.js";
import { InterfaceTable } from "../ir/interface.js";
import type { AnyOpDef } from "../ir/op-def.js";
import { type Pass, phases } from "../pass/pass.js";
import type { CostRule } from "./cost.js";
import type { Plugin } from "./plugin.js";
import type { Target } from "./target.js";

/** The fields of all plugins together. */
export interface Registry {
  readonly ops: ReadonlyMap<string, AnyOpDef>;
  /** Named `plugin/pass`, in plugin order. */
  readonly passes: readonly Pass[];
  readonly targets: ReadonlyMap<string, Target>;
  readonly costRules: readonly CostRule[];
  readonly interfaces: InterfaceTable;
}

interface Owned<T> {
  readonly thing: T;
  readonly owner: string;
}

/** Things by name; two of one name are an error that names both owners, unless they are one and the same object. */
class NameTable<T extends { readonly name: string }> {
  readonly #kind: "op" | "pass" | "target";
  readonly #sharing: boolean;
  readonly #entries = new Map<string, Owned<T>>();

  constructor(kind: "op" | "pass" | "target", sharing: boolean) {
    this.#kind = kind;
    this.#sharing = sharing;
  }

  add(owner: string, thing: T, errors: Diagnostic[]): void {
    const other = this.#entries.get(thing.name);
    if (!other) this.#entries.set(thing.name, { thing, owner });
    else if (!(this.#sharing && other.thing === thing)) {
      errors.push(duplicateName(this.#kind, thing.name, [other.owner, owner]));
    }
  }

  toMap(): ReadonlyMap<string, T> {
    return new Map([...this.#entries].map(([name, { thing }]) => [name, thing]));
  }
}

function qualify(owner: string, pass: Pass): Pass {
  return Object.freeze({
    ...pass,
    name: `${owner}/${pass.name}`,
    run: (module, ctx) => pass.run(module, ctx),
  } satisfies Pass);
}

/** Gathers the fields of ordered plugins. Throws `DiagnosticError` with every clash at once. */
export function gather(plugins: readonly Plugin[]): Registry {
  const errors: Diagnostic[] = [];
  const ops = new NameTable<AnyOpDef>("op", true);
  for (const def of [Constant, Return]) ops.add("core", def as AnyOpDef, errors);
  const passes = new NameTable<Pass>("pass", false);
  const targets = new NameTable<Target>("target", true);
  for (const plugin of plugins) {
    for (const def of plugin.ops ?? []) ops.add(plugin.name, def, errors);
    for (const pass of plugin.passes ?? []) {
      passes.add(plugin.name, pass, errors);
      if (!phases.includes(pass.phase)) errors.push(unknownPhase(`${plugin.name}/${pass.name}`, pass.phase));
    }
    for (const target of plugin.targets ?? []) targets.add(plugin.name, target, errors);
    if (plugin.setup !== undefined && typeof plugin.setup !== "function") {
      errors.push(badPlugin(plugin.name, "has a `setup` that is not a function"));
    }
  }
  if (errors.length > 0) throw new DiagnosticError(errors);
  return {
    ops: ops.toMap(),
    passes: plugins.flatMap((plugin) => (plugin.passes ?? []).map((pass) => qualify(plugin.name, pass))),
    targets: targets.toMap(),
    costRules: plugins.flatMap((plugin) => plugin.costRules ?? []),
    interfaces: new InterfaceTable(plugins.flatMap((plugin) => plugin.models ?? [])),
  };
}
