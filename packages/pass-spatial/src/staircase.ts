import * as q from "@gatefold/dialect-q";
import { bitOf, costOf, Netlist, type NodeId, unsignedBits } from "@gatefold/netlist";
import { solveCmvm, toNetlist } from "@gatefold/pass-cmvm";
import { mapTables } from "@gatefold/pass-truthtable";
import { countReached } from "./channel-function.js";
import { signOf } from "./greatest.js";
import { atLeast, lutOf } from "./logic.js";

/** Steps of a word: from `breaks[j]` on the value is `values[j + 1]`. All breaks lie within the word's interval. */
export interface Steps {
  readonly breaks: readonly number[];
  readonly values: readonly number[];
}

export type Builder = (netlist: Netlist, word: NodeId, steps: Steps) => NodeId;

/** Words up to which all of their bits go into a table. */
const widestTable = 9;
/** Breaks from which on they are searched or multiplied for, rather than compared with one by one. */
const fewestToSearch = 7;

/**
 * A word's steps by the circuit that takes the fewest LUTs: a table of its bits, a comparison for each break, a search of the
 * breaks one bit of the index after the other, or, where steps are as even as a multiplication makes them, that. Of wide words,
 * which no table is tried for, LUTs are counted before mapping, which may take more from one way than from another.
 */
export function stepsOf(
  netlist: Netlist,
  word: NodeId,
  breaks: readonly number[],
  values: readonly number[],
  lutInputs: 4 | 6,
): NodeId {
  const { lo, hi } = netlist.interval(word);
  const first = countReached(breaks, lo);
  const last = countReached(breaks, hi);
  const steps = { breaks: breaks.slice(first, last), values: values.slice(first, last + 1) };
  if (steps.breaks.length === 0) return netlist.constant(steps.values[0]!);
  const builders = candidates(netlist.width(word), steps, { lo, hi }, lutInputs);
  if (builders.length === 1) return builders[0]!(netlist, word, steps);
  // Only mapping tells the size of a table of all bits; of the other ways' small tables the count before it is near enough.
  const isMapped = builders.includes(byTable);
  const priced = builders.map((build) => {
    const alone = new Netlist("steps");
    alone.output("y", build(alone, alone.input("x", { lo, hi }), steps));
    const circuit = isMapped ? mapTables(alone, { k: lutInputs, objective: "area", trials: 1 }) : alone;
    return { build, luts: costOf(circuit, lutInputs).lutCount };
  });
  const best = priced.reduce((least, next) => (next.luts < least.luts ? next : least));
  return best.build(netlist, word, steps);
}

function candidates(
  width: number,
  steps: Steps,
  range: { readonly lo: number; readonly hi: number },
  k: 4 | 6,
): Builder[] {
  const compare: Builder = (netlist, word, { breaks, values }) =>
    byComparing(netlist, word, breaks, values, k);
  if (steps.breaks.length === 1) return [compare];
  const found = [compare];
  if (width <= widestTable) found.push(byTable);
  else if (steps.breaks.length >= fewestToSearch) {
    found.push(bySearch);
    const multiply = byMultiplying(steps, range);
    if (multiply) found.push(multiply);
  }
  return found;
}

const valueIn = ({ breaks, values }: Steps, x: number): number => values[countReached(breaks, x)]!;

export const byTable: Builder = (netlist, word, steps) => {
  const { lo, hi } = netlist.interval(word);
  const width = netlist.width(word);
  const entries = Int32Array.from({ length: 2 ** width }, (_, address) => {
    const value = lo < 0 && bitOf(address, width - 1) === 1 ? address - 2 ** width : address;
    return valueIn(steps, Math.min(Math.max(value, lo), hi));
  });
  return netlist.table(netlist.bits(word), entries);
};

/** A bit for each break, and which value as many of them mean. */
export function byComparing(
  netlist: Netlist,
  word: NodeId,
  breaks: readonly number[],
  values: readonly number[],
  lutInputs: 4 | 6,
): NodeId {
  const reached = breaks.map((at) => atLeast(netlist, word, at, lutInputs));
  if (reached.length <= lutInputs) {
    const entries = Array.from({ length: 2 ** reached.length }, (_, address) => {
      const count = reached.reduce((sum, _, i) => sum + ((address >> i) & 1), 0);
      return values[count]!;
    });
    return netlist.table(reached, entries);
  }
  return valueOfIndex(netlist, indexOf(netlist, reached), values);
}

/** How many of ascending conditions hold, a bit at a time from the highest: each condition below is chosen by the bits above. */
function indexOf(netlist: Netlist, reached: readonly NodeId[]): readonly NodeId[] {
  const bits = unsignedBits(reached.length);
  const never = netlist.constant(0);
  const condition = (count: number): NodeId => reached[count - 1] ?? never;
  const found: NodeId[] = [];
  let left = Array.from({ length: 2 ** bits - 1 }, (_, i) => condition(i + 1));
  while (left.length > 0) {
    const middle = (left.length - 1) / 2;
    const bit = left[middle]!;
    found.unshift(bit);
    const [below, above] = [left.slice(0, middle), left.slice(middle + 1)];
    left = below.map((zero, i) =>
      lutOf(netlist, [bit, zero, above[i]!], (a) => ((a & 1) === 1 ? (a & 4) !== 0 : (a & 2) !== 0)),
    );
  }
  return found;
}

/** The value of an index by its bits; wires where it is the index itself. */
function valueOfIndex(netlist: Netlist, bits: readonly NodeId[], values: readonly number[]): NodeId {
  const last = values.length - 1;
  if (values.every((v, i) => v === i)) return netlist.word(bits, false, { lo: 0, hi: last });
  return netlist.table(
    bits,
    Int32Array.from({ length: 2 ** bits.length }, (_, index) => values[Math.min(index, last)]!),
  );
}

/** The index a bit at a time from the highest, each by the sign of a subtraction from a break that the bits above choose. */
export const bySearch: Builder = (netlist, word, { breaks, values }) => {
  const bits = unsignedBits(breaks.length);
  const beyond = netlist.interval(word).hi + 1;
  const found: NodeId[] = [];
  for (let b = bits - 1; b >= 0; b--) {
    const under = Int32Array.from({ length: 2 ** found.length }, (_, above) => {
      const count = above * 2 ** (b + 1) + 2 ** b;
      return (breaks[count - 1] ?? beyond) - 1;
    });
    const limit = netlist.table([...found], under);
    const short = netlist.sum([
      { node: limit, shift: 0, negative: false },
      { node: word, shift: 0, negative: true },
    ]);
    found.unshift(signOf(netlist, short));
  }
  return valueOfIndex(netlist, found, values);
};

/** `clip((mul · x + add) >> shift)`, where that is the index at every integer. */
export function byMultiplying(
  steps: Steps,
  { lo, hi }: { readonly lo: number; readonly hi: number },
): Builder | undefined {
  const fit = q.fitStaircases([{ thresholds: steps.breaks, lo, hi }], { ties: "up", shared: true });
  const offsets = fit?.add[0];
  if (fit === undefined || offsets === undefined || !offsets.every(Number.isSafeInteger)) return undefined;
  const graph = solveCmvm([fit.mul[0]!], [{ lo, hi }], { effort: 0 });
  const add = roundest(offsets[0], offsets[1]);
  return (netlist, word, { values }) => {
    const [product] = toNetlist(graph, netlist, [word]);
    const sum =
      add === 0
        ? product!
        : netlist.sum([
            { node: product!, shift: 0, negative: false },
            { node: netlist.constant(add), shift: 0, negative: false },
          ]);
    const last = values.length - 1;
    const range = netlist.interval(sum);
    const shifted = netlist.word(netlist.bits(sum).slice(fit.shift), netlist.signed(sum), {
      lo: Math.floor(range.lo / 2 ** fit.shift),
      hi: Math.floor(range.hi / 2 ** fit.shift),
    });
    const index = netlist.clamp(shifted, { lo: 0, hi: last });
    return valueOfIndex(netlist, netlist.bits(index), values);
  };
}

/** Of an interval's integers the one with the most trailing zeros. */
function roundest(least: number, greatest: number): number {
  for (let power = 52; power > 0; power--) {
    const at = Math.ceil(least / 2 ** power) * 2 ** power;
    if (at <= greatest) return at;
  }
  return least;
}
