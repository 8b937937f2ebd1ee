import type { Netlist, NodeId } from "@gatefold/netlist";
import { chosen } from "./logic.js";

interface Candidate {
  readonly word: NodeId;
  readonly index: NodeId;
}

/** The index of the greatest word, of equal ones the lowest: a tournament in order, so that the left one wins a tie. */
export function greatestIndex(netlist: Netlist, words: readonly NodeId[]): NodeId {
  let round = words.map((word, i): Candidate => ({ word, index: netlist.constant(i) }));
  while (round.length > 1) {
    const next: Candidate[] = [];
    for (let i = 0; i < round.length; i += 2) {
      const [left, right] = [round[i]!, round[i + 1]];
      next.push(right === undefined ? left : greater(netlist, left, right));
    }
    round = next;
  }
  return round[0]!.index;
}

function greater(netlist: Netlist, left: Candidate, right: Candidate): Candidate {
  const difference = netlist.sum([
    { node: left.word, shift: 0, negative: false },
    { node: right.word, shift: 0, negative: true },
  ]);
  const isRight = signOf(netlist, difference);
  return {
    word: chosen(netlist, isRight, left.word, right.word),
    index: chosen(netlist, isRight, left.index, right.index),
  };
}

/** 1 for negative words. */
export function signOf(netlist: Netlist, word: NodeId): NodeId {
  return netlist.signed(word) ? netlist.bit(word, netlist.width(word) - 1) : netlist.constant(0);
}
