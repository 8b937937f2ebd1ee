import type { CellDelays } from "@gatefold/core";
import { NetlistError } from "./error.js";
import type { Netlist, NodeId } from "./netlist.js";
import { liveNodes } from "./rebuild.js";

/** What a device's cells take: its delays, and the inputs of its LUTs. */
export interface TimingModel {
  readonly delays: CellDelays;
  readonly lutInputs: number;
  /** Before an adder for the word that is subtracted, where carry chains cannot invert it; 0 unless told otherwise. */
  readonly subtractNs?: number;
}

/**
 * The live nodes of a netlist as a graph of delays, in flat arrays by node and by operand.
 *
 * A node's time is that of its bits; of a sum it is that of bit 0, and bit `i` comes `i` carries later, so that a sum can start before
 * the carries of its operands have run through. A path's time is then the sum of its edges' delays, and `tail` comes at its end.
 */
export interface TimingGraph {
  /** Nodes that an output depends on and that depend on an input, as 0 and 1. */
  readonly live: Uint8Array;
  readonly widths: Int32Array;
  /** First operand of each node in `operands`; the next node's is the end. What depends on no input is left out. */
  readonly begin: Int32Array;
  readonly operands: Int32Array;
  /** From the operand's time to the node's. */
  readonly delayNs: Float64Array;
  /** The same when a register holds the operand: all its bits come at once. */
  readonly registeredNs: Float64Array;
  /** From the node's time to its last bit. */
  readonly tailNs: Float64Array;
}

/** LUTs behind each other for a function of so many bits: 2^s functions of the first bits, and choices of s bits each. */
export function tableLevels(inputs: number, lutInputs: number): number {
  let selected = 1;
  while (selected + 1 + 2 ** (selected + 1) <= lutInputs) selected++;
  return inputs <= lutInputs ? 1 : 1 + Math.ceil((inputs - lutInputs) / selected);
}

/** Throws `NetlistError` for delays that are no positive numbers and LUTs of fewer than 3 inputs. */
export function timingGraph(netlist: Netlist, model: TimingModel): TimingGraph {
  const { delays, lutInputs, subtractNs = 0 } = model;
  checkModel(delays, lutInputs, subtractNs);
  const live = liveNodes(netlist);
  const begin = new Int32Array(netlist.size + 1);
  const widths = new Int32Array(netlist.size);
  const tailNs = new Float64Array(netlist.size);
  const operands: number[] = [];
  const delayNs: number[] = [];
  const registeredNs: number[] = [];
  for (let node = 0; node < netlist.size; node++) {
    begin[node] = operands.length;
    widths[node] = netlist.width(node);
    if (live[node] === 0) continue;
    if (netlist.kind(node) !== "input" && netlist.operands(node).every((operand) => live[operand] === 0)) {
      live[node] = 0;
      continue;
    }
    if (netlist.kind(node) === "sum") tailNs[node] = (widths[node]! - 1) * delays.carryBitNs;
    const edge = edgeDelays(netlist, node, { delays, lutInputs, subtractNs });
    netlist.operands(node).forEach((operand, i) => {
      if (live[operand] === 0) return;
      const [ns, registered] = edge(operand, i);
      operands.push(operand);
      delayNs.push(ns);
      registeredNs.push(registered);
    });
  }
  begin[netlist.size] = operands.length;
  return {
    live,
    widths,
    begin,
    operands: Int32Array.from(operands),
    delayNs: Float64Array.from(delayNs),
    registeredNs: Float64Array.from(registeredNs),
    tailNs,
  };
}

function checkModel(delays: CellDelays, lutInputs: number, subtractNs: number): void {
  const wrong = Object.entries({ ...delays, subtractNs }).find(([, ns]) => !(Number.isFinite(ns) && ns >= 0));
  if (wrong !== undefined) {
    throw new NetlistError("netlist/bad-delays", `${wrong[0]} is ${wrong[1]}.`, "give nanoseconds from 0");
  }
  if (!Number.isSafeInteger(lutInputs) || lutInputs < 3) {
    throw new NetlistError("netlist/bad-delays", `LUTs have ${lutInputs} inputs.`, "give 3 or more");
  }
}

type EdgeDelays = (operand: NodeId, place: number) => readonly [delayNs: number, registeredNs: number];

/** Delays from the operands of a node: in the same stage, and from a register. */
function edgeDelays(
  netlist: Netlist,
  node: NodeId,
  { delays, lutInputs, subtractNs }: Required<TimingModel>,
): EdgeDelays {
  const { lutNs, carryEntryNs, carryBitNs } = delays;
  const same = (ns: number): readonly [number, number] => [ns, ns];
  switch (netlist.kind(node)) {
    case "lut":
    case "table": {
      const ns = lutNs * tableLevels(netlist.operands(node).length, lutInputs);
      return () => same(ns);
    }
    case "bit": {
      const ns = netlist.bitIndex(node) * carryBitNs;
      return (operand) => [netlist.kind(operand) === "sum" ? ns : 0, 0];
    }
    case "word":
      return (_, place) => same(-place * carryBitNs);
    case "sum": {
      const terms = netlist.terms(node);
      // three words are two after a level of LUTs, and so are two with the constant that negates both
      const before = terms.length === 3 || terms.every((term) => term.negative) ? lutNs : 0;
      return (_, place) => {
        const { shift, negative } = terms[place]!;
        const inverted = negative && before === 0 ? subtractNs : 0;
        return same(before + inverted + carryEntryNs - shift * carryBitNs);
      };
    }
    case "clamp":
      return (operand) => same(carryEntryNs + netlist.width(operand) * carryBitNs + lutNs);
    default:
      return () => same(0);
  }
}

/** The longest way of a netlist between registers or ports, with the register's own delay. */
export function worstStageNs(netlist: Netlist, model: TimingModel): number {
  const { live, begin, operands, delayNs, tailNs } = timingGraph(netlist, model);
  const timeNs = new Float64Array(netlist.size);
  let worst = 0;
  for (let node = 0; node < netlist.size; node++) {
    if (live[node] === 0 || netlist.kind(node) === "register") continue;
    let time = begin[node] === begin[node + 1] ? 0 : Number.NEGATIVE_INFINITY;
    for (let e = begin[node]!; e < begin[node + 1]!; e++) {
      time = Math.max(time, timeNs[operands[e]!]! + delayNs[e]!);
    }
    timeNs[node] = time;
    worst = Math.max(worst, time + tailNs[node]!);
  }
  return model.delays.registerNs + worst;
}
