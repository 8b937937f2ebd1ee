import { widthOf } from "./interval.js";
import type { Netlist, NodeId } from "./netlist.js";
import { liveNodes } from "./rebuild.js";

/** How high a word reaches, whether it has a sign, and how many trailing zeros all its values have. */
export interface Span {
  readonly top: number;
  readonly signed: boolean;
  readonly step: number;
}

/**
 * Length of an adder's carry chain: the bits of the widest term above the second finest least significant bit (where there is one term,
 * nothing is added), a sign if any term has one, and one bit more for the second carry of three terms.
 *
 * Source: for two terms, da4ml's cost model, so that figures compare.
 */
export function adderBits(spans: readonly Span[]): number {
  const steps = spans.map(({ step }) => step).sort((a, b) => a - b);
  const top = Math.max(...spans.map((span) => span.top));
  return top + (spans.some(({ signed }) => signed) ? 1 : 0) - steps[1]! + (spans.length - 2);
}

/** Trailing zeros of an integer; 0 for 0. */
export function trailingZeros(value: number): number {
  if (value === 0) return 0;
  if (Math.abs(value) < 2 ** 31) return 31 - Math.clz32(value & -value);
  let zeros = 0;
  for (let rest = value; rest % 2 === 0; rest /= 2) zeros++;
  return zeros;
}

/**
 * LUTs of six inputs for a table of `inputBits` bits and `outputBits` outputs, as LogicNets counts them: leaves of six bits and 4:1
 * multiplexers above, `Y/3 · (2^(X-4) - (-1)^X)`; up to six bits one an output. An upper bound: logic that outputs share or that
 * minimises away is not seen.
 *
 * Source: Umuroglu et al., "LogicNets", FPL 2020, §III; for X < 6, where that formula falls below one LUT, one.
 */
export function logicNetsLuts(inputBits: number, outputBits: number): number {
  if (inputBits <= 6) return outputBits;
  return (outputBits * (2 ** (inputBits - 4) - (-1) ** inputBits)) / 3;
}

/** The same count for LUTs of four inputs, where a LUT holds a 2:1 multiplexer. */
function tableLuts4(inputBits: number, outputBits: number): number {
  return inputBits <= 4 ? outputBits : outputBits * (2 ** (inputBits - 3) - 1);
}

/** LUTs of a table by the rule for `lutInputs`. */
export function tableLuts(inputBits: number, outputBits: number, lutInputs: 4 | 6): number {
  return lutInputs === 6 ? logicNetsLuts(inputBits, outputBits) : tableLuts4(inputBits, outputBits);
}

/** What a netlist takes on LUTs of 4 or 6 inputs with carry chains. */
export interface NetlistCost {
  /** All of them together. */
  readonly lutCount: number;
  /** `lut` nodes; one of more inputs than the device's counts as a table. */
  readonly logicLuts: number;
  /** Tables that are not mapped yet, by the rule of `tableLuts`. */
  readonly tableLuts: number;
  /** Bits of carry chains, one LUT each. */
  readonly carryBits: number;
  /** Of these, bits of chains that subtract. */
  readonly subtractBits: number;
  readonly clampLuts: number;
  readonly ffCount: number;
}

/** Bits of the carry chain of each live `sum`, 0 of all other nodes. */
export function carryBitsOf(netlist: Netlist): Int32Array {
  const live = liveNodes(netlist);
  const steps = new Int32Array(netlist.size);
  const carry = new Int32Array(netlist.size);
  for (let node = 0; node < netlist.size; node++) {
    const { lo, hi } = netlist.interval(node);
    if (lo === hi) steps[node] = trailingZeros(lo);
    if (netlist.kind(node) !== "sum") continue;
    const spans = netlist.terms(node).map((term): Span => {
      const interval = netlist.interval(term.node);
      const signed = interval.lo < 0;
      return {
        top: widthOf(interval) - (signed ? 1 : 0) + term.shift,
        signed,
        step: steps[term.node]! + term.shift,
      };
    });
    steps[node] = Math.min(...spans.map(({ step }) => step));
    if (live[node] === 1) carry[node] = Math.max(0, adderBits(spans));
  }
  return carry;
}

/** Counts LUTs and registers of the live nodes: one LUT for each bit of an adder, words and bits are wires. */
export function costOf(netlist: Netlist, lutInputs: 4 | 6): NetlistCost {
  const live = liveNodes(netlist);
  const carry = carryBitsOf(netlist);
  let [logicLuts, tables, carryBits, subtractBits, clampLuts, ffCount] = [0, 0, 0, 0, 0, 0];
  for (let node = 0; node < netlist.size; node++) {
    if (live[node] === 0) continue;
    const width = netlist.width(node);
    const inputs = netlist.operands(node).length;
    switch (netlist.kind(node)) {
      case "lut":
        if (inputs <= lutInputs) logicLuts++;
        else tables += tableLuts(inputs, 1, lutInputs);
        break;
      case "table":
        tables += tableLuts(inputs, width, lutInputs);
        break;
      case "sum":
        carryBits += carry[node]!;
        if (netlist.terms(node).some(({ negative }) => negative)) subtractBits += carry[node]!;
        break;
      case "clamp":
        clampLuts += clampCost(netlist, node, lutInputs);
        break;
      case "register":
        ffCount += width;
        break;
      default:
    }
  }
  const lutCount = logicLuts + tables + carryBits + clampLuts;
  return { lutCount, logicLuts, tableLuts: tables, carryBits, subtractBits, clampLuts, ffCount };
}

/** A comparison with each end that is cut off, as LUTs in a row, and a LUT a bit to choose. */
function clampCost(netlist: Netlist, node: NodeId, lutInputs: number): number {
  const from = netlist.operands(node)[0]!;
  const [outer, inner] = [netlist.interval(from), netlist.interval(node)];
  const ends = (outer.lo < inner.lo ? 1 : 0) + (outer.hi > inner.hi ? 1 : 0);
  return ends * Math.ceil((netlist.width(from) - 1) / (lutInputs - 1)) + netlist.width(node);
}
