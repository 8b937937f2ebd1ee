import type { Diagnostic, Location } from "@gatefold/core";
import { cycle, duplicateValue, missingInput, missingOutput, noOutputs, sparse } from "./diagnostics.js";
import type { OnnxGraph, OnnxNode } from "./model.js";

/** A node with the name and place that messages call it by. */
export interface NodeRef {
  readonly node: OnnxNode;
  /** The node's name, or `OpType_<index>` when it has none. */
  readonly label: string;
  readonly loc: Location;
}

export function nodeRefs(graph: OnnxGraph, file: Location): NodeRef[] {
  return graph.nodes.map((node, i) => {
    const label = node.name || `${node.op}_${i}`;
    return { node, label, loc: { ...file, node: label } };
  });
}

/** Names that exist before any node runs: graph inputs and initializers. An IR < 4 model lists weights as both. */
export function givenNames(graph: OnnxGraph): Set<string> {
  return new Set([...graph.inputs.map((i) => i.name), ...graph.initializers.map((t) => t.name)]);
}

/** What is wrong with the wiring: several definitions, reads of nothing, outputs of nothing, sparse initializers. */
export function checkWiring(graph: OnnxGraph, refs: readonly NodeRef[], file: Location): Diagnostic[] {
  const found: Diagnostic[] = [];
  const makers = new Map<string, string[]>();
  const made = (name: string, by: string): void => {
    makers.set(name, [...(makers.get(name) ?? []), by]);
  };
  const count = (names: readonly string[], what: string): void => {
    for (const name of names) made(name, what);
  };
  count(
    graph.inputs.map((i) => i.name),
    "graph input",
  );
  const inputs = new Set(makers.keys());
  count(
    graph.initializers.map((t) => t.name).filter((name) => !inputs.has(name)),
    "initializer",
  );
  const doubled = new Set<string>();
  for (const { name } of graph.initializers) {
    if (inputs.has(name) && doubled.has(name)) made(name, "initializer");
    doubled.add(name);
  }
  for (const { node, label } of refs) count(node.outputs.filter(Boolean), `node ${label}`);
  for (const [name, by] of makers) if (by.length > 1) found.push(duplicateValue(name, by, file));
  for (const { node, loc } of refs) {
    for (const name of new Set(node.inputs)) {
      if (name && !makers.has(name)) found.push(missingInput(node.op, name, loc));
    }
  }
  if (graph.outputs.length === 0) found.push(noOutputs(file));
  for (const { name } of graph.outputs) if (!makers.has(name)) found.push(missingOutput(name, file));
  for (const name of graph.sparseInitializers) found.push(sparse(name, file));
  return found;
}

/**
 * The nodes in an order in which every value is made before it is read, keeping the file's order where it can
 * (a depth-first walk over its own stack). A cycle is a diagnostic that names its members.
 */
export function sortNodes(refs: readonly NodeRef[], file: Location): readonly NodeRef[] | Diagnostic {
  const maker = new Map<string, number>();
  refs.forEach(({ node }, i) => {
    for (const name of node.outputs) if (name) maker.set(name, i);
  });
  const reads = refs.map(({ node }) => [
    ...new Set(node.inputs.map((name) => maker.get(name)).filter((i) => i !== undefined)),
  ]);
  const order: NodeRef[] = [];
  const state = new Uint8Array(refs.length); // 0 unseen, 1 on the path, 2 done
  for (let root = 0; root < refs.length; root++) {
    const path: { readonly at: number; next: number }[] = state[root] === 0 ? [{ at: root, next: 0 }] : [];
    state[root] ||= 1;
    while (path.length > 0) {
      const top = path.at(-1)!;
      const to = reads[top.at]![top.next++];
      if (to === undefined) {
        state[top.at] = 2;
        order.push(refs[top.at]!);
        path.pop();
      } else if (state[to] === 1) {
        const members = path
          .slice(path.findIndex((step) => step.at === to))
          .map((step) => refs[step.at]!.label);
        // The path goes from reader to maker; data flows the other way.
        return cycle(members.reverse(), { ...file, node: members[0]! });
      } else if (state[to] === 0) {
        state[to] = 1;
        path.push({ at: to, next: 0 });
      }
    }
  }
  return order;
}
