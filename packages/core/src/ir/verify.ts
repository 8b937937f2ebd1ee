import { type Diagnostic, diagnostic } from "../diag/diagnostic.js";
import { Return } from "./builtin.js";
import type { Graph } from "./graph.js";
import type { Module } from "./module.js";
import { moduleGraphs } from "./module.js";
import type { Value } from "./op.js";
import { printType, sameType } from "./type.js";

/** Everything that is wrong with a graph: use before definition, result types, and each op's own constraints. */
export function verifyGraph(graph: Graph): Diagnostic[] {
  const found: Diagnostic[] = [];
  const defined = new Set<Value>(graph.inputs);
  let returns = 0;
  for (const op of graph.ops()) {
    const fail = (label: string, message: string): void => {
      found.push(diagnostic("core/verify", `\`${op.def.name}\` (${label}): ${message}`, { loc: op.loc }));
    };
    op.operands.forEach((operand, i) => {
      if (!defined.has(operand)) fail("order", `operand ${i} is read before it is made`);
    });
    let types: ReturnType<typeof op.def.infer> | undefined;
    try {
      types = op.def.infer({ operands: op.operands.map((v) => v.type), attrs: op.attrs });
    } catch (error) {
      fail("infer", error instanceof Error ? error.message : String(error));
    }
    op.results.forEach((result, i) => {
      defined.add(result);
      const type = types?.[i];
      if (type && !sameType(type, result.type)) {
        fail("type", `result ${i} is ${printType(result.type)}, but its operands give ${printType(type)}`);
      }
    });
    if (types) for (const { label, message } of op.def.verify(op as never)) fail(label, message);
    if (Return.is(op)) returns++;
  }
  if (returns !== 1) found.push(diagnostic("core/verify", `graph \`${graph.name}\` has ${returns} returns`));
  return found;
}

export function verifyModule(module: Module): Diagnostic[] {
  return moduleGraphs(module).flatMap(verifyGraph);
}
