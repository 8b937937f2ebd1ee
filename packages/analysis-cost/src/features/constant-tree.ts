import { ceilLog2, type ElemType, elemForRange, elemInfo } from "@gatefold/core";

/** A sum's term or partial sum of constants times inputs: equal numbers are equal circuits, 0 is nothing at all. */
type Node = number;

/** More nodes than a layer makes; two of them and a bit still make an exact key. */
const nodeLimit = 2 ** 26;

export type Range = readonly [min: number, max: number];

const bitsOf = ([min, max]: Range): number => elemInfo(elemForRange(min, max)).widthBits;

/** The values of an input times a factor. */
export function timesRange(input: ElemType, factor: number): Range {
  const { min, max } = elemInfo(input);
  return factor < 0 ? [factor * max, factor * min] : [factor * min, factor * max];
}

/** What trees of adders over constant weights need; equal parts of several rows are made once, as synthesis does. */
export class ConstantTrees {
  readonly #leaves = new Map<number, Node>();
  /** By both terms and the carry. */
  readonly #sums = new Map<number, Node>();
  readonly #held = new Map<Node, Node>();
  /** Smallest and largest value of each node. */
  readonly #ranges: Range[] = [[0, 0]];
  adderBits = 0;
  registers = 0;

  /** A leaf, by a number that says what it is. `true`: nobody asked for it before. */
  leaf(key: number, range: Range): readonly [Node, boolean] {
    const before = this.#ranges.length;
    return [this.#once(this.#leaves, key, range), this.#ranges.length > before];
  }

  /**
   * `gf_adder_tree` of one row, whose carries are constants too: adder `i` of a level takes the carry of the leaf that
   * stands at `leaves − (elements of the level before) + i`. Returns the sum.
   */
  sum(
    leaves: readonly Node[],
    carries: readonly boolean[],
    init: { readonly bits: number; readonly maxBits: number; readonly levelsPerStage: number },
  ): Node {
    const { bits, maxBits, levelsPerStage } = init;
    let level = leaves;
    for (let k = 1; k <= ceilLog2(leaves.length); k++) {
      const width = Math.min(bits + k, maxBits);
      const registered = levelsPerStage > 0 && k % levelsPerStage === 0;
      const below = level;
      level = Array.from({ length: Math.ceil(below.length / 2) }, (_, i) => {
        const second = below[2 * i + 1];
        const carry = second !== undefined && carries[leaves.length - below.length + i] === true;
        const added = this.add(below[2 * i]!, second ?? 0, carry, width);
        return registered ? this.register(added) : added;
      });
    }
    return level[0]!;
  }

  /** `a + b + carry` in `widthBits`; nothing of it when it is a wire or a constant. */
  add(a: Node, b: Node, carry: boolean, widthBits: number): Node {
    if (a === 0 && b === 0) return carry ? this.#once(this.#sums, 1, [1, 1]) : 0;
    if (!carry && (a === 0 || b === 0)) return a + b;
    const size = this.#ranges.length;
    const [from, to] = [this.#ranges[a]!, this.#ranges[b]!];
    const range: Range = [from[0] + to[0], from[1] + to[1]];
    const key = (Math.min(a, b) * nodeLimit + Math.max(a, b)) * 2 + (carry ? 1 : 0);
    const node = this.#once(this.#sums, key, range);
    if (this.#ranges.length > size) this.adderBits += Math.min(bitsOf(range), widthBits);
    return node;
  }

  register(node: Node): Node {
    if (node === 0) return 0;
    const size = this.#ranges.length;
    const range = this.#ranges[node]!;
    const held = this.#once(this.#held, node, range);
    if (this.#ranges.length > size) this.registers += bitsOf(range);
    return held;
  }

  #once(made: Map<number, Node>, key: number, range: Range): Node {
    let node = made.get(key);
    if (node === undefined) {
      node = this.#ranges.push(range) - 1;
      made.set(key, node);
    }
    return node;
  }
}
