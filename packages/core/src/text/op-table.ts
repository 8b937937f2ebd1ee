import { Constant, Return } from "../ir/builtin.js";
import type { AnyOpDef } from "../ir/op-def.js";

/** Op definitions by name. */
export type OpTable = ReadonlyMap<string, AnyOpDef>;

/** A table of core's own ops and the given ones. Throws when two definitions have one name. */
export function opTable(...groups: readonly (readonly AnyOpDef[])[]): OpTable {
  const table = new Map<string, AnyOpDef>();
  for (const def of [Constant as AnyOpDef, Return as AnyOpDef, ...groups.flat()]) {
    const other = table.get(def.name);
    if (other !== undefined && other !== def) throw new Error(`two definitions are called \`${def.name}\``);
    table.set(def.name, def);
  }
  return table;
}
