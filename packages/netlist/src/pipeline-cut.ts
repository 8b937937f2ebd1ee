/** A cheapest cut of a flow network, with arcs added one by one. Vertex 0 is the source, vertex 1 the sink. */
export class FlowNetwork {
  readonly #head: Int32Array;
  readonly #next: number[] = [];
  readonly #to: number[] = [];
  readonly #capacity: number[] = [];
  #visits = 0;

  constructor(readonly vertices: number) {
    this.#head = new Int32Array(vertices).fill(-1);
  }

  /** An arc, and how much may flow back beside what flows forth. */
  arc(from: number, to: number, capacity: number, back = 0): void {
    for (const [a, b, c] of [
      [from, to, capacity],
      [to, from, back],
    ] as const) {
      this.#next.push(this.#head[a]!);
      this.#to.push(b);
      this.#capacity.push(c);
      this.#head[a] = this.#to.length - 1;
    }
  }

  /**
   * The largest side of the source among cheapest cuts, as 1 by vertex (Dinic's algorithm). Gives up after so many looks at
   * arcs: undefined then.
   */
  cheapestCut(maxVisits: number): { readonly side: Uint8Array | undefined; readonly visits: number } {
    const { vertices } = this;
    const level = new Int32Array(vertices);
    const current = new Int32Array(vertices);
    const queue = new Int32Array(vertices);
    while (this.#levels(level, queue)) {
      current.set(this.#head);
      if (!this.#saturate(level, current, maxVisits)) return { side: undefined, visits: this.#visits };
    }
    const side = new Uint8Array(vertices).fill(1);
    let [begin, end] = [0, 0];
    queue[end++] = 1;
    side[1] = 0;
    while (begin < end) {
      const at = queue[begin++]!;
      for (let arc = this.#head[at]!; arc >= 0; arc = this.#next[arc]!) {
        const from = this.#to[arc]!;
        if (side[from] === 0 || this.#capacity[arc ^ 1]! <= 0) continue;
        side[from] = 0;
        queue[end++] = from;
      }
    }
    return { side, visits: this.#visits };
  }

  /** Distances from the source along arcs with capacity left; whether the sink is reached. */
  #levels(level: Int32Array, queue: Int32Array): boolean {
    level.fill(-1);
    level[0] = 0;
    let [begin, end] = [0, 1];
    queue[0] = 0;
    while (begin < end && level[1] === -1) {
      const at = queue[begin++]!;
      for (let arc = this.#head[at]!; arc >= 0; arc = this.#next[arc]!) {
        this.#visits++;
        const to = this.#to[arc]!;
        if (level[to] !== -1 || this.#capacity[arc]! <= 0) continue;
        level[to] = level[at]! + 1;
        queue[end++] = to;
      }
    }
    return level[1] !== -1;
  }

  /** Pushes flow along shortest ways until there is none; false when it gave up. */
  #saturate(level: Int32Array, current: Int32Array, maxVisits: number): boolean {
    const path: number[] = [];
    let at = 0;
    for (;;) {
      if (this.#visits > maxVisits) return false;
      if (at === 1) {
        const flow = path.reduce((least, arc) => Math.min(least, this.#capacity[arc]!), Infinity);
        let keep = path.length;
        path.forEach((arc, i) => {
          this.#capacity[arc]! -= flow;
          this.#capacity[arc ^ 1]! += flow;
          if (this.#capacity[arc] === 0 && i < keep) keep = i;
        });
        at = this.#to[path[keep]! ^ 1]!;
        path.length = keep;
        continue;
      }
      let arc = current[at]!;
      while (arc >= 0 && (this.#capacity[arc]! <= 0 || level[this.#to[arc]!] !== level[at]! + 1)) {
        this.#visits++;
        arc = this.#next[arc]!;
      }
      current[at] = arc;
      if (arc >= 0) {
        path.push(arc);
        at = this.#to[arc]!;
        continue;
      }
      const back = path.pop();
      if (back === undefined) return true;
      level[at] = -1;
      at = this.#to[back ^ 1]!;
    }
  }
}
