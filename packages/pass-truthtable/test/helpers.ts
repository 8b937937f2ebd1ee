import { type Random, randomInteger, seededRandom } from "@gatefold/core";
import { Netlist, type NodeId } from "@gatefold/netlist";

export interface NeuronJson {
  inputBits: number[];
  outputBits: [number, number];
  table: number[];
}
export interface LayersJson {
  layers: { inputWidth: number; outputWidth: number; neurons: NeuronJson[] }[];
}

/** A network of random neurons; weighted sums with thresholds, as trained ones are, or any tables. */
export function randomLayers(
  seed: number,
  widths: readonly number[],
  fanIn: number,
  codeBits: number,
): LayersJson {
  const random = seededRandom(seed);
  let inputWidth = widths[0]!;
  const layers = widths.slice(1).map((count) => {
    const neurons = Array.from({ length: count }, (_, j): NeuronJson => {
      const inputBits = Array.from({ length: fanIn }, () => randomInteger(random, 0, inputWidth - 1));
      return {
        inputBits,
        outputBits: [j * codeBits, (j + 1) * codeBits - 1],
        table: randomTable(random, fanIn, 2 ** codeBits),
      };
    });
    const layer = { inputWidth, outputWidth: count * codeBits, neurons };
    inputWidth = layer.outputWidth;
    return layer;
  });
  return { layers };
}

export function randomTable(random: Random, addressBits: number, codes: number): number[] {
  const weights = Array.from({ length: addressBits }, () => random() - 0.4);
  const trained = random() < 0.7;
  return Array.from({ length: 2 ** addressBits }, (_, a) => {
    if (!trained) return randomInteger(random, 0, codes - 1);
    const sum = weights.reduce((all, weight, i) => all + weight * ((a >>> i) & 1), 0);
    return Math.max(0, Math.min(codes - 1, Math.round(sum * codes)));
  });
}

/** The file's meaning, straight from its words: codes of the last layer's neurons. */
export function interpret({ layers }: LayersJson, bits: readonly number[]): number[] {
  let vector = [...bits];
  let codes: number[] = [];
  for (const { neurons, outputWidth } of layers) {
    const next = new Array<number>(outputWidth).fill(0);
    codes = neurons.map(({ inputBits, outputBits, table }) => {
      const address = inputBits.reduce((all, place) => all * 2 + vector[place]!, 0);
      const code = table[address]!;
      for (let b = outputBits[0]; b <= outputBits[1]; b++) next[b] = (code >> (b - outputBits[0])) & 1;
      return code;
    });
    vector = next;
  }
  return codes;
}

/** One table of `addressBits` inputs. */
export function tableNetlist(addressBits: number, entry: (address: number) => number): Netlist {
  const netlist = new Netlist("table");
  const bits = Array.from(
    { length: addressBits },
    (_, i): NodeId => netlist.input(`x${i}`, { lo: 0, hi: 1 }),
  );
  netlist.output(
    "y",
    netlist.table(
      bits,
      Array.from({ length: 2 ** addressBits }, (_, a) => entry(a)),
    ),
  );
  return netlist;
}

/** All values of `count` bits, as vectors by input. */
export const allInputs = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => Uint8Array.from({ length: 2 ** count }, (_, a) => (a >>> i) & 1));
