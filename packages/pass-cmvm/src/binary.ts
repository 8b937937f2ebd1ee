import { costOf, Netlist, type NodeId } from "@gatefold/netlist";
import { balancedSum, compress, countBits } from "./bit-sums.js";
import { CmvmError } from "./error.js";
import { solveCmvm } from "./solve.js";
import { shifted, toNetlist } from "./to-netlist.js";

/** How a matrix of -1, 0, 1 is multiplied by bits. */
export type BinaryMethod =
  /** Each output on its own: a tree of adders over its bits. */
  | "plain-tree"
  /** Each output on its own: compressors of six bits. */
  | "compressors"
  /** Shared two-term adders over the bits. */
  | "adder-graph"
  /** Partial sums of a few bits as LUTs, shared by outputs with the same signs there, then adders or compressors. */
  | `shared-${3 | 4 | 5 | 6}-${"adders" | "compressors"}`;

export interface BinaryOptions {
  /** What a bit means: 0 and 1, or -1 and 1. */
  readonly inputs: "unsigned" | "bipolar";
  readonly ternaryAdders?: boolean;
  /** Default: the one with the fewest LUTs. */
  readonly method?: BinaryMethod;
  /** As in `CmvmOptions`, for the adder graph. */
  readonly effort?: number;
  /** Whether factors and constants are in the outputs (`added`, the default), or are left to the reader: see `outputs` of the result. */
  readonly constants?: "added" | "apart";
}

/** What is left to do at an output: Σ w·x = scale · y + constant. */
export interface BinaryOutput {
  readonly scale: number;
  readonly constant: number;
}

export interface BinaryResult {
  /** Inputs x0, x1, … of one bit, outputs y0, y1, … */
  readonly netlist: Netlist;
  readonly method: BinaryMethod;
  /** LUTs of six inputs, an adder's bit counting one, by method; `constant` additions at the outputs are in all of them. */
  readonly lutCounts: ReadonlyMap<BinaryMethod, number>;
  /** Scale 1 and constant 0 where constants are added. */
  readonly outputs: readonly BinaryOutput[];
}

const groupSizes = [3, 4, 5, 6] as const;

/** Beyond so many weights the shared adder graph is not tried: its patterns grow with the square of the inputs. */
const largestGraph = 40_000;

/**
 * A matrix of weights -1, 0, 1 times a vector of bits. All methods that apply are built, and the one of fewest LUTs is kept.
 *
 * An output counts the bits that agree with their weights' signs: Σ w·b = count - (weights that are -1), and with b = (x+1)/2,
 * Σ w·x = 2 count - (weights that are not 0).
 *
 * @param matrix outputs × inputs, row by row.
 * @throws CmvmError for other weights or another size.
 */
export function solveBinary(
  matrix: ArrayLike<number>,
  inputCount: number,
  options: BinaryOptions,
): BinaryResult {
  const outputs = matrix.length / inputCount;
  if (!Number.isSafeInteger(outputs) || outputs === 0) {
    throw new CmvmError(
      "cmvm/bad-matrix",
      `A matrix of ${matrix.length} weights has ${inputCount} inputs.`,
      "give outputs × inputs weights, at least one of each",
    );
  }
  const rows = Array.from({ length: outputs }, (_, o) =>
    Array.from({ length: inputCount }, (_, i) => matrix[o * inputCount + i]!),
  );
  rows.forEach((row, o) => {
    const other = row.find((weight) => weight !== 0 && Math.abs(weight) !== 1);
    if (other === undefined) return;
    throw new CmvmError(
      "cmvm/bad-matrix",
      `Output ${o} has the weight ${other}.`,
      "give weights of -1, 0 and 1",
    );
  });
  const methods: BinaryMethod[] =
    options.method !== undefined
      ? [options.method]
      : [
          "plain-tree",
          "compressors",
          ...groupSizes.flatMap((g) => [`shared-${g}-adders`, `shared-${g}-compressors`] as const),
          ...(matrix.length <= largestGraph ? (["adder-graph"] as const) : []),
        ];
  const lutCounts = new Map<BinaryMethod, number>();
  let best: Omit<BinaryResult, "lutCounts"> | undefined;
  for (const method of methods) {
    const { netlist, outputs } = build(rows, method, options);
    const luts = costOf(netlist, 6).lutCount;
    lutCounts.set(method, luts);
    if (best === undefined || luts < lutCounts.get(best.method)!) best = { netlist, method, outputs };
  }
  return { ...best!, lutCounts };
}

/** A word, and what is left to do to it. */
interface Sum {
  readonly node: NodeId;
  readonly shift: number;
  readonly constant: number;
}

function build(
  rows: readonly number[][],
  method: BinaryMethod,
  options: BinaryOptions,
): Pick<BinaryResult, "netlist" | "outputs"> {
  const { inputs, constants = "added" } = options;
  const netlist = new Netlist("binary");
  const bits = rows[0]!.map((_, i) => netlist.input(`x${i}`, { lo: 0, hi: 1 }));
  const sums =
    method === "adder-graph"
      ? byAdderGraph(netlist, bits, rows, options)
      : rows.map((row): Sum => {
          const words = partialSums(netlist, bits, row, method);
          const add = method.endsWith("compressors") ? compress : balancedSum;
          const node = add(netlist, words, options.ternaryAdders === true);
          return inputs === "bipolar"
            ? { node, shift: 1, constant: -row.filter((weight) => weight !== 0).length }
            : { node, shift: 0, constant: -row.filter((weight) => weight < 0).length };
        });
  const outputs = sums.map((sum, o): BinaryOutput => {
    netlist.output(`y${o}`, constants === "added" ? offset(netlist, sum) : sum.node);
    return constants === "added"
      ? { scale: 1, constant: 0 }
      : { scale: 2 ** sum.shift, constant: sum.constant + 0 };
  });
  return { netlist, outputs };
}

/** Σ w·b by shared adders; for bipolar inputs 2 Σ w·b - Σ w. */
function byAdderGraph(
  netlist: Netlist,
  bits: readonly NodeId[],
  rows: readonly number[][],
  { inputs, ternaryAdders = false, effort = 0.1 }: BinaryOptions,
): Sum[] {
  const graph = solveCmvm(
    rows.flat(),
    bits.map(() => ({ lo: 0, hi: 1 })),
    { ternaryAdders, effort },
  );
  return toNetlist(graph, netlist, bits).map((node, o) =>
    inputs === "unsigned"
      ? { node, shift: 0, constant: 0 }
      : { node, shift: 1, constant: rows[o]!.reduce((sum, weight) => sum - weight, 0) },
  );
}

/** Words whose sum is how many bits agree with their weights' signs. */
function partialSums(
  netlist: Netlist,
  bits: readonly NodeId[],
  row: readonly number[],
  method: BinaryMethod,
): NodeId[] {
  const size = method.startsWith("shared-") ? Number(method.charAt(7)) : 1;
  const words: NodeId[] = [];
  for (let from = 0; from < bits.length; from += size) {
    const members = bits.slice(from, from + size).flatMap((bit, k) => {
      const weight = row[from + k]!;
      return weight === 0 ? [] : [{ bit, inverted: weight < 0 }];
    });
    if (members.length === 0) continue;
    const count = countBits(
      netlist,
      members.map(({ bit }) => bit),
      members.map(({ inverted }) => inverted),
    );
    words.push(netlist.word(count, false, { lo: 0, hi: members.length }));
  }
  return words;
}

/** `node · 2^shift + constant`. */
function offset(netlist: Netlist, { node, shift, constant }: Sum): NodeId {
  if (constant === 0) return shifted(netlist, node, shift);
  return netlist.sum([
    { node, shift, negative: false },
    { node: netlist.constant(constant), shift: 0, negative: false },
  ]);
}
