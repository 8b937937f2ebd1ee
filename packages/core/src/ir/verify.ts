import { type Diagnostic, diagnostic } from "../diag/diagnostic.js";
import { Return } from "./builtin.js";
import type { Graph } from "./graph.js";
import type { Module } from "./module.js";
import { moduleGraphs } from "./module.js";
import type { Value } from "./op.js";
import { elementCount, printType, sameType } from "./type.js";

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

/** What is wrong where one graph's outputs feed the next graph's inputs; a layout may change there, not the elements. */
function verifySeam(from: Graph, to: Graph): Diagnostic[] {
  const seam = `between graph \`${from.name}\` and graph \`${to.name}\``;
  if (from.outputs.length !== to.inputs.length) {
    const message = `${from.outputs.length} outputs feed ${to.inputs.length} inputs ${seam}`;
    return [diagnostic("core/verify", message)];
  }
  return from.outputs.flatMap((output, i) => {
    const [gives, takes] = [output.type, to.inputs[i]!.type];
    if (gives.elem === takes.elem && elementCount(gives) === elementCount(takes)) return [];
    return [diagnostic("core/verify", `${printType(gives)} feeds ${printType(takes)} ${seam}`)];
  });
}

/** `verifyGraph` of each graph, and whether head, main and tail fit together. */
export function verifyModule(module: Module): Diagnostic[] {
  const graphs = moduleGraphs(module);
  return [...graphs.flatMap(verifyGraph), ...graphs.slice(1).flatMap((to, i) => verifySeam(graphs[i]!, to))];
}
