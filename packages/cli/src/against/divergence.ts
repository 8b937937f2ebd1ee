import { agree } from "../api/compare.js";

/** One tensor at which two executions are compared. */
export interface Place {
  /** The stream's net (`mvau_0`), or the value's name. */
  readonly tensor: string;
  /** Node of the network that the tensor comes from. */
  readonly node: string | undefined;
  /** What makes it: a kernel by its name, an op of the network by its kind. */
  readonly kernel: string;
  /** Nodes that make it from tensors that are compared before it. */
  readonly nodes: readonly string[];
  readonly shape: readonly number[];
  readonly channelAxis: number;
  /** Whether elements have to be equal; reals agree within 1e-9. */
  readonly exact: boolean;
}

/** The first tensor, in the order of the graph, in which two executions differ, and its first element that does. */
export interface Divergence extends Omit<Place, "shape" | "channelAxis" | "exact"> {
  readonly sample: number;
  /** Indices between batch and channels: row and column of an image, none of a vector. */
  readonly position: readonly number[];
  readonly channel: number;
  /** Of the first execution; absent where it has no such element. */
  readonly expected: number | undefined;
  /** Of the second execution; absent where it ended before. */
  readonly got: number | undefined;
  /** Elements of this tensor that differ, of all samples. */
  readonly differingCount: number;
  /** Elements of this tensor, of all samples. */
  readonly elementCount: number;
  /** Samples in which any element of it differs. */
  readonly differingSamples: number;
}

type Elements = ArrayLike<number | bigint>;

interface Found {
  first: Pick<Divergence, "sample" | "position" | "channel" | "expected" | "got"> | undefined;
  differing: number;
  elements: number;
  samples: number;
}

/** Indices of a flat, row-major element. */
function indicesOf(shape: readonly number[], index: number): readonly number[] {
  const out: number[] = [];
  for (let rest = index, axis = shape.length - 1; axis >= 0; axis--) {
    const size = axis === 0 ? Number.POSITIVE_INFINITY : shape[axis]!;
    out.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return out;
}

/** Collects what differs where, over all samples. */
export class Comparison {
  readonly places: readonly Place[];
  readonly #samplesPerFrame: number;
  readonly #found: readonly Found[];

  constructor(places: readonly Place[], samplesPerFrame: number) {
    this.places = places;
    this.#samplesPerFrame = samplesPerFrame;
    this.#found = places.map(() => ({ first: undefined, differing: 0, elements: 0, samples: 0 }));
  }

  /** Compares one frame of a place. Elements that one side lacks differ. */
  add(place: number, frame: number, expected: Elements, got: Elements): void {
    const { exact } = this.places[place]!;
    const found = this.#found[place]!;
    const count = Math.max(expected.length, got.length);
    found.elements += expected.length;
    const before = found.differing;
    for (let i = 0; i < count; i++) {
      const [a, b] = [expected[i], got[i]];
      if (a !== undefined && b !== undefined && agree(a, b, exact)) continue;
      found.differing++;
      found.first ??= { ...this.#where(place, frame, i), expected: plain(a), got: plain(b) };
    }
    if (found.differing > before) found.samples++;
  }

  #where(place: number, frame: number, index: number): Pick<Divergence, "sample" | "position" | "channel"> {
    const { shape, channelAxis } = this.places[place]!;
    const indices = indicesOf(shape, index);
    const channel = indices[channelAxis] ?? 0;
    const batched = shape.length > 1 && shape[0] === this.#samplesPerFrame;
    const inFrame = batched ? indices[0]! : 0;
    const sample = frame * this.#samplesPerFrame + inFrame;
    return {
      sample,
      position: indices.filter((_, axis) => axis !== channelAxis && !(batched && axis === 0)),
      channel,
    };
  }

  differs(place: number): boolean {
    return this.#found[place]!.differing > 0;
  }

  /** The first place that differs. */
  firstPlace(): number | undefined {
    const at = this.#found.findIndex(({ first }) => first !== undefined);
    return at < 0 ? undefined : at;
  }

  /** What is known of the first place that differs. */
  first(): Divergence | undefined {
    const at = this.firstPlace() ?? -1;
    const found = this.#found[at];
    if (!found?.first) return undefined;
    const { shape: _, channelAxis: __, exact: ___, ...place } = this.places[at]!;
    return {
      ...place,
      ...found.first,
      differingCount: found.differing,
      elementCount: found.elements,
      differingSamples: found.samples,
    };
  }
}

const plain = (value: number | bigint | undefined): number | undefined =>
  value === undefined ? undefined : Number(value);
