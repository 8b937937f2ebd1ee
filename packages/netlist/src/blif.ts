import { NetlistError } from "./error.js";
import { bitOf, type Netlist, type NodeId } from "./netlist.js";
import { liveNodes } from "./rebuild.js";
import { withoutSums } from "./without-sums.js";

/** Address bits of a table up to which its rows are listed. */
const maxListedInputs = 16;

/**
 * A netlist as BLIF, the text form that logic synthesis tools read (Berkeley Logic Interchange Format): LUTs and tables as
 * `.names`, sums and clamps as LUTs with carries, registers as latches that start at 0. A word is its bits, `y[0]` the least significant.
 *
 * Throws `NetlistError` `netlist/no-blif` for tables of more than 16 inputs: map those first.
 */
export function printBlif(given: Netlist): string {
  const netlist = withoutSums(given);
  const live = liveNodes(netlist);
  for (const { name, node } of netlist.outputs) {
    const input = netlist.inputs.find((port) => port.name === name);
    if (input !== undefined && input.node !== node)
      throw noBlif(node, `an output with the name of input ${name}`);
  }
  const names = new Map(netlist.inputs.map(({ name, node }) => [node, name]));
  const nameOf = (node: NodeId, b: number): string => {
    const base = names.get(node) ?? `%${node}`;
    return netlist.width(node) === 1 && !names.has(node) ? base : bitName(netlist, node, base, b);
  };
  const lines: string[] = [];
  const cover = (inputs: readonly string[], output: string, rows: readonly string[]): void => {
    lines.push(`.names ${[...inputs, output].join(" ")}`, ...rows);
  };
  for (let node = 0; node < netlist.size; node++) {
    if (live[node] === 0) continue;
    const operands = Array.from(netlist.operands(node));
    const bits = Array.from({ length: netlist.width(node) }, (_, b) => b);
    const wire = (from: NodeId, index: number, b: number): void => {
      const place = index < netlist.width(from) ? index : netlist.signed(from) ? netlist.width(from) - 1 : -1;
      cover(place < 0 ? [] : [nameOf(from, place)], nameOf(node, b), place < 0 ? [] : ["1 1"]);
    };
    const rowsOf = (b: number, valueAt: (address: number) => number): string[] =>
      Array.from({ length: 2 ** operands.length }, (_, a) => a)
        .filter((a) => bitOf(valueAt(a), b) === 1)
        .map((a) => `${operands.map((_, i) => (a >>> i) & 1).join("")} 1`);
    switch (netlist.kind(node)) {
      case "input":
        break;
      case "constant":
        for (const b of bits) cover([], nameOf(node, b), bitOf(netlist.interval(node).lo, b) ? ["1"] : []);
        break;
      case "bit":
        wire(operands[0]!, netlist.bitIndex(node), 0);
        break;
      case "word":
        for (const b of bits) {
          const place = netlist.wordSigned(node) ? Math.min(b, operands.length - 1) : b;
          wire(operands[place]!, 0, b);
        }
        break;
      case "lut": {
        const { low, high } = netlist.init(node);
        const valueAt = (a: number): number => (a < 32 ? (low >>> a) & 1 : (high >>> (a - 32)) & 1);
        cover(
          operands.map((operand) => nameOf(operand, 0)),
          nameOf(node, 0),
          rowsOf(0, valueAt),
        );
        break;
      }
      case "table": {
        if (operands.length > maxListedInputs) throw noBlif(node, `a table of ${operands.length} inputs`);
        const entries = netlist.entries(node);
        const inputs = operands.map((operand) => nameOf(operand, 0));
        for (const b of bits)
          cover(
            inputs,
            nameOf(node, b),
            rowsOf(b, (a) => entries[a]!),
          );
        break;
      }
      case "register":
        for (const b of bits) lines.push(`.latch ${nameOf(operands[0]!, b)} ${nameOf(node, b)} 0`);
        break;
      case "sum":
      case "clamp":
        throw new RangeError(`%${node} is still a ${netlist.kind(node)}`);
    }
  }
  // Ports are those of the netlist as given: what became constant on the way may have fewer bits.
  const outputs = given.outputs.flatMap(({ name, node: port }, o) => {
    const { node } = netlist.outputs[o]!;
    return Array.from({ length: given.width(port) }, (_, b) => {
      const output = bitName(given, port, name, b);
      const place = b < netlist.width(node) ? b : netlist.signed(node) ? netlist.width(node) - 1 : -1;
      // An input and an output of the same name are the same signal.
      if (place < 0) cover([], output, []);
      else if (output !== nameOf(node, place)) cover([nameOf(node, place)], output, ["1 1"]);
      return output;
    });
  });
  const inputs = netlist.inputs.flatMap(({ node }) =>
    Array.from({ length: netlist.width(node) }, (_, b) => nameOf(node, b)),
  );
  return [
    `.model ${netlist.name.replaceAll(/\s/g, "_")}`,
    `.inputs ${inputs.join(" ")}`,
    `.outputs ${outputs.join(" ")}`,
    ...lines,
    ".end",
    "",
  ].join("\n");
}

const bitName = (netlist: Netlist, node: NodeId, base: string, b: number): string =>
  netlist.width(node) === 1 ? base : `${base}[${b}]`;

const noBlif = (node: NodeId, what: string): NetlistError =>
  new NetlistError(
    "netlist/no-blif",
    `%${node} is ${what}, which BLIF has no words for.`,
    "map it to LUTs first",
  );
