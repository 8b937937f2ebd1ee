import { Netlist, type NodeId } from "@gatefold/netlist";
import { CmvmError } from "./error.js";
import type { AdderGraph } from "./graph.js";

export interface ToNetlistOptions {
  /**
   * Levels of adders behind which there are registers: 0 is the inputs, 1 what one adder makes, … All outputs come after as many clocks as there are
   * levels in the list.
   */
  readonly registersAfter?: readonly number[];
}

/**
 * Builds an adder graph in a netlist.
 *
 * @param operands the words that hold the inputs, none of which may reach further than the graph was made for.
 * @returns a node for each output.
 */
export function toNetlist(
  graph: AdderGraph,
  netlist: Netlist,
  operands: readonly NodeId[],
  options: ToNetlistOptions = {},
): NodeId[] {
  const levels = options.registersAfter ?? [];
  if (operands.length !== graph.inputs.length) {
    throw new CmvmError(
      "cmvm/inputs",
      `${operands.length} words are given to a graph of ${graph.inputs.length} inputs.`,
      "give one word for each input",
    );
  }
  operands.forEach((operand, i) => {
    const [has, may] = [netlist.interval(operand), graph.inputs[i]!];
    if (has.lo >= may.lo && has.hi <= may.hi) return;
    throw new CmvmError(
      "cmvm/inputs",
      `Input ${i} is a word of ${has.lo} … ${has.hi}, the graph was made for ${may.lo} … ${may.hi}.`,
      "solve for the words' intervals",
    );
  });
  const clockOf = (depth: number): number => levels.filter((level) => level < depth).length;
  const made: { readonly node: NodeId; readonly clock: number }[] = operands.map((node) => ({
    node,
    clock: 0,
  }));
  const at = (node: number, clock: number): NodeId => {
    let { node: word, clock: since } = made[node]!;
    for (; since < clock; since++) word = netlist.register(word);
    return word;
  };
  for (const { terms, interval, depth } of graph.adders) {
    const clock = clockOf(depth);
    const read = terms.map((term) => ({ ...term, node: at(term.node, clock) }));
    made.push({ node: netlist.sum(read, interval), clock });
  }
  return graph.outputs.map((output) => {
    if (output === undefined) return netlist.constant(0);
    const word = at(output.node, levels.length);
    if (output.negative) {
      const zero = { node: netlist.constant(0), shift: 0, negative: false };
      return netlist.sum([zero, { ...output, node: word }]);
    }
    return shifted(netlist, word, output.shift);
  });
}

/** A word times 2^shift: wires only. */
export function shifted(netlist: Netlist, word: NodeId, shift: number): NodeId {
  if (shift === 0) return word;
  const zeros = Array.from({ length: shift }, () => netlist.constant(0));
  const { lo, hi } = netlist.interval(word);
  const interval = { lo: lo * 2 ** shift, hi: hi * 2 ** shift };
  return netlist.word([...zeros, ...netlist.bits(word)], lo < 0, interval);
}

/** An adder graph as a netlist of its own, with inputs x0, x1, … and outputs y0, y1, … */
export function netlistOf(graph: AdderGraph, name = "cmvm", options: ToNetlistOptions = {}): Netlist {
  const netlist = new Netlist(name);
  const operands = graph.inputs.map((interval, i) => netlist.input(`x${i}`, interval));
  toNetlist(graph, netlist, operands, options).forEach((node, o) => {
    netlist.output(`y${o}`, node);
  });
  return netlist;
}
