import { NetlistError } from "./error.js";
import { bitOf, type Netlist } from "./netlist.js";

/**
 * What a netlist computes, one vector at a time and word by word: the definition that simulators, mappings and emitted circuits are
 * compared with. Registers only delay, so the result is that of the same inputs, `latency` clocks later.
 *
 * @param inputs one integer for each input, in order.
 * @returns the values of all nodes, by number.
 */
export function evaluateNodes(netlist: Netlist, inputs: ArrayLike<number>): Float64Array {
  const values = new Float64Array(netlist.size);
  netlist.inputs.forEach(({ name, node }, i) => {
    const { lo, hi } = netlist.interval(node);
    const value = inputs[i]!;
    if (!Number.isSafeInteger(value) || value < lo || value > hi) {
      throw new NetlistError(
        "netlist/input-out-of-range",
        `Input ${name} is ${value}.`,
        `give an integer within ${lo} … ${hi}`,
      );
    }
    values[node] = value;
  });
  for (let node = 0; node < netlist.size; node++) {
    const kind = netlist.kind(node);
    if (kind !== "input") values[node] = evaluateNode(netlist, node, values);
  }
  return values;
}

/** The outputs of one vector, in order. */
export function evaluate(netlist: Netlist, inputs: ArrayLike<number>): number[] {
  const values = evaluateNodes(netlist, inputs);
  return netlist.outputs.map(({ node }) => values[node]!);
}

function evaluateNode(netlist: Netlist, node: number, values: Float64Array): number {
  const operands = netlist.operands(node);
  switch (netlist.kind(node)) {
    case "input":
      return values[node]!;
    case "constant":
      return netlist.interval(node).lo;
    case "bit":
      return bitOf(values[operands[0]!]!, netlist.bitIndex(node));
    case "word": {
      const last = operands.length - 1;
      let value = 0;
      operands.forEach((bit, i) => {
        const weight = i === last && netlist.wordSigned(node) ? -(2 ** i) : 2 ** i;
        value += values[bit]! * weight;
      });
      return value;
    }
    case "lut": {
      const { low, high } = netlist.init(node);
      const at = address(operands, values);
      return at < 32 ? (low >>> at) & 1 : (high >>> (at - 32)) & 1;
    }
    case "table":
      return netlist.entries(node)[address(operands, values)]!;
    case "sum":
      return netlist
        .terms(node)
        .reduce((sum, term) => sum + (term.negative ? -1 : 1) * values[term.node]! * 2 ** term.shift, 0);
    case "clamp": {
      const { lo, hi } = netlist.interval(node);
      return Math.min(Math.max(values[operands[0]!]!, lo), hi);
    }
    case "register":
      return values[operands[0]!]!;
  }
}

function address(operands: Int32Array, values: Float64Array): number {
  let at = 0;
  for (let i = 0; i < operands.length; i++) if (values[operands[i]!]! !== 0) at |= 1 << i;
  return at;
}
