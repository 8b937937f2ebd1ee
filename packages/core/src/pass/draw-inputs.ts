import { Constant } from "../ir/builtin.js";
import { elemInfo, isInt } from "../ir/elem.js";
import { type Module, moduleGraphs } from "../ir/module.js";
import { type Tensor, tensorFrom } from "../ir/tensor-data.js";
import { elementCount, type ValueType } from "../ir/type.js";
import { type Random, randomInteger, seededRandom } from "../num/random.js";
import { defineFact, type Fact } from "./facts.js";

/** The values that one network input takes: `lo, lo + step, … hi`, or all between when `step` is left out. */
export interface InputDomain {
  readonly lo: number;
  readonly hi: number;
  readonly step?: number;
}

/** Domains of the network's own inputs, in order. Set by whoever knows: a frontend, the user. */
export const inputDomains: Fact<readonly (InputDomain | undefined)[]> =
  defineFact<readonly (InputDomain | undefined)[]>("input-domains");

export interface DrawOptions {
  readonly rows: number;
  readonly seed: number;
  readonly domains?: readonly (InputDomain | undefined)[] | undefined;
}

const elementsPerConstant = 64;
const constantLimit = 256;
const largestReal = 1e4;

/** Distinct finite numbers that stand in the constants of a module; a sample of them when there are many. */
function constantsOf(module: Module): number[] {
  const found = new Set<number>();
  for (const graph of moduleGraphs(module)) {
    for (const op of graph.ops()) {
      if (!Constant.is(op)) continue;
      const { data } = op.attrs.value;
      const stride = Math.max(1, Math.floor(data.length / elementsPerConstant));
      for (let i = 0; i < data.length && found.size < constantLimit; i += stride) {
        const v = Number(data[i]);
        if (Number.isFinite(v)) found.add(v);
      }
    }
  }
  return [...found];
}

function domainOf(type: ValueType, constants: readonly number[]): InputDomain {
  const { kind, min, max } = elemInfo(type.elem);
  if (type.elem === "bipolar") return { lo: -1, hi: 1, step: 2 };
  if (kind === "int") {
    return {
      lo: Math.max(min, Number.MIN_SAFE_INTEGER),
      hi: Math.min(max, Number.MAX_SAFE_INTEGER),
      step: 1,
    };
  }
  const reach = constants.reduce((most, v) => Math.max(most, Math.min(Math.abs(v), largestReal)), 1);
  return { lo: -reach, hi: reach };
}

function snap({ lo, hi, step }: InputDomain, value: number): number {
  const inside = Math.min(hi, Math.max(lo, value));
  return step === undefined ? inside : Math.min(hi, lo + Math.round((inside - lo) / step) * step);
}

function uniform(random: Random, { lo, hi, step }: InputDomain): number {
  if (step === undefined) return lo + random() * (hi - lo);
  return lo + randomInteger(random, 0, Math.floor((hi - lo) / step + 1e-9)) * step;
}

/**
 * Draws inputs for a module: the first half of the rows uniform over each input's domain, the second half at the
 * edges (all lowest, all highest, all zero, then mixtures of these and of each constant of the module and its
 * neighbours ±1, cut to the domain). Without a domain, an integer input ranges over its type; a real one over
 * [−1, 1] in even rows and as far as the largest constant in odd ones.
 */
export function drawInputs(module: Module, options: DrawOptions): readonly (readonly Tensor[])[] {
  const random = seededRandom(options.seed);
  const { inputs } = module.head ?? module.main;
  const constants = constantsOf(module);
  const plans = inputs.map((input, i) => {
    const given = options.domains?.[i];
    const whole = isInt(input.type.elem) ? { step: 1 } : {};
    const wide: InputDomain = given ? { ...whole, ...given } : domainOf(input.type, constants);
    const edges = [wide.lo, wide.hi, 0, ...constants.flatMap((c) => [c - 1, c, c + 1])];
    return {
      type: input.type,
      wide,
      narrow: given === undefined && wide.step === undefined ? { lo: -1, hi: 1 } : wide,
      edges: [...new Set(edges.map((v) => snap(wide, v)))],
    };
  });
  const half = Math.ceil(options.rows / 2);
  return Array.from({ length: options.rows }, (_, row) =>
    plans.map(({ type, wide, narrow, edges }) => {
      const corner = [wide.lo, wide.hi, snap(wide, 0)][row - half];
      const values = Array.from({ length: elementCount(type) }, () => {
        if (row < half) return uniform(random, row % 2 === 0 ? narrow : wide);
        return corner ?? edges[randomInteger(random, 0, edges.length - 1)]!;
      });
      return tensorFrom(type.elem, type.shape, values);
    }),
  );
}
