import { costOf, type Interval, Netlist, type NodeId } from "@gatefold/netlist";
import type { FormContext } from "./form.js";
import type { NeuronRow } from "./layer.js";
import { withCarries } from "./price.js";
import { binaryBlock, generalBlock } from "./product-blocks.js";
import { addAll, type ScaledWord } from "./scaled-word.js";

/** Signed digits of a block of columns that one adder graph is made for: its time grows with their square. */
const digitsOfBlock = 3000;
/** The same for weights -1 and 1 of bits, times the effort where that is above 1. */
const weightsOfBinaryBlock = 8192;

/**
 * Products of rows with words. Rows that have no column in common stand apart. Columns are taken in blocks that an adder graph is found
 * for in a second or so; as an output has to add all its terms anyway, what blocks cost is only what they would have shared.
 *
 * @param rows integers over `words`, none of them 0.
 */
export function productsOf(
  netlist: Netlist,
  words: readonly NodeId[],
  rows: readonly NeuronRow[],
  context: FormContext,
): ScaledWord[] {
  const nothing: ScaledWord = { node: netlist.constant(0), scale: 1, offset: 0 };
  const sums = rows.map(() => nothing);
  for (const group of connected(rows, words.length)) {
    const own = group.map((row) => rows[row]!);
    const found = scaledInput(words, own) ?? productsOfGroup(netlist, words, own, context);
    group.forEach((row, i) => {
      sums[row] = found[i]!;
    });
  }
  return sums;
}

/** Rows in groups that read no column in common; those that read none are left out. */
function connected(rows: readonly NeuronRow[], columns: number): number[][] {
  const parent = Array.from({ length: columns }, (_, c) => c);
  const root = (column: number): number => {
    let at = column;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  for (const row of rows) {
    for (const column of row.columns) parent[root(column)] = root(row.columns[0]!);
  }
  const groups = new Map<number, number[]>();
  rows.forEach((row, i) => {
    const first = row.columns[0];
    if (first === undefined) return;
    const group = groups.get(root(first)) ?? [];
    group.push(i);
    groups.set(root(first), group);
  });
  return [...groups.values()];
}

/** A single row that is a word times a power of two. */
function scaledInput(words: readonly NodeId[], [row, other]: readonly NeuronRow[]): ScaledWord[] | undefined {
  const [weight, more] = row!.weights;
  if (other !== undefined || more !== undefined || signedDigits(weight!) !== 1) return undefined;
  return [{ node: words[row!.columns[0]!]!, scale: weight!, offset: 0 }];
}

/** Columns in blocks, and how they are multiplied: bits by weights of -1 and 1, or words by integers. */
interface Blocks {
  readonly isBinary: boolean;
  readonly blocks: readonly (readonly number[])[];
}

function blocksOf(
  netlist: Netlist,
  words: readonly NodeId[],
  rows: readonly NeuronRow[],
  { effort }: FormContext,
): Blocks {
  const used = [...new Set(rows.flatMap(({ columns }) => columns))].sort((a, b) => a - b);
  const isBit = (node: NodeId): boolean => netlist.interval(node).lo >= 0 && netlist.interval(node).hi <= 1;
  const isBinary =
    rows.every(({ weights }) => weights.every((w) => Math.abs(w) === 1)) &&
    used.every((column) => isBit(words[column]!));
  const count = isBinary
    ? (used.length * rows.length) / weightsOfBinaryBlock / Math.max(1, effort)
    : digitsIn(rows) / digitsOfBlock;
  return { isBinary, blocks: equalParts(used, Math.ceil(count)) };
}

function productsOfGroup(
  netlist: Netlist,
  words: readonly NodeId[],
  rows: readonly NeuronRow[],
  context: FormContext,
): ScaledWord[] {
  const { isBinary, blocks } = blocksOf(netlist, words, rows, context);
  const sums = blocks.map((columns) => {
    const place = new Map(columns.map((column, i) => [column, i]));
    const matrix = new Float64Array(rows.length * columns.length);
    rows.forEach((row, o) => {
      row.columns.forEach((column, i) => {
        const at = place.get(column);
        if (at !== undefined) matrix[o * columns.length + at] = row.weights[i]!;
      });
    });
    const operands = columns.map((column) => words[column]!);
    return isBinary
      ? binaryBlock(netlist, operands, matrix, context)
      : generalBlock(netlist, operands, matrix, context);
  });
  return rows.map((_, o) =>
    addAll(
      netlist,
      sums.map((block) => block[o]!),
    ),
  );
}

/** Blocks from which on one stands for all in an estimate. */
const fewestBlocks = 3;

/**
 * LUTs of products that take long to find, from those of one block of columns; `undefined` where all are found as fast.
 *
 * @param inputs what each word can be.
 */
export function estimatedLuts(
  inputs: readonly Interval[],
  rows: readonly NeuronRow[],
  context: FormContext,
): number | undefined {
  const sample = new Netlist("sample");
  const words = inputs.map((interval, i) => sample.input(`x${i}`, interval));
  const { blocks } = blocksOf(sample, words, rows, context);
  if (blocks.length < fewestBlocks) return undefined;
  const first = new Set(blocks[0]!);
  const share = rows.map(({ columns, weights }): NeuronRow => {
    const own = columns.flatMap((column, i) => (first.has(column) ? [i] : []));
    return { columns: own.map((i) => columns[i]!), weights: own.map((i) => weights[i]!) };
  });
  let widths = 0;
  productsOf(sample, words, share, context).forEach(({ node }, o) => {
    sample.output(`y${o}`, node);
    widths += sample.width(node) + 1;
  });
  const { lutCount, carryBits } = costOf(sample, context.lutInputs);
  const between = widths * (blocks.length - 1);
  return withCarries(
    { lutCount: lutCount * blocks.length + between, carryBits: carryBits * blocks.length + between },
    context.lutInputs,
  );
}

const digitsIn = (rows: readonly NeuronRow[]): number =>
  rows.reduce((sum, { weights }) => sum + weights.reduce((own, w) => own + signedDigits(w), 0), 0);

/** Digits of the non-adjacent form that are not 0. */
export function signedDigits(value: number): number {
  let digits = 0;
  for (let rest = Math.abs(value); rest > 0; ) {
    if (rest % 2 === 1) {
      digits++;
      rest += rest % 4 === 1 ? -1 : 1;
    }
    rest /= 2;
  }
  return digits;
}

function equalParts<T>(items: readonly T[], count: number): (readonly T[])[] {
  const parts = Math.max(1, Math.min(count, items.length));
  return Array.from({ length: parts }, (_, p) =>
    items.slice(Math.floor((p * items.length) / parts), Math.floor(((p + 1) * items.length) / parts)),
  );
}
