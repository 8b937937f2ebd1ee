import {
  type Graph,
  type IntegerRange,
  type InterfaceTable,
  type Op,
  Ranged,
  rangeOfTensor,
  rangeOfType,
  type Tensor,
  type Value,
} from "@gatefold/core";
import { accumulatorRange, MatMul } from "@gatefold/dialect-q";
import { exactRange } from "../storage.js";

/** What is known about a value before any data comes. */
export interface Fact {
  readonly constant: Tensor | undefined;
  /** What the arithmetic can give, before the element type bounds it; `undefined` for reals. */
  readonly raw: IntegerRange | undefined;
  /** What a sample that does not fail can hold: `raw` within the element type. */
  readonly range: IntegerRange | undefined;
  /** `raw` lies within the element type, so nothing needs a check at run time. */
  readonly proven: boolean;
}

export type Facts = ReadonlyMap<Value, Fact>;

function within(value: Value, raw: IntegerRange | undefined): Fact {
  const whole = exactRange(value.type.elem);
  if (!whole || !raw) return { constant: undefined, raw: whole, range: whole, proven: true };
  const proven = raw.lo >= whole.lo && raw.hi <= whole.hi;
  const [lo, hi] = [Math.max(raw.lo, whole.lo), Math.min(raw.hi, whole.hi)];
  const clipped = lo <= hi ? { lo, hi } : whole;
  return { constant: undefined, raw, range: proven ? raw : clipped, proven };
}

function rangesOf(op: Op, facts: Facts, interfaces: InterfaceTable): readonly IntegerRange[] | undefined {
  const operands = op.operands.map((v) => facts.get(v)!.range ?? rangeOfType(v.type));
  if (MatMul.is(op)) {
    const weights = facts.get(op.operand(1))!.constant;
    const axis = op.operand(0).type.shape.length - 1;
    const x = operands[0]!;
    // Channel ranges count only when the channels are what the product sums over.
    const summed = x.channels?.axis === axis ? x : { lo: x.lo, hi: x.hi };
    return weights && [accumulatorRange(weights, summed, axis)];
  }
  return interfaces.get(op.def, Ranged)?.range(op, operands);
}

/** Ranges of every value of a graph, from its inputs' element types and its constants. */
export function computeFacts(
  graph: Graph,
  folded: ReadonlyMap<Value, Tensor>,
  interfaces: InterfaceTable,
): Facts {
  const facts = new Map<Value, Fact>();
  for (const input of graph.inputs) facts.set(input, within(input, undefined));
  for (const op of graph.ops()) {
    const constants = op.results.map((r) => folded.get(r));
    const found = constants.every((c) => c === undefined) ? rangesOf(op, facts, interfaces) : undefined;
    op.results.forEach((result, i) => {
      const constant = constants[i];
      if (constant) {
        const range = exactRange(constant.elem) && rangeOfTensor(constant);
        facts.set(result, { constant, raw: range, range, proven: true });
      } else {
        facts.set(result, within(result, found?.[i]));
      }
    });
  }
  return facts;
}
