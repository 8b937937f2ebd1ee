import { gcd } from "@gatefold/core";
import { largestMagnitude, type Netlist, type NodeId, widthOf } from "@gatefold/netlist";
import { shifted } from "@gatefold/pass-cmvm";
import { leastAdderLuts } from "./adder-bound.js";
import { substituted } from "./channel-function.js";
import type { FormContext, LayerForm } from "./form.js";
import { type Layer, type LayerInput, type Neuron, type NeuronRow, wordInterval } from "./layer.js";
import { layerNetlist } from "./layer-netlist.js";
import type { ScaledWord } from "./scaled-word.js";
import { stepsOf } from "./staircase.js";
import { estimatedLuts, productsOf, signedDigits } from "./sums.js";

export interface AdderGraphOptions {
  /** Signed digits of all weights, beyond which a layer is left to others; 100 000 unless told otherwise. */
  readonly maxDigits?: number;
}

/** LUTs of the steps behind a sum, where the sums of many columns are only estimated: a few beside hundreds. */
const lutsOfActivation = 4;

/**
 * All weights wired in, as shifts and adders that neurons share, then thresholds and lookups on the sums. Source: Sun et al., "da4ml",
 * arXiv:2507.04535, for the adder graphs.
 */
export function adderGraph({ maxDigits = 100_000 }: AdderGraphOptions = {}): LayerForm {
  return {
    name: "adder-graph",
    offer: (layer, context) => {
      const rows = layer.neurons.map((neuron) => rowOf(layer.inputs, neuron));
      const digits = rows.reduce(
        (sum, { weights }) => sum + weights.reduce((d, w) => d + signedDigits(w), 0),
        0,
      );
      if (digits > maxDigits) {
        return `its weights have ${digits} signed digits, and layers of at most ${maxDigits} are made`;
      }
      const far = layer.neurons.find(({ sum }) => Math.max(-sum.lo, sum.hi) * 512 > largestMagnitude);
      if (far) return `its sums reach from ${far.sum.lo} to ${far.sum.hi}`;
      return {
        leastLuts: leastAdderLuts(rows, narrowest(layer.inputs, rows)),
        estimate: () => {
          const sums = estimatedLuts(layer.inputs.map(wordInterval), rows, context);
          return sums === undefined ? undefined : sums + lutsOfActivation * layer.neurons.length;
        },
        netlist: () => build(layer, rows, context),
      };
    },
  };
}

/** Bits of the narrowest word that is read. */
function narrowest(inputs: readonly LayerInput[], rows: readonly NeuronRow[]): number {
  const read = new Set(rows.flatMap(({ columns }) => columns));
  return [...read].reduce((bits, c) => Math.min(bits, widthOf(wordInterval(inputs[c]!))), 52);
}

/** A neuron over words: Σ w·x = factor · Σ weights·word + constant, with `factor` 0 where the sum is constant. */
interface WordRow extends NeuronRow {
  readonly factor: number;
  readonly constant: number;
}

function rowOf(inputs: readonly LayerInput[], { columns, weights, activation }: Neuron): WordRow {
  // What a line multiplies by goes into the weights, so that only a power of two is left.
  const scale = activation.kind === "line" ? activation.scale : 1;
  let constant = 0;
  const live: { column: number; weight: number }[] = [];
  columns.forEach((column, i) => {
    const { lo, hi, isBipolar } = inputs[column]!;
    const weight = weights[i]! * scale;
    if (lo === hi) {
      constant += weight * lo;
      return;
    }
    if (isBipolar) constant -= weight;
    live.push({ column, weight: isBipolar ? 2 * weight : weight });
  });
  const common = live.reduce((g, { weight }) => gcd(g, Math.abs(weight)), 0);
  const factor = activation.kind === "line" ? common / oddPart(common) : common;
  return {
    columns: live.map(({ column }) => column),
    weights: live.map(({ weight }) => weight / Math.max(factor, 1)),
    factor: live.length === 0 ? 0 : factor,
    constant,
  };
}

function oddPart(value: number): number {
  let odd = Math.max(1, value);
  while (odd % 2 === 0) odd /= 2;
  return odd;
}

function build(layer: Layer, rows: readonly WordRow[], context: FormContext): Netlist {
  return layerNetlist(layer, (netlist, words) => {
    const sums = productsOf(netlist, words, rows, context);
    return layer.neurons.map((neuron, n) => {
      const { factor, constant } = rows[n]!;
      const { node, scale, offset } = sums[n]!;
      const word = { node, scale: factor * scale, offset: factor * offset + constant };
      return activated(netlist, word, neuron, context);
    });
  });
}

/** What leaves, of the sum `scale · node + offset`; where the activation is a line, its scale is in the sum already. */
function activated(
  netlist: Netlist,
  word: ScaledWord,
  { activation }: Neuron,
  { lutInputs }: FormContext,
): NodeId {
  const { node, scale, offset } = word;
  if (activation.kind === "line") return straight(netlist, { ...word, offset: offset + activation.offset });
  if (scale === 0) return netlist.constant(activation.values[0]!);
  const steps = substituted(activation, scale, offset);
  if (steps.kind === "line") throw new TypeError("steps became a line");
  return stepsOf(netlist, node, steps.breaks, steps.values, lutInputs);
}

function straight(netlist: Netlist, { node, scale, offset }: ScaledWord): NodeId {
  if (scale === 0) return netlist.constant(offset);
  if (scale > 0 && offset === 0) return shifted(netlist, node, Math.log2(scale));
  return netlist.sum([
    { node, shift: Math.log2(Math.abs(scale)), negative: scale < 0 },
    { node: netlist.constant(offset), shift: 0, negative: false },
  ]);
}
