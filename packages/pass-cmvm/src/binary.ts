import { liveNodes, Netlist, type NodeId } from "@gatefold/netlist";
import { balancedSum, compress, countBits, lutCountOf } from "./bit-sums.js";
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
}

export interface BinaryResult {
  /** Inputs x0, x1, … of one bit, outputs y0, y1, … */
  readonly netlist: Netlist;
  readonly method: BinaryMethod;
  /** LUTs of six inputs, an adder's bit counting one, by method; `constant` additions at the outputs are in all of them. */
  readonly lutCounts: ReadonlyMap<BinaryMethod, number>;
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
  let best: { readonly netlist: Netlist; readonly method: BinaryMethod } | undefined;
  for (const method of methods) {
    const netlist = build(rows, method, options);
    const luts = lutCountOf(netlist, liveNodes(netlist));
    lutCounts.set(method, luts);
    if (best === undefined || luts < lutCounts.get(best.method)!) best = { netlist, method };
  }
  return { ...best!, lutCounts };
}

function build(rows: readonly number[][], method: BinaryMethod, options: BinaryOptions): Netlist {
  const { inputs, ternaryAdders = false, effort = 0.1 } = options;
  const netlist = new Netlist("binary");
  const bits = rows[0]!.map((_, i) => netlist.input(`x${i}`, { lo: 0, hi: 1 }));
  const results =
    method === "adder-graph"
      ? byAdderGraph(netlist, bits, rows, inputs, ternaryAdders, effort)
      : rows.map((row) => {
          const words = partialSums(netlist, bits, row, method);
          const sum =
            method === "compressors" || method.endsWith("-compressors")
              ? compress(netlist, words, ternaryAdders)
              : balancedSum(netlist, words, ternaryAdders);
          return inputs === "bipolar"
            ? offset(netlist, sum, 1, -row.filter((weight) => weight !== 0).length)
            : offset(netlist, sum, 0, -row.filter((weight) => weight < 0).length);
        });
  results.forEach((node, o) => {
    netlist.output(`y${o}`, node);
  });
  return netlist;
}

/** Σ w·b by shared adders; for bipolar inputs 2 Σ w·b - Σ w. */
function byAdderGraph(
  netlist: Netlist,
  bits: readonly NodeId[],
  rows: readonly number[][],
  inputs: BinaryOptions["inputs"],
  ternaryAdders: boolean,
  effort: number,
): NodeId[] {
  const graph = solveCmvm(
    rows.flat(),
    bits.map(() => ({ lo: 0, hi: 1 })),
    { ternaryAdders, effort },
  );
  const sums = toNetlist(graph, netlist, bits);
  if (inputs === "unsigned") return sums;
  return rows.map((row, o) =>
    offset(
      netlist,
      sums[o]!,
      1,
      row.reduce((sum, weight) => sum - weight, 0),
    ),
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

/** `sum · 2^shift + constant`. */
function offset(netlist: Netlist, sum: NodeId, shift: number, constant: number): NodeId {
  if (constant === 0) return shifted(netlist, sum, shift);
  return netlist.sum([
    { node: sum, shift, negative: false },
    { node: netlist.constant(constant), shift: 0, negative: false },
  ]);
}
