import { type Diagnostic, throwIfErrors } from "@gatefold/core";
import { Netlist, type NodeId, type Term } from "@gatefold/netlist";
import { badTableFile, told } from "./diagnostics.js";
import { field, isInteger, isObject } from "./values.js";

const maxEdges = 2 ** 24;

interface SumNetwork {
  /** Words of each layer, the inputs first. */
  readonly sizes: readonly number[];
  /** Bits of those words, signed. */
  readonly widths: readonly number[];
  /** By layer, output and input: entries, or nothing where there is no edge. */
  readonly entries: readonly (readonly (readonly (readonly number[] | undefined)[])[])[];
}

/** A network of sums of small tables; see `readTables`. Throws `DiagnosticError`. */
export function readSums(json: Readonly<Record<string, unknown>>, name: string): Netlist {
  const { sizes, widths, entries } = checkSums(json);
  const netlist = new Netlist(name);
  const signed = (bits: number): { lo: number; hi: number } => ({
    lo: -(2 ** (bits - 1)),
    hi: 2 ** (bits - 1) - 1,
  });
  let words = Array.from({ length: sizes[0]! }, (_, i) => netlist.input(`x${i}`, signed(widths[0]!)));
  entries.forEach((layer, l) => {
    const last = l === entries.length - 1;
    words = layer.map((edges, o) => {
      netlist.from(`layer${l}.output${o}`);
      const terms = edges.flatMap((table, i): NodeId[] =>
        table === undefined ? [] : [lookUp(netlist, words[i]!, widths[l]!, table)],
      );
      const sum = netlist.clamp(sumOf(netlist, terms), signed(widths[l + 1]!));
      return last ? sum : netlist.register(sum);
    });
  });
  words.forEach((word, o) => {
    netlist.output(`y${o}`, word);
  });
  return netlist;
}

/** Entry `code + 2^(bits-1)` of a table, by a word that may be narrower than `bits`. */
function lookUp(netlist: Netlist, word: NodeId, bits: number, table: readonly number[]): NodeId {
  const address = Array.from({ length: bits }, (_, i) => netlist.bit(word, i));
  const half = 2 ** (bits - 1);
  // Two's complement to offset binary: the sign bit is turned.
  return netlist.table(
    address,
    Array.from({ length: 2 ** bits }, (_, a) => table[a < half ? a + half : a - half]!),
  );
}

/** A balanced tree of additions. */
function sumOf(netlist: Netlist, terms: readonly NodeId[]): NodeId {
  if (terms.length === 0) return netlist.constant(0);
  if (terms.length === 1) return terms[0]!;
  const next: NodeId[] = [];
  for (let i = 0; i < terms.length; i += 2) {
    const pair = terms.slice(i, i + 2).map((node): Term => ({ node, shift: 0, negative: false }));
    next.push(pair.length === 1 ? terms[i]! : netlist.sum(pair));
  }
  return sumOf(netlist, next);
}

function checkSums(json: Readonly<Record<string, unknown>>): SumNetwork {
  const problems: Diagnostic[] = [];
  const wrong = (where: string, why: string): void => {
    problems.push(badTableFile(where, why));
  };
  const sizes = field(json["config"], "layers");
  const widths = field(json["config"], "layers_bitwidth");
  const { tables } = json;
  const isSize = (value: unknown): boolean => isInteger(value, 1, 1 << 16);
  const isWidth = (value: unknown): boolean => isInteger(value, 2, 16);
  if (!Array.isArray(sizes) || sizes.length < 2 || !sizes.every(isSize)) {
    wrong("config.layers", "is no list of two or more layer sizes");
  }
  if (
    !Array.isArray(widths) ||
    !widths.every(isWidth) ||
    widths.length !== (sizes as unknown[] | undefined)?.length
  ) {
    wrong("config.layers_bitwidth", "is no list of 2 to 16 bits for each layer");
  }
  if (!isObject(tables)) wrong("tables", "is no object of tables");
  throwIfErrors(problems);
  const [size, width] = [sizes as number[], widths as number[]];
  if (size.slice(1).reduce((sum, outputs, l) => sum + outputs * size[l]!, 0) > maxEdges) {
    wrong("config.layers", `has layers of more than ${maxEdges} edges`);
    throwIfErrors(problems);
  }
  const entries = size
    .slice(1)
    .map((outputs, l) =>
      Array.from({ length: outputs }, () =>
        new Array<readonly number[] | undefined>(size[l]!).fill(undefined),
      ),
    );
  for (const [key, value] of Object.entries(tables as Record<string, unknown>)) {
    const where = `tables["${key}"]`;
    const place = /^(\d+)_(\d+)_(\d+)$/.exec(key)?.slice(1).map(Number);
    const row = place && entries[place[0]!]?.[place[2]!];
    if (!place || !row || place[1]! >= row.length) {
      wrong(where, "names no edge: keys are `<layer>_<input>_<output>`");
      continue;
    }
    const list = field(value, "values_int");
    const active = field(value, "acive");
    const length = 2 ** width[place[0]!]!;
    if (active !== 0 && active !== 1) wrong(where, "has no `acive` of 0 or 1");
    else if (
      !Array.isArray(list) ||
      list.length !== length ||
      !list.every((v) => isInteger(v, -(2 ** 30), 2 ** 30))
    ) {
      wrong(where, `has no \`values_int\` of ${length} integers`);
    } else if (active === 1) row[place[1]!] = list as number[];
  }
  if (problems.length === 0 && entries.flat(2).every((table) => table === undefined)) {
    wrong("tables", "holds no table that is active");
  }
  throwIfErrors(told(problems));
  return { sizes: size, widths: width, entries };
}
