import { digitCount } from "./digits.js";

/** Column `child` is ± column `parent` plus a difference; parent -1 is the zero column. */
export interface TreeEdge {
  readonly child: number;
  readonly parent: number;
  readonly negative: boolean;
  readonly difference: Float64Array;
  /** Edges from the zero column to `child`, this one included. */
  readonly level: number;
}

export interface DecomposeOptions {
  /** Edges on the longest way from the zero column; 1 leaves the matrix as it is. */
  readonly maxLevel: number;
  /** No expression may become deeper than this many adders; Infinity for no limit. */
  readonly maxDepth: number;
  /** What the sum at the end of an edge counts, in digits; two digits cost about one adder once they are shared. */
  readonly edgeDigits: number;
  /** Distances are multiplied by 1 … 1 + noise. */
  readonly noise: number;
  readonly random: () => number;
}

/**
 * Stage 1: a spanning tree over the columns and the zero column whose edges have few signed digits, by Prim's algorithm. Each output is then
 * the sum of the differences on its way from zero, and each difference is made once.
 *
 * Depth: a way of k edges adds ⌈log2 k⌉ levels, so an edge on a way of up to `maxLevel` edges must fit in `maxDepth - ⌈log2 maxLevel⌉` levels.
 * A column that only fits in `maxDepth` hangs on zero and has no children, which is always possible.
 *
 * @returns edges, parents before children.
 */
export function decompose(
  columns: readonly Float64Array[],
  { maxLevel, maxDepth, edgeDigits, noise, random }: DecomposeOptions,
): TreeEdge[] {
  const size = columns.length;
  const inner = 2 ** (maxDepth - Math.ceil(Math.log2(maxLevel)));
  const level = new Int32Array(size).fill(-1);
  const best = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  const parents = new Int32Array(size).fill(-1);
  const signs = new Uint8Array(size);
  const own = columns.map((column) => column.reduce((sum, value) => sum + digitCount(value), 0));
  for (let i = 0; i < size; i++) best[i] = own[i]! * (1 + noise * random());
  const edges: TreeEdge[] = [];
  for (let round = 0; round < size; round++) {
    let child = -1;
    for (let i = 0; i < size; i++) if (level[i]! < 0 && (child < 0 || best[i]! < best[child]!)) child = i;
    const parent = parents[child]!;
    level[child] = parent < 0 ? 1 : level[parent]! + 1;
    edges.push({
      child,
      parent,
      negative: signs[child] === 1,
      difference:
        parent < 0 ? columns[child]! : difference(columns[child]!, columns[parent]!, signs[child] === 1),
      level: level[child]!,
    });
    if (level[child]! >= maxLevel || (parent < 0 && own[child]! > inner)) continue;
    for (let i = 0; i < size; i++) {
      if (level[i]! >= 0) continue;
      for (const negative of [false, true]) {
        const digits = distance(columns[i]!, columns[child]!, negative, best[i]!);
        if (digits > inner) continue;
        const weighted = (digits + edgeDigits) * (1 + noise * random());
        if (weighted >= best[i]!) continue;
        best[i] = weighted;
        parents[i] = child;
        signs[i] = negative ? 1 : 0;
      }
    }
  }
  return edges;
}

function difference(child: Float64Array, parent: Float64Array, negative: boolean): Float64Array {
  const sign = negative ? -1 : 1;
  return child.map((value, i) => value - parent[i]! * sign);
}

/** Signed digits of `child ∓ parent`; counting stops above `limit`. */
function distance(child: Float64Array, parent: Float64Array, negative: boolean, limit: number): number {
  const sign = negative ? -1 : 1;
  let digits = 0;
  for (let i = 0; i < child.length && digits <= limit; i++)
    digits += digitCount(child[i]! - parent[i]! * sign);
  return digits;
}
