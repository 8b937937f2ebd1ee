import { type Netlist, type NodeId, widthOf } from "@gatefold/netlist";
import { valueAt } from "./channel-function.js";
import type { LayerForm } from "./form.js";
import { type Layer, type LayerInput, type Neuron, wordInterval } from "./layer.js";
import { layerNetlist } from "./layer-netlist.js";

export interface TablesOptions {
  /** Bits that a neuron may read, 14 unless told otherwise, at most 16: its table has as many address bits. */
  readonly maxFanInBits?: number;
}

/**
 * Each neuron as one truth table of the bits of the inputs that it has weights for: product, batch norm, thresholds and lookups are
 * all in it. Source: Umuroglu et al., "LogicNets", FPL 2020.
 */
export function tables({ maxFanInBits = 14 }: TablesOptions = {}): LayerForm {
  return {
    name: "table",
    offer: (layer) => {
      const fanIns = layer.neurons.map((neuron) => fanInOf(layer, neuron));
      const widest = fanIns.reduce((most, { bits }) => Math.max(most, bits), 0);
      if (widest > maxFanInBits) {
        return `a neuron reads ${widest} bits, and tables of at most ${maxFanInBits} are made`;
      }
      return {
        // What leaves and is no constant takes a LUT, but where it is a copy of what comes.
        leastLuts: layer.isArgMax ? 1 : layer.neurons.filter((_, n) => fanIns[n]!.columns.length > 1).length,
        netlist: () =>
          layerNetlist(layer, (netlist, inputs) =>
            layer.neurons.map((neuron, n) => tableOf(netlist, inputs, layer, neuron, fanIns[n]!)),
          ),
      };
    },
  };
}

/** What a neuron reads: inputs that vary and have a weight, and the constant part of its sum. */
interface FanIn {
  readonly columns: readonly { readonly column: number; readonly weight: number }[];
  readonly constant: number;
  readonly bits: number;
}

function fanInOf({ inputs }: Layer, { columns, weights }: Neuron): FanIn {
  const live: { column: number; weight: number }[] = [];
  let [constant, bits] = [0, 0];
  columns.forEach((column, i) => {
    const input = inputs[column]!;
    if (input.lo === input.hi) {
      constant += weights[i]! * input.lo;
      return;
    }
    live.push({ column, weight: weights[i]! });
    bits += widthOf(wordInterval(input));
  });
  return { columns: live, constant, bits };
}

function tableOf(
  netlist: Netlist,
  inputs: readonly NodeId[],
  layer: Layer,
  { activation }: Neuron,
  { columns, constant }: FanIn,
): NodeId {
  const address: NodeId[] = [];
  let sums = Float64Array.of(constant);
  for (const { column, weight } of columns) {
    address.push(...netlist.bits(inputs[column]!));
    const codes = codesOf(layer.inputs[column]!);
    const next = new Float64Array(sums.length * codes.length);
    codes.forEach((code, pattern) => {
      for (let a = 0; a < sums.length; a++) next[pattern * sums.length + a] = sums[a]! + weight * code;
    });
    sums = next;
  }
  return netlist.table(
    address,
    sums.map((sum) => valueAt(activation, sum)),
  );
}

/** The code that each pattern of an input's bits means; a pattern that never comes means the nearest code that does. */
function codesOf(input: LayerInput): number[] {
  const { lo, hi } = wordInterval(input);
  const width = widthOf({ lo, hi });
  return Array.from({ length: 2 ** width }, (_, pattern) => {
    const value = lo < 0 && pattern >= 2 ** (width - 1) ? pattern - 2 ** width : pattern;
    const word = Math.min(Math.max(value, lo), hi);
    return input.isBipolar ? 2 * word - 1 : word;
  });
}
