import { FlowNetwork } from "./pipeline-cut.js";
import type { TimingGraph } from "./timing.js";

/** Looks at arcs that all cuts of a netlist may take together: less than a second. */
const maxVisits = 1.5e7;
const toleranceNs = 1e-9;

/** Sides of a border that a node can be on. */
const free = 0;
const mustBefore = 1;
const mustAfter = 2;

/**
 * Stages of a netlist's nodes: a node reads nodes of its own stage and of earlier ones, through as many registers as stages lie between.
 * A node that alone takes longer than the limit has its operands registered.
 */
export class StagePlan {
  readonly #readerBegin: Int32Array;
  /** Edges by the node that they come from. */
  readonly #readerEdges: Int32Array;
  readonly #readerOf: Int32Array;
  readonly #limitNs: Float64Array;
  readonly #freshNs: Float64Array;
  #visits = 0;

  constructor(
    readonly graph: TimingGraph,
    readonly isInput: Uint8Array,
    readonly isOutput: Uint8Array,
  ) {
    const { begin, operands, registeredNs, widths } = graph;
    const size = widths.length;
    this.#readerOf = new Int32Array(operands.length);
    this.#readerBegin = new Int32Array(size + 2);
    this.#freshNs = new Float64Array(size);
    this.#limitNs = new Float64Array(size);
    for (let node = 0; node < size; node++) {
      for (let e = begin[node]!; e < begin[node + 1]!; e++) {
        this.#readerOf[e] = node;
        this.#readerBegin[operands[e]! + 2]!++;
        this.#freshNs[node] = Math.max(this.#freshNs[node]!, registeredNs[e]!);
      }
    }
    for (let node = 0; node < size; node++) this.#readerBegin[node + 2]! += this.#readerBegin[node + 1]!;
    this.#readerEdges = new Int32Array(operands.length);
    for (let e = 0; e < operands.length; e++) {
      this.#readerEdges[this.#readerBegin[operands[e]! + 1]!++] = e;
    }
  }

  /** Sets the longest time of a stage, its register aside. */
  limit(limitNs: number): void {
    const { tailNs } = this.graph;
    for (let node = 0; node < tailNs.length; node++) {
      this.#limitNs[node] = Math.max(limitNs, this.#freshNs[node]! + tailNs[node]!) + toleranceNs;
    }
  }

  /** Each node as early as it can be. */
  earliest(): { readonly stages: Int32Array; readonly count: number } {
    const { live, begin, operands, delayNs, registeredNs, tailNs } = this.graph;
    const stages = new Int32Array(live.length);
    const timeNs = new Float64Array(live.length);
    let last = 0;
    for (let node = 0; node < live.length; node++) {
      if (live[node] === 0 || begin[node] === begin[node + 1]) continue;
      let stage = 0;
      for (let e = begin[node]!; e < begin[node + 1]!; e++) stage = Math.max(stage, stages[operands[e]!]!);
      let time = Number.NEGATIVE_INFINITY;
      for (let e = begin[node]!; e < begin[node + 1]!; e++) {
        const operand = operands[e]!;
        const ns = stages[operand] === stage ? timeNs[operand]! + delayNs[e]! : registeredNs[e]!;
        if (ns > time) time = ns;
      }
      if (time + tailNs[node]! > this.#limitNs[node]!) {
        stage++;
        time = this.#freshNs[node]!;
      }
      stages[node] = stage;
      timeNs[node] = time;
      if (stage > last) last = stage;
    }
    return { stages, count: last + 1 };
  }

  /** Each node as late as it can be with so many stages; undefined when they are too few. */
  latest(count: number): Int32Array | undefined {
    const { live, delayNs, tailNs } = this.graph;
    const stages = new Int32Array(live.length).fill(count - 1);
    const restNs = new Float64Array(live.length);
    for (let node = live.length - 1; node >= 0; node--) {
      if (live[node] === 0) continue;
      let stage = count - 1;
      this.#eachReader(node, (reader) => {
        if (stages[reader]! < stage) stage = stages[reader]!;
      });
      let rest = tailNs[node]!;
      this.#eachReader(node, (reader, e) => {
        if (stages[reader] === stage) rest = Math.max(rest, delayNs[e]! + restNs[reader]!);
      });
      if (this.#freshNs[node]! + rest > this.#limitNs[node]!) {
        stage--;
        rest = tailNs[node]!;
      }
      if (stage < 0) return undefined;
      stages[node] = this.isInput[node] === 1 ? 0 : stage;
      restNs[node] = rest;
    }
    return stages;
  }

  /** Bits of the registers between stages; a node's registers serve all its readers. */
  registerBits(stages: Int32Array, count: number): number {
    const { live, widths } = this.graph;
    let bits = 0;
    for (let node = 0; node < live.length; node++) {
      if (live[node] === 0) continue;
      let last = this.isOutput[node] === 1 ? count - 1 : stages[node]!;
      this.#eachReader(node, (reader) => {
        last = Math.max(last, stages[reader]!);
      });
      bits += widths[node]! * (last - stages[node]!);
    }
    return bits;
  }

  /**
   * Moves the border between two stages to where it costs the fewest register bits: a cheapest cut, as exact as the times allow, with
   * the other borders where they are (`later`: nodes of all later stages may come before it, which leaves the others their stage).
   */
  moveBorder(stages: Int32Array, border: number, later: boolean): void {
    const candidates: number[] = [];
    for (let node = 0; node < stages.length; node++) {
      const stage = stages[node]!;
      if (this.graph.live[node] === 1 && stage >= border - 1 && (later || stage <= border)) {
        candidates.push(node);
      }
    }
    const side = this.#forced(stages, border, candidates, later);
    if (side === undefined) return;
    const vertexOf = new Int32Array(stages.length);
    let vertices = 2;
    for (const node of candidates) if (side[node] === free) vertexOf[node] = vertices++;
    if (vertices === 2) return;
    const flow = this.#network(stages, border, candidates, side, vertexOf, vertices);
    const cut = flow.cheapestCut(maxVisits - this.#visits);
    this.#visits += cut.visits;
    if (cut.side === undefined) return;
    for (const node of candidates) {
      const before = side[node] === free ? cut.side[vertexOf[node]!] === 1 : side[node] === mustBefore;
      stages[node] = before ? border - 1 : Math.max(border, stages[node]!);
    }
  }

  /** Which candidates must be before the border, and which after it; undefined where times contradict. */
  #forced(
    stages: Int32Array,
    border: number,
    candidates: readonly number[],
    later: boolean,
  ): Uint8Array | undefined {
    const { begin, operands, delayNs, registeredNs, tailNs, live } = this.graph;
    const side = new Uint8Array(live.length);
    const timeNs = new Float64Array(live.length);
    for (const node of candidates) {
      let time = begin[node] === begin[node + 1] ? 0 : Number.NEGATIVE_INFINITY;
      for (let e = begin[node]!; e < begin[node + 1]!; e++) {
        const operand = operands[e]!;
        if (side[operand] === mustAfter) side[node] = mustAfter;
        time = Math.max(
          time,
          stages[operand]! < border - 1 ? registeredNs[e]! : timeNs[operand]! + delayNs[e]!,
        );
      }
      timeNs[node] = time;
      if (time + tailNs[node]! > this.#limitNs[node]!) side[node] = mustAfter;
    }
    const restNs = new Float64Array(live.length);
    for (let i = candidates.length - 1; i >= 0; i--) {
      const node = candidates[i]!;
      let before = this.isInput[node] === 1 || (later && stages[node] === border - 1);
      let rest = tailNs[node]!;
      if (!later) {
        this.#eachReader(node, (reader, e) => {
          if (side[reader] === mustBefore) before = true;
          if (stages[reader]! <= border) rest = Math.max(rest, delayNs[e]! + restNs[reader]!);
        });
      }
      restNs[node] = rest;
      if (!before && (later || this.#freshNs[node]! + rest <= this.#limitNs[node]!)) continue;
      if (side[node] === mustAfter) return undefined;
      side[node] = mustBefore;
    }
    return side;
  }

  #network(
    stages: Int32Array,
    border: number,
    candidates: readonly number[],
    side: Uint8Array,
    vertexOf: Int32Array,
    freeVertices: number,
  ): FlowNetwork {
    const { begin, operands, widths } = this.graph;
    const held = new Set<number>();
    for (const node of candidates) {
      if (vertexOf[node] === 0) continue;
      held.add(node);
      for (let e = begin[node]!; e < begin[node + 1]!; e++) held.add(operands[e]!);
    }
    const flow = new FlowNetwork(freeVertices + held.size);
    let extra = freeVertices;
    for (const node of held) {
      const own = vertexOf[node]!;
      const readers: number[] = [];
      let after = this.isOutput[node] === 1;
      this.#eachReader(node, (reader) => {
        if (vertexOf[reader] !== 0) readers.push(vertexOf[reader]!);
        else if (side[reader] === mustAfter || stages[reader]! > border) after = true;
      });
      // what is after the border anyway has it held for all; a reader alone needs no vertex for the register
      const alone = !after && readers.length === 1;
      const hold = after ? 1 : alone ? readers[0]! : extra++;
      if (own !== 0 || !after) flow.arc(own, hold, widths[node]!);
      for (const reader of readers) {
        if (!after && !alone) flow.arc(hold, reader, Number.POSITIVE_INFINITY);
        if (own !== 0) flow.arc(reader, own, Number.POSITIVE_INFINITY);
      }
    }
    return flow;
  }

  #eachReader(node: number, visit: (reader: number, edge: number) => void): void {
    const end = this.#readerBegin[node + 1]!;
    for (let i = this.#readerBegin[node]!; i < end; i++) {
      const e = this.#readerEdges[i]!;
      visit(this.#readerOf[e]!, e);
    }
  }
}
