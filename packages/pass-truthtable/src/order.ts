import type { Functions } from "./subfunctions.js";
import { visitSubsets } from "./subfunctions.js";

/** A split of the variables into steps, from the inputs up, and the LUTs that it takes. */
export interface Order {
  /** Variables, those next to the inputs of the circuit's first level first. */
  readonly variables: readonly number[];
  /** Places in `variables` at which a step begins. */
  readonly steps: readonly number[];
  readonly lutCount: number;
}

const bitsOf = (set: number): number => {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
};

/**
 * The best of all orders of the variables for LUTs of `k` inputs. The functions over the first `k` variables are a LUT each; each
 * further step adds one variable (a 2:1 multiplexer) or, with 6 inputs, two (4:1), at a LUT for each function that is new.
 * Exact for that structure, as all 2^n sets are looked at. With `fewestSteps` the steps, which are levels, count before the LUTs.
 */
export function bestOrder(functions: Functions, k: 4 | 6, fewestSteps = false): Order {
  const { inputs } = functions;
  const sets = 2 ** inputs;
  const cost = new Int32Array(sets).fill(0x3fffffff);
  const step = new Int32Array(sets);
  const steps = new Int32Array(sets).fill(inputs + 1);
  const supports: Int32Array[] = [];
  visitSubsets(functions, (at) => {
    supports[at.set] = at.supports.slice();
  });
  for (let set = 0; set < sets; set++) {
    const list = supports[set]!;
    if (bitsOf(set) <= k) {
      let luts = 0;
      for (const support of list) if ((support & (support - 1)) !== 0) luts++;
      cost[set] = luts;
      step[set] = set;
      steps[set] = 1;
      continue;
    }
    const consider = (added: number): void => {
      let made = cost[set & ~added]!;
      for (const support of list) if ((support & added) !== 0) made++;
      const more = steps[set & ~added]! + 1 - steps[set]!;
      if (fewestSteps ? more < 0 || (more === 0 && made < cost[set]!) : made < cost[set]!) {
        cost[set] = made;
        steps[set] = steps[set & ~added]! + 1;
        step[set] = added;
      }
    };
    for (let a = 0; a < inputs; a++) {
      if (((set >> a) & 1) === 0) continue;
      consider(1 << a);
      if (k === 6) for (let b = 0; b < a; b++) if ((set >> b) & 1) consider((1 << a) | (1 << b));
    }
  }
  const variables: number[] = [];
  const begins: number[] = [];
  for (let set = sets - 1; set !== 0; ) {
    const added = step[set]!;
    for (let v = inputs - 1; v >= 0; v--) if ((added >> v) & 1) variables.unshift(v);
    set &= ~added;
    begins.unshift(bitsOf(set));
  }
  return { variables, steps: begins, lutCount: cost[sets - 1]! };
}
