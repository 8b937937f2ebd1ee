import { adderBits, type Interval, type Span, type Term } from "@gatefold/netlist";
import { nodeOfDigit, powerOfDigit } from "./pool.js";
import { type Solution, usesOf } from "./solution.js";

/** An adder of two or three terms. */
export interface Adder {
  readonly terms: readonly Term[];
  /** Exactly what it reaches, also where its terms depend on each other. */
  readonly interval: Interval;
  /** Adders on the longest way to it, this one included. */
  readonly depth: number;
  /** Length of its carry chain, see `adderBits`. */
  readonly bits: number;
}

/** Shifts and adders: node 0 … inputs-1 are the inputs, node inputs + i is adder i. Adders come after what they read. */
export interface AdderGraph {
  readonly inputs: readonly Interval[];
  readonly adders: readonly Adder[];
  /** What each output is: a term, or undefined for 0. */
  readonly outputs: readonly (Term | undefined)[];
}

export { adderBits } from "@gatefold/netlist";

export interface GraphCost {
  /** Σ ⌈bits / adderSize⌉, or the number of adders where adderSize is -1. */
  readonly cost: number;
  readonly adders: number;
  readonly bits: number;
  /** Adders on the longest way. */
  readonly depth: number;
  /** Σ ⌈bits / carrySize⌉ on the longest way, or `depth` where carrySize is -1. */
  readonly latency: number;
  /** Outputs that are the negative of an adder or input. */
  readonly negated: number;
}

/** What a graph costs; sizes as in `CmvmOptions`. */
export function graphCost(
  graph: AdderGraph,
  sizes: { readonly adderSize?: number; readonly carrySize?: number } = {},
): GraphCost {
  const { adderSize = 1, carrySize = -1 } = sizes;
  const inputs = graph.inputs.length;
  const arrival = new Float64Array(inputs + graph.adders.length);
  let [cost, bits, depth, latency] = [0, 0, 0, 0];
  graph.adders.forEach((adder, i) => {
    cost += adderSize < 0 ? 1 : Math.ceil(adder.bits / adderSize);
    bits += adder.bits;
    depth = Math.max(depth, adder.depth);
    const own = carrySize < 0 ? 1 : Math.ceil(adder.bits / carrySize);
    arrival[inputs + i] = own + Math.max(...adder.terms.map(({ node }) => arrival[node]!));
    latency = Math.max(latency, arrival[inputs + i]!);
  });
  const negated = graph.outputs.filter((output) => output?.negative === true).length;
  return { cost, adders: graph.adders.length, bits, depth, latency, negated };
}

/** The live adders of a solution; with `ternary`, an adder that has one reader goes into it where that costs less. */
export function graphOf(solution: Solution, ternary: boolean): AdderGraph {
  const { pool, outputs } = solution;
  const inputs = pool.inputs.length;
  const uses = usesOf(solution);
  const span = ({ node, shift }: Term): Span => ({
    top: pool.top[node]! + shift,
    signed: pool.signed[node] === 1,
    step: pool.step[node]! + shift,
  });
  const termsOf = (node: number): Term[] => {
    const shift = pool.shift[node]!;
    return [
      { node: pool.left[node]!, shift: Math.max(0, -shift), negative: false },
      { node: pool.right[node]!, shift: Math.max(0, shift), negative: pool.subtract[node] === 1 },
    ];
  };
  const terms: Term[][] = [];
  const dead = new Set<number>();
  for (let node = pool.size - 1; node >= inputs; node--) {
    if (uses[node] === 0 || dead.has(node)) continue;
    const two = termsOf(node);
    terms[node] = two;
    if (!ternary) continue;
    let least = 0;
    for (const inner of two) {
      if (inner.node < inputs || uses[inner.node] !== 1) continue;
      const other = two.find((term) => term !== inner)!;
      const three = [
        ...termsOf(inner.node).map(({ node, shift, negative }) => ({
          node,
          shift: shift + inner.shift,
          negative: negative !== inner.negative,
        })),
        other,
      ];
      const gain = adderBits(two.map(span)) + pool.bitsOf(inner.node) - adderBits(three.map(span));
      if (gain <= least) continue;
      least = gain;
      terms[node] = three;
    }
    const kept = new Set(terms[node]!.map((term) => term.node));
    for (const { node: operand } of two) if (!kept.has(operand)) dead.add(operand);
  }
  const numbers = new Int32Array(pool.size).map((_, i) => i);
  const adders: Adder[] = [];
  for (let node = inputs; node < pool.size; node++) {
    if (uses[node] === 0 || dead.has(node)) continue;
    numbers[node] = inputs + adders.length;
    const own = terms[node]!;
    adders.push({
      terms: own.map((term) => ({ ...term, node: numbers[term.node]! })),
      interval: { lo: pool.lo[node]!, hi: pool.hi[node]! },
      depth:
        1 +
        Math.max(
          ...own.map((term) => (term.node < inputs ? 0 : adders[numbers[term.node]! - inputs]!.depth)),
        ),
      bits: adderBits(own.map(span)),
    });
  }
  return {
    inputs: pool.inputs,
    adders,
    outputs: outputs.map((digit) =>
      digit === undefined
        ? undefined
        : { node: numbers[nodeOfDigit(digit)]!, shift: powerOfDigit(digit), negative: (digit & 1) === 1 },
    ),
  };
}

/** The outputs for one vector of inputs, in exact integers. */
export function evaluateGraph(graph: AdderGraph, inputs: ArrayLike<number>): number[] {
  const values = new Float64Array(graph.inputs.length + graph.adders.length);
  values.set(Array.from(inputs));
  const termValue = ({ node, shift, negative }: Term): number =>
    (negative ? -1 : 1) * values[node]! * 2 ** shift;
  graph.adders.forEach(({ terms }, i) => {
    values[graph.inputs.length + i] = terms.reduce((sum, term) => sum + termValue(term), 0);
  });
  return graph.outputs.map((output) => (output === undefined ? 0 : termValue(output) + 0));
}
