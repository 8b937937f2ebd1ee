import { beatBits, beatCount, type ElemType, elemInfo, type Op, type StreamType } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { liveNodes, type Netlist, type NodeId } from "@gatefold/netlist";
import {
  apUint,
  type CExpr,
  type CFunction,
  type CStatement,
  type CType,
  call,
  integer,
  name,
  own,
  type,
} from "../cpp/ast.js";
import { elementType } from "../elements.js";
import type { HlsCall } from "../hls-kernel.js";

/** Throws for a circuit that is not folded to whole vectors. */
export function netlist(op: Op): HlsCall {
  const [x, y] = [op.operand(0).type as StreamType, op.result().type as StreamType];
  if (x.lanes !== hw.channelsOf(x) || y.lanes !== hw.channelsOf(y))
    throw new TypeError("a netlist takes whole vectors: SIMD and PE are all channels of either side");
  return {
    header: "gatefold/circuit.hpp",
    function: "gatefold::each_beat",
    template: [beatBits(x), beatBits(y), beatCount(x)],
    circuit: {
      functions: [
        {
          kind: "function",
          name: "of",
          isStatic: true,
          marker: "GATEFOLD_CIRCUIT",
          returns: apUint(beatBits(y)),
          ...circuitBody(hw.netlistOf(op), x, y),
        },
      ],
    },
  };
}

/** Parameters and body of the function from one beat to the other. */
function circuitBody(circuit: Netlist, x: StreamType, y: StreamType): Pick<CFunction, "parameters" | "body"> {
  const read = readInputs(circuit);
  const body = new CircuitPrinter(circuit, read).body(x.elem, y.elem, beatBits(y));
  const parameter = read.size > 0 ? "beat" : "";
  return { parameters: [{ name: parameter, type: apUint(beatBits(x)), by: "constant-reference" }], body };
}

/** Inputs that an output depends on. */
function readInputs(circuit: Netlist): ReadonlySet<NodeId> {
  const live = liveNodes(circuit);
  const read = new Set<NodeId>(circuit.outputs.map(({ node }) => node));
  for (let node = 0; node < circuit.size; node++) {
    if (live[node] !== 0) for (const operand of circuit.operands(node)) read.add(operand);
  }
  return new Set(circuit.inputs.map(({ node }) => node).filter((node) => read.has(node)));
}

const constant = (node: string, kind: CType, value: CExpr): CStatement => ({
  kind: "declaration",
  isConstant: true,
  type: kind,
  name: node,
  value,
});

/** A netlist as lines of straight code, one a node; registers are wires: pipelining is the tool's. */
class CircuitPrinter {
  readonly #netlist: Netlist;
  readonly #tables = new Map<Int32Array, string>();
  readonly #statements: CStatement[] = [];

  readonly #read: ReadonlySet<NodeId>;

  constructor(circuit: Netlist, read: ReadonlySet<NodeId>) {
    this.#netlist = circuit;
    this.#read = read;
  }

  body(from: ElemType, to: ElemType, resultBits: number): readonly CStatement[] {
    const circuit = this.#netlist;
    const live = liveNodes(circuit);
    circuit.inputs.forEach(({ node }, i) => {
      const raw = call(own("lane", elemInfo(from).widthBits), name("beat"), integer(i));
      const value = from === "bipolar" ? raw : call(elementFunction(from, "decode"), raw);
      if (this.#read.has(node)) this.#statements.push(constant(`n${node}`, this.#typeOf(node), value));
    });
    let origin = "";
    for (let node = 0; node < circuit.size; node++) {
      const kind = circuit.kind(node);
      if (live[node] === 0 || kind === "input" || kind === "constant") continue;
      if (circuit.origin(node) !== origin) {
        origin = circuit.origin(node);
        this.#statements.push({ kind: "comment", text: origin.replace(/[\r\n\\]/g, " ") });
      }
      const value = this.#value(node);
      this.#statements.push(constant(`n${node}`, this.#typeOf(node), value));
    }
    const { widthBits } = elemInfo(to);
    return [
      ...this.#statements,
      { kind: "declaration", type: apUint(resultBits), name: "result", value: integer(0) },
      ...circuit.outputs.map(({ node }, i): CStatement => {
        const lane = call(apUint(widthBits), this.#use(node));
        return {
          kind: "expression",
          value: call(own("set_lane", widthBits), name("result"), integer(i), lane),
        };
      }),
      { kind: "return", value: name("result") },
    ];
  }

  #typeOf(node: NodeId): CType {
    const width = Math.max(1, this.#netlist.width(node));
    return type(this.#netlist.signed(node) ? "ap_int" : "ap_uint", width);
  }

  /** A node as an operand. */
  #use(node: NodeId): CExpr {
    const circuit = this.#netlist;
    return circuit.kind(node) === "constant" ? integer(circuit.interval(node).lo) : name(`n${node}`);
  }

  #together(bits: readonly NodeId[]): CExpr {
    const each = bits.map((bit) =>
      this.#netlist.kind(bit) === "constant" ? call(apUint(1), this.#use(bit)) : this.#use(bit),
    );
    return call(own("together"), ...each);
  }

  #value(node: NodeId): CExpr {
    const circuit = this.#netlist;
    const operands = Array.from(circuit.operands(node));
    const first = operands[0]!;
    switch (circuit.kind(node)) {
      case "bit":
        return call(own("bit_of"), this.#use(first), integer(circuit.bitIndex(node)));
      case "word":
        return this.#word(node, operands);
      case "lut": {
        const { low, high } = circuit.init(node);
        const contents = (BigInt(high) << 32n) | BigInt(low);
        return call(own("lut"), integer(contents, 16), this.#together(operands));
      }
      case "table":
        return { kind: "index", of: name(this.#table(node)), at: this.#together(operands) };
      case "sum":
        return this.#sum(node);
      case "clamp": {
        const { lo, hi } = circuit.interval(node);
        return call(own("clamp", this.#typeOf(node)), this.#use(first), integer(lo), integer(hi));
      }
      case "register":
        return this.#use(first);
      default:
        throw new RangeError(`%${node} has no value`);
    }
  }

  /** Bits as a word; of a signed one the last counts negative, also where its interval is narrower than its bits. */
  #word(node: NodeId, bits: readonly NodeId[]): CExpr {
    const together = this.#together(bits);
    return this.#netlist.wordSigned(node) ? call(type("ap_int", bits.length), together) : together;
  }

  #sum(node: NodeId): CExpr {
    const terms = [...this.#netlist.terms(node)].sort((a, b) => Number(a.negative) - Number(b.negative));
    const exprs = terms.map(({ node: operand, shift }): CExpr => {
      const value = this.#use(operand);
      return shift === 0 ? value : { kind: "binary", operator: "*", a: value, b: integer(2 ** shift) };
    });
    const start: CExpr = terms[0]!.negative ? { kind: "negate", of: exprs[0]! } : exprs[0]!;
    return exprs
      .slice(1)
      .reduce<CExpr>(
        (a, b, i) => ({ kind: "binary", operator: terms[i + 1]!.negative ? "-" : "+", a, b }),
        start,
      );
  }

  #table(node: NodeId): string {
    const entries = this.#netlist.entries(node);
    const known = this.#tables.get(entries);
    if (known !== undefined) return known;
    const label = `table${this.#tables.size}`;
    this.#tables.set(entries, label);
    this.#statements.push({
      kind: "array",
      name: label,
      type: this.#typeOf(node),
      dimensions: [entries.length],
      values: entries,
      radix: 10,
    });
    return label;
  }
}

/** A static function of an element's type. */
function elementFunction(elem: ElemType, what: string): CType {
  const { name: element, args } = elementType(elem);
  return type(`${element}<${args!.join(", ")}>::${what}`);
}
