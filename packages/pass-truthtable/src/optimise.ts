import { seededRandom } from "@gatefold/core";
import { type Circuit, circuitLevels, computes, type Lut, lutCount, lutOf } from "./circuit.js";
import { cleaned } from "./clean.js";
import { layeredCircuit } from "./layers.js";
import { bestOrder } from "./order.js";
import { resubstitute, shaken } from "./resubstitute.js";
import type { Functions } from "./subfunctions.js";

export type LutInputs = 4 | 6;
export type MapObjective = "area" | "depth";

export interface OptimiseOptions {
  readonly k: LutInputs;
  readonly objective: MapObjective;
  /** Circuits that are tried; each further one starts from the best, changed at random without loss. */
  readonly trials: number;
}

/** Subset sums of work that the search for an order may take, and variables up to which it looks at all. */
const maxOrderWork = 3e7;
/** Levels that fewer LUTs may take, where the table does not need more anyway. */
const areaLevels = 6;
/** Variables up to which truth tables over all of them are kept for each signal. */
const maxResubstituteInputs = 15;

/**
 * A small circuit of LUTs for functions of the same variables: the best layered decision diagram of all orders, then exact
 * resubstitution. Always computes the functions where it matters; that is checked at every address.
 */
export function optimise(functions: Functions, options: OptimiseOptions): Circuit {
  const { inputs, planes, care } = functions;
  const best = inputs <= options.k ? direct(functions) : search(functions, options);
  if (!computes(best, planes, care)) {
    throw new Error(`optimise: a circuit of ${inputs} inputs differs from its table`);
  }
  return best;
}

/** A LUT for each function. */
function direct({ inputs, planes }: Functions): Circuit {
  const all = Array.from({ length: inputs }, (_, v) => v);
  return cleaned({
    inputs,
    luts: planes.map((plane) => lutOf(all, (address) => plane[address]!)),
    outputs: planes.map((_, o) => inputs + o),
  });
}

function search(functions: Functions, { k, objective, trials }: OptimiseOptions): Circuit {
  const { inputs, care } = functions;
  const random = seededRandom(inputs + 1);
  let start = layered(functions, k, objective);
  if (k === 6 && circuitLevels(start) > areaLevels) start = layered(functions, k, "depth");
  if (inputs > maxResubstituteInputs) return start;
  const levels = objective === "depth" ? circuitLevels(start) : Math.max(areaLevels, circuitLevels(start));
  const options = { k, levels, care, random };
  let current = resubstitute(start, options);
  let best = current;
  for (let trial = 1; trial < trials; trial++) {
    const other = resubstitute(shaken(current, options), options);
    if (lutCount(other) <= lutCount(current)) current = other;
    const fewer = lutCount(best) - lutCount(other);
    if (fewer > 0 || (fewer === 0 && circuitLevels(other) < circuitLevels(best))) best = other;
  }
  return best;
}

/** By the best order; variables that are too many for that choose between circuits of the rest. */
function layered(functions: Functions, k: LutInputs, objective: MapObjective): Circuit {
  const { inputs, planes } = functions;
  let inner = inputs;
  while (planes.length * 2 ** inputs * 1.5 ** inner > maxOrderWork && inner > k) inner--;
  if (inner === inputs) return layeredCircuit(functions, bestOrder(functions, k, objective === "depth"), k);
  const size = 2 ** inner;
  const parts = planes.flatMap((plane) =>
    Array.from({ length: plane.length / size }, (_, i) => plane.subarray(i * size, (i + 1) * size)),
  );
  const part = { inputs: inner, planes: parts };
  const circuit = layeredCircuit(part, bestOrder(part, k, objective === "depth"), k);
  const shift = (signal: number): number => (signal < inner ? signal : signal + inputs - inner);
  const luts: Lut[] = circuit.luts.map((lut) => ({ ...lut, inputs: lut.inputs.map(shift) }));
  let signals = circuit.outputs.map(shift);
  for (let v = inner; v < inputs; ) {
    const selectors = k === 6 && v + 1 < inputs ? [v, v + 1] : [v];
    const ways = 2 ** selectors.length;
    const next: number[] = [];
    for (let i = 0; i < signals.length; i += ways) {
      const lut = lutOf(
        [...selectors, ...signals.slice(i, i + ways)],
        (a) => a >>> (selectors.length + (a & (ways - 1))),
      );
      next.push(inputs + luts.push(lut) - 1);
    }
    signals = next;
    v += selectors.length;
  }
  return cleaned({ inputs, luts, outputs: signals });
}
