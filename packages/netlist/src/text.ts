import { NetlistError } from "./error.js";
import type { Interval } from "./interval.js";
import { Netlist, type NodeId, type Term } from "./netlist.js";

/**
 * A netlist as text, a node a line:
 *
 * ```
 * netlist "half adder"
 * %0 = input "a" 0 1
 * %1 = input "b" 0 1
 * %2 = lut 0x8 %0 %1
 * output "carry" %2
 * ```
 *
 * `word` and `input` have their interval behind them, `clamp` too, and a `sum` that is known to reach less than its terms (`within`); `from "fc1"` says where the nodes below come from.
 */
export function printNetlist(netlist: Netlist): string {
  const lines = [`netlist ${JSON.stringify(netlist.name)}`];
  const names = new Map(netlist.inputs.map(({ name, node }) => [node, name]));
  let origin = "";
  for (let node = 0; node < netlist.size; node++) {
    if (netlist.origin(node) !== origin) {
      origin = netlist.origin(node);
      lines.push(`from ${JSON.stringify(origin)}`);
    }
    lines.push(`%${node} = ${printNode(netlist, node, names)}`);
  }
  for (const { name, node } of netlist.outputs) lines.push(`output ${JSON.stringify(name)} %${node}`);
  return `${lines.join("\n")}\n`;
}

function printNode(netlist: Netlist, node: NodeId, names: ReadonlyMap<NodeId, string>): string {
  const kind = netlist.kind(node);
  const { lo, hi } = netlist.interval(node);
  const operands = Array.from(netlist.operands(node), (operand) => ` %${operand}`).join("");
  switch (kind) {
    case "input":
      return `input ${JSON.stringify(names.get(node))} ${lo} ${hi}`;
    case "constant":
      return `constant ${lo}`;
    case "bit":
      return `bit${operands} ${netlist.bitIndex(node)}`;
    case "word":
      return `word ${netlist.wordSigned(node) ? "signed" : "unsigned"} ${lo} ${hi}${operands}`;
    case "lut": {
      const { low, high } = netlist.init(node);
      return `lut 0x${((BigInt(high) << 32n) | BigInt(low)).toString(16)}${operands}`;
    }
    case "table":
      return `table [${netlist.entries(node).join(",")}]${operands}`;
    case "sum":
      return `sum${netlist
        .terms(node)
        .map(({ node: operand, shift, negative }) => ` ${negative ? "-" : "+"}%${operand}<<${shift}`)
        .join("")}${isNarrowed(netlist, node) ? ` within ${lo} ${hi}` : ""}`;
    case "clamp":
      return `clamp ${lo} ${hi}${operands}`;
    case "register":
      return `register${operands}`;
  }
}

/** Whether a sum's interval is narrower than what its terms could reach independently. */
function isNarrowed(netlist: Netlist, node: NodeId): boolean {
  const { lo, hi } = netlist.interval(node);
  let reach = 0;
  for (const { node: operand, shift } of netlist.terms(node)) {
    const interval = netlist.interval(operand);
    reach += (interval.hi - interval.lo) * 2 ** shift;
  }
  return hi - lo < reach;
}

/** Parses what `printNetlist` prints. Throws `NetlistError` `syntax` with the line, or what the builder throws. */
export function parseNetlist(text: string): Netlist {
  let netlist: Netlist | undefined;
  const nodes = new Map<string, NodeId>();
  for (const [i, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    try {
      if (netlist === undefined) netlist = new Netlist(parseHeader(line));
      else parseLine(netlist, line, nodes);
    } catch (error) {
      if (!(error instanceof NetlistError)) throw error;
      throw new NetlistError(error.code, `Line ${i + 1}: ${error.reason}`, error.hint);
    }
  }
  return netlist ?? fail("The text has no netlist.");
}

const syntaxError = (reason: string): NetlistError =>
  new NetlistError("netlist/syntax", reason, "see the text form in the package's README");

const fail = (reason: string): never => {
  throw syntaxError(reason);
};

function parseHeader(line: string): string {
  const match = /^netlist ("(?:[^"\\]|\\.)*")$/.exec(line);
  return match ? (JSON.parse(match[1]!) as string) : fail(`'${line}' is no header.`);
}

function parseLine(netlist: Netlist, line: string, nodes: Map<string, NodeId>): void {
  const from = /^from ("(?:[^"\\]|\\.)*")$/.exec(line);
  if (from) {
    netlist.from(JSON.parse(from[1]!) as string);
    return;
  }
  const output = /^output ("(?:[^"\\]|\\.)*") (%\d+)$/.exec(line);
  if (output) {
    netlist.output(JSON.parse(output[1]!) as string, reference(nodes, output[2]!));
    return;
  }
  const node = /^(%\d+) = (\w+)(?: (.*))?$/.exec(line);
  if (!node) throw syntaxError(`'${line}' is neither a node nor an output.`);
  const [, name, kind, rest = ""] = node;
  nodes.set(name!, parseNode(netlist, kind!, rest, nodes));
}

const reference = (nodes: ReadonlyMap<string, NodeId>, name: string): NodeId =>
  nodes.get(name) ?? fail(`${name} is not defined before it is read.`);

function parseNode(netlist: Netlist, kind: string, rest: string, nodes: ReadonlyMap<string, NodeId>): NodeId {
  const operands = (): NodeId[] => (rest.match(/%\d+/g) ?? []).map((name) => reference(nodes, name));
  const interval = (): Interval => {
    const numbers = [...rest.replace(/"(?:[^"\\]|\\.)*"/, "").matchAll(/(?<![%<\w-])-?\d+/g)].map(([n]) =>
      Number(n),
    );
    return { lo: numbers[0] ?? Number.NaN, hi: numbers[1] ?? Number.NaN };
  };
  switch (kind) {
    case "input":
      return netlist.input(
        JSON.parse(/^"(?:[^"\\]|\\.)*"/.exec(rest)?.[0] ?? fail("An input has no name.")),
        interval(),
      );
    case "constant":
      return netlist.constant(interval().lo);
    case "bit":
      return netlist.bit(operands()[0]!, interval().lo);
    case "word":
      return netlist.word(operands(), rest.startsWith("signed"), interval());
    case "lut": {
      const init = BigInt(/^0x[0-9a-f]+/.exec(rest)?.[0] ?? fail("A LUT has no function."));
      return netlist.lut(operands(), {
        low: Number(init & 0xffffffffn),
        high: Number((init >> 32n) & 0xffffffffn),
      });
    }
    case "table": {
      const entries = /^\[([-\d,]*)\]/.exec(rest)?.[1] ?? fail("A table has no entries.");
      return netlist.table(operands(), entries.split(",").map(Number));
    }
    case "sum":
      return netlist.sum(
        [...rest.matchAll(/([+-])(%\d+)<<(\d+)/g)].map(
          ([, sign, name, shift]): Term => ({
            node: reference(nodes, name!),
            shift: Number(shift),
            negative: sign === "-",
          }),
        ),
        rest.includes("within") ? interval() : undefined,
      );
    case "clamp":
      return netlist.clamp(operands()[0]!, interval());
    case "register":
      return netlist.register(operands()[0]!);
    default:
      return fail(`There is no node '${kind}'.`);
  }
}
