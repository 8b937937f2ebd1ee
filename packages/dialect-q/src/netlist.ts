import {
  type AttrSpec,
  attr,
  defineOp,
  type ElemType,
  elemInfo,
  InferError,
  isInt,
  numbers,
  type OpDef,
  rangeOfChannels,
  type Tensor,
  tensor,
  tensorFrom,
  type ValueType,
} from "@gatefold/core";
import {
  evaluate,
  type Interval,
  NetlistError,
  simulate,
  type Vectors,
  type Netlist as WordNetlist,
} from "@gatefold/netlist";
import { type ParsedBody, parsedBody } from "./netlist-body.js";
import { ranged } from "./ranged.js";

export type NetlistAttrs = {
  readonly body: AttrSpec<readonly string[]>;
  readonly elem: AttrSpec<ElemType>;
};

/**
 * Each vector of a tensor through a circuit: a netlist of words, bits, tables and sums.
 *
 * - Operand: `x` `<… x C x s>`, integer codes. Result: `<… x M x elem>`.
 * - `body`: the lines of the netlist's text. Its inputs are the channels of `x`, its outputs those of the result, both in order; a
 *   `bipolar` channel is the bit of its code, 0 for −1.
 * - Constraints: (C1) `x` is an integer tensor with a dimension; (C2) `body` is the text of a netlist; (C3) it has an input a channel,
 *   and an output; (C4) an input takes some code of `x`'s type at least; (C5) `elem` is an integer type that holds every output;
 *   (C6) no node mixes vectors, and all outputs come at the same clock; (C7) an input takes all codes of its type where `x` is an input
 *   of the graph.
 *
 * An input may take fewer codes than its type holds where others never come: evaluation throws on one that does.
 */
export const Netlist: OpDef<NetlistAttrs> = defineOp<NetlistAttrs>({
  name: "q.netlist",
  summary: "Each vector through a circuit of tables, sums and bits.",
  operands: ["x"],
  attrs: { body: attr.strings(), elem: attr.elem() },
  infer: ({ operands, attrs: { body, elem } }) => {
    const x = operands[0]!;
    if (!isInt(x.elem) || x.shape.length === 0) {
      throw new InferError("(C1) `x` is not an integer tensor with a dimension");
    }
    const { netlist, latencyCycles } = parsed(body);
    checkPorts(netlist, x, elem);
    if (latencyCycles instanceof NetlistError) throw new InferError(`(C6) ${latencyCycles.reason}`);
    return [tensor(elem, [...x.shape.slice(0, -1), netlist.outputs.length])];
  },
  *verify(op) {
    const x = op.operand(0);
    if (x.op !== undefined) return;
    const { netlist } = parsed(op.attrs.body);
    const given = wordsOf(x.type.elem);
    for (const { name, node } of netlist.inputs) {
      const { lo, hi } = netlist.interval(node);
      if (lo > given.lo || hi < given.hi) {
        const message = `input ${name} takes ${lo} … ${hi}, and an input of the graph may be any ${x.type.elem}`;
        yield { label: "C7", message };
      }
    }
  },
  evaluate: ([x], { body, elem }) => [run(parsed(body).netlist, x!, elem)],
  interfaces: [
    ranged((op) => {
      if (!Netlist.is(op)) return undefined;
      const { netlist } = parsed(op.attrs.body);
      const codes = netlist.outputs.map(({ node }) => codesOf(netlist.interval(node), op.attrs.elem));
      return rangeOfChannels({
        axis: op.result().type.shape.length - 1,
        lo: Float64Array.from(codes, ({ lo }) => lo),
        hi: Float64Array.from(codes, ({ hi }) => hi),
      });
    }),
  ],
});

function parsed(body: readonly string[]): ParsedBody {
  try {
    return parsedBody(body);
  } catch (error) {
    if (error instanceof NetlistError) throw new InferError(`(C2) the body is no netlist: ${error.reason}`);
    throw error;
  }
}

/** Codes of a channel by the words that stand for them, and back: they differ for −1 and +1, which are the bits 0 and 1. */
function codesOf({ lo, hi }: Interval, elem: ElemType): Interval {
  return elem === "bipolar" ? { lo: 2 * lo - 1, hi: 2 * hi - 1 } : { lo, hi };
}

function wordsOf(elem: ElemType): Interval {
  const { min, max } = elemInfo(elem);
  return elem === "bipolar" ? { lo: 0, hi: 1 } : { lo: min, hi: max };
}

function checkPorts(netlist: WordNetlist, x: ValueType, elem: ElemType): void {
  const { inputs, outputs } = netlist;
  const channels = x.shape.at(-1);
  if (inputs.length !== channels || outputs.length === 0) {
    throw new InferError(
      `(C3) a netlist of ${inputs.length} inputs and ${outputs.length} outputs reads ${channels} channels`,
    );
  }
  const given = wordsOf(x.elem);
  for (const { name, node } of inputs) {
    const { lo, hi } = netlist.interval(node);
    if (hi < given.lo || lo > given.hi) {
      throw new InferError(`(C4) input ${name} takes ${lo} … ${hi}, which ${x.elem} never is`);
    }
  }
  if (!isInt(elem)) throw new InferError(`(C5) ${elem} is not an integer type`);
  const held = wordsOf(elem);
  for (const { name, node } of outputs) {
    const { lo, hi } = netlist.interval(node);
    if (lo < held.lo || hi > held.hi) {
      throw new InferError(`(C5) ${elem} does not hold output ${name}, which is ${lo} … ${hi}`);
    }
  }
}

/** A lone vector is done sooner word by word than in planes of bits. */
function outputsOf(netlist: WordNetlist, words: Vectors): readonly ArrayLike<number>[] {
  if (words[0]!.length !== 1) return simulate(netlist, words);
  const vector = words.map((column) => column[0]!);
  return evaluate(netlist, vector).map((value) => [value]);
}

function run(netlist: WordNetlist, x: Tensor, elem: ElemType): Tensor {
  const channels = netlist.inputs.length;
  const outputs = netlist.outputs.length;
  const codes = numbers(x);
  const count = codes.length / channels;
  const words = netlist.inputs.map((_, c) => {
    const column = new Float64Array(count);
    for (let v = 0; v < count; v++) column[v] = codes[v * channels + c]!;
    return x.elem === "bipolar" ? column.map((code) => (code + 1) / 2) : column;
  });
  const values = new Float64Array(count * outputs);
  outputsOf(netlist, words).forEach((column, o) => {
    for (let v = 0; v < count; v++) {
      values[v * outputs + o] = elem === "bipolar" ? 2 * column[v]! - 1 : column[v]!;
    }
  });
  return tensorFrom(elem, [...x.shape.slice(0, -1), outputs], values);
}
