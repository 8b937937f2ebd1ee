import { type Diagnostic, DiagnosticError, throwIfErrors } from "@gatefold/core";
import { Netlist, type NodeId } from "@gatefold/netlist";
import { badTableFile, told, unknownFormat } from "./diagnostics.js";
import { readSums } from "./read-sums.js";
import { field, isInteger, isObject } from "./values.js";

/** A neuron of a table file, checked. */
interface NeuronTable {
  /** Places in the layer's input vector, the most significant address bit first. */
  readonly inputBits: readonly number[];
  /** First and last place in the layer's output vector; the code's least significant bit first. */
  readonly outputBits: readonly [number, number];
  readonly table: readonly number[];
}

interface LayerTables {
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly neurons: readonly NeuronTable[];
}

const maxAddressBits = 24;
const maxCodeBits = 30;
const maxWidth = 2 ** 20;

/**
 * A network of truth tables as a netlist: `table` nodes, and a register between layers. Two forms are known:
 *
 * - layers of neurons, `{ layers: [{ inputWidth, outputWidth, neurons: [{ inputBits, outputBits, table }] }] }`: `inputBits` are
 *   places in the layer's input vector, most significant address bit first; `table[address]` is the code; `outputBits` its lowest
 *   and highest place in the output vector. The netlist has an input `x<i>` for each bit and an output `y<j>`, a code, for each
 *   neuron of the last layer.
 * - sums of small tables, `{ config: { layers, layers_bitwidth }, tables: { "<layer>_<in>_<out>": { acive, values_int } } }`: an
 *   input's signed code picks an entry of each of its tables, an output is their sum, kept within the next layer's signed width.
 *   Inputs `x<i>` and outputs `y<j>` are signed words.
 *
 * Throws `DiagnosticError` with all that is wrong in the file.
 */
export function readTables(json: unknown, name = "tables"): Netlist {
  if (isObject(json) && "layers" in json) return layersNetlist(checkLayers(json), name);
  if (isObject(json) && "config" in json && "tables" in json) return readSums(json, name);
  throw new DiagnosticError([unknownFormat()]);
}

function layersNetlist(layers: readonly LayerTables[], name: string): Netlist {
  const netlist = new Netlist(name);
  let vector: NodeId[] = Array.from({ length: layers[0]!.inputWidth }, (_, i) =>
    netlist.input(`x${i}`, { lo: 0, hi: 1 }),
  );
  layers.forEach(({ neurons, outputWidth }, l) => {
    const next = new Array<NodeId>(outputWidth);
    neurons.forEach(({ inputBits, outputBits: [low, high], table }, j) => {
      netlist.from(`layer${l}.neuron${j}`);
      const address = inputBits.map((place) => vector[place]!).reverse();
      const code = netlist.table(address, table);
      if (l === layers.length - 1) {
        netlist.output(`y${j}`, code);
        return;
      }
      const kept = netlist.register(code);
      for (let place = low; place <= high; place++) next[place] = netlist.bit(kept, place - low);
    });
    vector = next;
  });
  return netlist;
}

function checkLayers(json: Readonly<Record<string, unknown>>): readonly LayerTables[] {
  const problems: Diagnostic[] = [];
  const wrong = (where: string, why: string): void => {
    problems.push(badTableFile(where, why));
  };
  const { layers } = json;
  if (!Array.isArray(layers) || layers.length === 0) {
    throw new DiagnosticError([badTableFile("layers", "is no list of layers")]);
  }
  const checked: LayerTables[] = [];
  layers.forEach((layer: unknown, l) => {
    const where = `layers[${l}]`;
    const inputWidth = field(layer, "inputWidth");
    const outputWidth = field(layer, "outputWidth");
    const neurons = field(layer, "neurons");
    if (!isInteger(inputWidth, 1, maxWidth) || !isInteger(outputWidth, 1, maxWidth)) {
      wrong(where, `lacks \`inputWidth\` or \`outputWidth\`, integers from 1 to ${maxWidth}`);
      return;
    }
    if (!Array.isArray(neurons) || neurons.length === 0) {
      wrong(where, "lacks `neurons`, a list of one or more");
      return;
    }
    const before = checked.at(-1);
    if (before && before.outputWidth !== inputWidth) {
      wrong(where, `reads ${inputWidth} bits where the layer before makes ${before.outputWidth}`);
    }
    const made = new Set<number>();
    const good: NeuronTable[] = [];
    neurons.forEach((neuron: unknown, j) => {
      const place = `${where}.neurons[${j}]`;
      const problem = problemOf(neuron, inputWidth, outputWidth);
      if (problem !== undefined) {
        wrong(place, problem);
        return;
      }
      const table = neuron as NeuronTable;
      for (let bit = table.outputBits[0]; bit <= table.outputBits[1]; bit++) {
        if (made.has(bit)) wrong(place, `makes output bit ${bit}, which another neuron makes too`);
        made.add(bit);
      }
      if (before) {
        const missing = table.inputBits.find((bit) => !madeBits(before).has(bit));
        if (missing !== undefined) wrong(place, `reads bit ${missing}, which no neuron makes`);
      }
      good.push(table);
    });
    checked.push({ inputWidth, outputWidth, neurons: good });
  });
  throwIfErrors(told(problems));
  return checked;
}

const madeCache = new WeakMap<LayerTables, ReadonlySet<number>>();
function madeBits(layer: LayerTables): ReadonlySet<number> {
  let made = madeCache.get(layer);
  if (made === undefined) {
    const bits = new Set<number>();
    for (const { outputBits } of layer.neurons) {
      for (let bit = outputBits[0]; bit <= outputBits[1]; bit++) bits.add(bit);
    }
    made = bits;
    madeCache.set(layer, made);
  }
  return made;
}

function problemOf(neuron: unknown, inputWidth: number, outputWidth: number): string | undefined {
  const inputBits = field(neuron, "inputBits");
  const outputBits = field(neuron, "outputBits");
  const table = field(neuron, "table");
  if (!Array.isArray(inputBits) || !inputBits.every((bit) => isInteger(bit, 0, inputWidth - 1))) {
    return `has no list \`inputBits\` of places below ${inputWidth}`;
  }
  if (inputBits.length > maxAddressBits)
    return `reads ${inputBits.length} bits; ${maxAddressBits} are the most`;
  const [low, high] = Array.isArray(outputBits) && outputBits.length === 2 ? (outputBits as unknown[]) : [];
  if (!isInteger(low, 0) || !isInteger(high, low, Math.min(outputWidth - 1, low + maxCodeBits - 1))) {
    return `has no \`outputBits\` [lowest, highest] below ${outputWidth}`;
  }
  const codes = 2 ** (high - low + 1);
  if (!Array.isArray(table) || table.length !== 2 ** inputBits.length) {
    return `has no \`table\` of 2^${inputBits.length} entries`;
  }
  const bad = table.findIndex((entry) => !isInteger(entry, 0, codes - 1));
  return bad < 0
    ? undefined
    : `has the entry ${String(table[bad])} at address ${bad}; codes are 0 to ${codes - 1}`;
}
