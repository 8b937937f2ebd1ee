import type { Model, Node } from "../netlist/model.js";

/** The step that computes each wire, by signal index. */
function definitions(model: Model): readonly (Node | undefined)[] {
  const by: (Node | undefined)[] = new Array(model.signals.length).fill(undefined);
  for (const node of model.nodes) for (const signal of node.defines) by[signal.index] = node;
  return by;
}

/** Indices of the signals that a step reads. */
export function readSignals(model: Model, node: Node): ReadonlySet<number> {
  const found = new Set<number>();
  for (const bits of node.reads) {
    for (const bit of bits) {
      const signal = model.driverOf(bit);
      if (signal !== undefined) found.add(signal.index);
    }
  }
  return found;
}

/**
 * The steps that `roots` need, and the roots, each after what it reads. A root follows its inputs at once, so that values are used soon
 * after they were computed. The model must have no loop.
 */
export function orderSteps(model: Model, roots: readonly Node[]): readonly Node[] {
  const by = definitions(model);
  const order: Node[] = [];
  const seen = new Set<Node>();
  const needs = (node: Node): Node[] => [...readSignals(model, node)].flatMap((index) => by[index] ?? []);
  for (const root of roots) {
    if (seen.has(root)) continue;
    seen.add(root);
    const stack = [{ node: root, pending: needs(root) }];
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const next = frame.pending.pop();
      if (next === undefined) {
        order.push(frame.node);
        stack.pop();
      } else if (!seen.has(next)) {
        seen.add(next);
        stack.push({ node: next, pending: needs(next) });
      }
    }
  }
  return order;
}

/** The strongly connected components that are loops, each as its steps. Source: Tarjan, "Depth-first search and linear graph algorithms", 1972. */
export function findLoops(model: Model): readonly (readonly Node[])[] {
  const by = definitions(model);
  const index = new Map<Node, number>();
  const low = new Map<Node, number>();
  const open: Node[] = [];
  const isOpen = new Set<Node>();
  const loops: Node[][] = [];
  const needs = (node: Node): Node[] => [...readSignals(model, node)].flatMap((signal) => by[signal] ?? []);
  const enter = (node: Node) => {
    index.set(node, index.size);
    low.set(node, index.size - 1);
    open.push(node);
    isOpen.add(node);
    const inputs = needs(node);
    return { node, pending: inputs, self: inputs.includes(node) };
  };
  for (const root of model.nodes) {
    if (index.has(root)) continue;
    const stack = [enter(root)];
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const { node, pending, self } = frame;
      const next = pending.pop();
      if (next !== undefined) {
        if (!index.has(next)) stack.push(enter(next));
        else if (isOpen.has(next))
          low.set(node, Math.min(low.get(node) as number, index.get(next) as number));
        continue;
      }
      stack.pop();
      const parent = stack.at(-1)?.node;
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent) as number, low.get(node) as number));
      if (low.get(node) !== index.get(node)) continue;
      const component = open.splice(open.lastIndexOf(node));
      for (const member of component) isOpen.delete(member);
      if (component.length > 1 || self) loops.push(component);
    }
  }
  return loops;
}
