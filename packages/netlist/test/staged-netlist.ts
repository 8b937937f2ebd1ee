import { type Interval, Netlist, type NodeId } from "../src/index.js";

export interface StagedSpec {
  readonly inputs: readonly Interval[];
  /** What each output stays within. */
  readonly outputs: readonly Interval[];
  /** Registers from inputs to outputs. */
  readonly stages: number;
}

/** Draws a netlist of tables, sums, LUTs and saturations between registers; `pick` gives numbers below its argument. */
export function stagedNetlist(pick: (below: number) => number, spec: StagedSpec): Netlist {
  const netlist = new Netlist("staged");
  let words: NodeId[] = spec.inputs.map((interval, i) => netlist.input(`x${i}`, interval));
  const any = (): NodeId => words[pick(words.length)]!;
  const bit = (): NodeId => netlist.bit(any(), pick(4));
  const bits = (count: number): NodeId[] => Array.from({ length: count }, bit);
  const draw = (): NodeId => {
    switch (pick(5)) {
      case 0:
        return netlist.table(
          bits(4),
          Array.from({ length: 16 }, () => pick(12) - 6),
        );
      case 1:
        return netlist.sum([
          { node: any(), shift: pick(2), negative: pick(2) === 1 },
          { node: any(), shift: 0, negative: false },
        ]);
      case 2:
        return netlist.lut(bits(1 + pick(6)), { low: pick(2 ** 32), high: pick(2 ** 32) });
      case 3:
        return netlist.word(bits(3), pick(2) === 1);
      default:
        return netlist.clamp(any(), { lo: pick(9) - 12, hi: pick(12) });
    }
  };
  for (let stage = 0; stage <= spec.stages; stage++) {
    netlist.from(`stage ${stage}`);
    if (stage > 0) words = words.map((node) => netlist.register(node));
    const made = Array.from({ length: 3 + pick(4) }, draw);
    // What came in stays readable, so that a netlist may be a wire as well.
    words = stage === spec.stages ? [...made, ...words] : [...made, ...words.slice(0, 3)];
  }
  spec.outputs.forEach((interval, o) => {
    const word = words[o % words.length]!;
    netlist.output(`y${o}`, inside(netlist, word, interval));
  });
  return netlist;
}

/** A word as one of an interval that may hold fewer, or none, of its values. */
function inside(netlist: Netlist, word: NodeId, interval: Interval): NodeId {
  return interval.lo === 0 && interval.hi === 1 ? netlist.bit(word, 0) : netlist.clamp(word, interval);
}
