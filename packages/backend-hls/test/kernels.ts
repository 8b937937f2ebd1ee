import {
  Constant,
  divisors,
  type ElemType,
  elemForRange,
  elemInfo,
  type Graph,
  gcd,
  product,
  type Random,
  randomInteger,
  type StreamType,
  stream,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { Netlist } from "@gatefold/netlist";

const elems: readonly ElemType[] = ["bipolar", "bool", "u1", "u2", "i2", "i3", "u4", "u8", "i8"];

/** Draws small kernels of random types, sizes and foldings into a graph; each adds inputs and gives its results. */
export class Draw {
  readonly #random: Random;
  readonly #graph: Graph;

  constructor(graph: Graph, random: Random) {
    this.#graph = graph;
    this.#random = random;
  }

  kernel(kind: keyof typeof kernels): readonly Value[] {
    return kernels[kind](this, this.#graph);
  }

  integer(lo: number, hi: number): number {
    return randomInteger(this.#random, lo, hi);
  }

  of<T>(list: readonly T[]): T {
    return list[this.integer(0, list.length - 1)]!;
  }

  divisor(value: number): number {
    return this.of(divisors(value));
  }

  codes(elem: ElemType, count: number): number[] {
    const { min, max } = elemInfo(elem);
    return Array.from({ length: count }, () =>
      elem === "bipolar" ? this.of([-1, 1]) : this.integer(min, max),
    );
  }

  constant(elem: ElemType, shape: readonly number[], values?: readonly number[]): Value {
    const value = tensorFrom(elem, shape, values ?? this.codes(elem, product(shape)));
    return Constant.build(this.#graph, [], { value });
  }

  input(elem: ElemType, shape: readonly number[], lanes: number): Value {
    return this.#graph.addInput(stream(elem, shape, lanes));
  }

  /** A stream of vectors, at a random folding of its channels. */
  vectors(elem: ElemType = this.of(elems)): {
    readonly x: Value;
    readonly channels: number;
    readonly pe: number;
  } {
    const channels = this.of([1, 2, 3, 6, 8, 12]);
    const pe = this.divisor(channels);
    return { x: this.input(elem, [this.integer(1, 3), channels], pe), channels, pe };
  }

  image(elem: ElemType = this.of(elems)): {
    readonly x: Value;
    readonly height: number;
    readonly width: number;
    readonly channels: number;
    readonly simd: number;
  } {
    const [height, width, channels] = [this.integer(3, 7), this.integer(3, 7), this.of([1, 2, 4, 6])];
    const simd = this.divisor(channels);
    return { x: this.input(elem, [1, height, width, channels], simd), height, width, channels, simd };
  }

  /** One row of parameters, or one a channel. */
  rows(channels: number): number {
    return this.of([1, channels]);
  }
}

const notBipolar = elems.filter((e) => e !== "bipolar");
const weightElems: readonly ElemType[] = ["bipolar", "bipolar", "i2", "i3", "u2", "u1", "i8"];

/** Weights; of two bits often without -2, which makes them ternary. */
function weights(d: Draw, shape: readonly number[]): Value {
  const elem = d.of(weightElems);
  const ternary = elem === "i2" && d.integer(0, 1) === 0;
  return d.constant(
    elem,
    shape,
    d.codes(elem, product(shape)).map((w) => (ternary ? Math.max(w, -1) : w)),
  );
}

/** Kernels by name. */
export const kernels = {
  mvu(d, g) {
    const [width, height] = [d.of([1, 2, 6, 12, 70]), d.of([1, 2, 3, 6])];
    const [simd, pe] = [d.divisor(width), d.divisor(height)];
    const x = d.input(d.of(elems), [d.integer(1, 3), width], simd);
    return [hw.Mvu.build(g, [x, weights(d, [height, width])], { elem: "i24", pe, simd })];
  },
  vvu(d, g) {
    const [taps, channels] = [d.of([1, 4, 9]), d.of([1, 2, 6])];
    const pe = d.divisor(channels);
    const simd = d.divisor(taps);
    const pixel = simd === 1 || pe === channels ? [taps * channels] : [channels / pe, taps * pe];
    const x = d.input(d.of(elems), [1, 2, 2, ...pixel], pe * simd);
    return [hw.Vvu.build(g, [x, weights(d, [taps, channels])], { elem: "i24", pe, simd })];
  },
  gvu(d, g) {
    const [taps, groups, perGroup, share] = [d.of([1, 4]), d.integer(1, 3), d.of([1, 2, 4]), d.of([1, 2, 3])];
    const [simd, pe] = [d.divisor(perGroup), d.divisor(share)];
    const x = d.input(d.of(elems), [1, 2, 2, taps * groups * perGroup], simd);
    const w = weights(d, [groups * share, taps, perGroup]);
    return [hw.Gvu.build(g, [x, w], { elem: "i24", groups, pe, simd })];
  },
  threshold(d, g) {
    const { x, channels, pe } = d.vectors();
    const elem = d.of<ElemType>(["bipolar", "u1", "u3", "i5", "u6"]);
    const count = elem === "bipolar" ? 1 : d.integer(1, elemInfo(elem).max - elemInfo(elem).min);
    const { min, max } = elemInfo(x.type.elem);
    const rows = d.rows(channels);
    const values = Array.from({ length: rows }, () =>
      Array.from({ length: count }, () => d.integer(min - 1, max + 1)).sort((a, b) => a - b),
    ).flat();
    const t = d.constant(elemForRange(min - 1, max + 1), [rows, count], values);
    const bias = elem === "bipolar" ? 0 : elemInfo(elem).min;
    return [hw.Threshold.build(g, [x, t], { elem, pe, bias })];
  },
  lookup(d, g) {
    const { x, channels, pe } = d.vectors();
    const elem = d.of(elems);
    const { min, max } = elemInfo(x.type.elem);
    const table = d.constant(elem, [d.rows(channels), max - min + 1]);
    return [hw.Lookup.build(g, [x, table], { elem, pe, lo: min })];
  },
  affine(d, g) {
    const { x, channels, pe } = d.vectors(d.of(notBipolar));
    const [a, b] = [d.constant(d.of(["i3", "u4"]), [d.rows(channels)]), d.constant("i9", [d.rows(channels)])];
    return [hw.Affine.build(g, [x, a, b], { elem: "i16", pe })];
  },
  requantize(d, g) {
    const { x, channels, pe } = d.vectors(d.of<ElemType>(["u8", "i8", "i12", "i20", "u3"]));
    const ties = d.of(["up", "even"] as const);
    const [mulElem, drop] = [d.of<ElemType>(["u1", "u5", "u14"]), ties === "even" ? 0 : d.integer(0, 3)];
    const [low, high] = [d.integer(-9, -1), d.integer(0, 7)];
    const parameters = [d.constant(mulElem, [d.rows(channels)]), d.constant("i16", [d.rows(channels)])];
    const attrs = { drop, ties, low, high, shift: d.integer(0, 16), offset: d.integer(-3, 8) };
    return [hw.Requantize.build(g, [x, ...parameters], { elem: "i5", pe, ...attrs })];
  },
  argmax(d, g) {
    const { x, pe } = d.vectors();
    return [hw.ArgMax.build(g, [x], { pe })];
  },
  window(d, g) {
    const { x, height, width, simd } = d.image();
    const kernel = [d.integer(1, 3), d.integer(1, 3)];
    const dilations = [height, width].map((n, i) => (2 * (kernel[i]! - 1) < n ? d.integer(1, 2) : 1));
    const strides = [d.integer(1, 3), d.integer(1, 3)];
    const parallel = d.integer(0, 1);
    return [hw.Window.build(g, [x], { kernel, strides, dilations, simd, parallel })];
  },
  pad(d, g) {
    const { x, simd } = d.image();
    const pads = [0, 0, 0, 0].map(() => d.integer(0, 2));
    const [value] = d.codes(x.type.elem, 1);
    return [hw.Pad.build(g, [x], { pads, value: value!, simd })];
  },
  crop(d, g) {
    const { x, simd } = d.image();
    return [hw.Crop.build(g, [x], { margins: [0, 0, 0, 0].map(() => d.integer(0, 1)), simd })];
  },
  pool(d, g) {
    const [window, channels] = [d.of([1, 4, 9]), d.of([1, 2, 6])];
    const simd = d.divisor(channels);
    const x = d.input(d.of(elems), [1, 2, 2, window * channels], simd);
    const mode = d.of(["max", "sum"] as const);
    const { min, max } = elemInfo(x.type.elem);
    const elem = mode === "max" ? x.type.elem : elemForRange(min * window, max * window);
    return [hw.Pool.build(g, [x], { mode, window, elem, simd })];
  },
  upsample(d, g) {
    const { x, simd } = d.image();
    return [hw.Upsample.build(g, [x], { scales: [d.integer(1, 3), d.integer(1, 3)], simd })];
  },
  transpose(d, g) {
    const [rows, columns, chunk] = [d.integer(2, 4), d.integer(2, 4), d.of([1, 2, 4])];
    const simd = d.divisor(chunk);
    const x = d.input(d.of(elems), [1, d.integer(1, 3), rows, columns * chunk], simd);
    const shape = [1, x.type.shape[1]!, columns, rows * chunk];
    return [hw.Transpose.build(g, [x], { rows, columns, chunk, shape, simd })];
  },
  fork(d, g) {
    const { x } = d.vectors();
    return hw.Fork.create(g, [x], { count: d.integer(2, 4) }).results;
  },
  add_streams(d, g) {
    const { x, pe } = d.vectors(d.of(notBipolar));
    const y = d.input(d.of(notBipolar), x.type.shape, pe);
    return [hw.AddStreams.build(g, [x, y], { elem: "i14", m: d.integer(-4, 4), n: d.integer(1, 5), pe })];
  },
  concat(d, g) {
    const [a, b] = [d.of([2, 4, 6]), d.of([2, 4, 6])];
    const simd = d.divisor(gcd(a, b));
    const [elem, pixels] = [d.of(elems), d.integer(1, 3)];
    const xs = [a, b].map((channels) => d.input(elem, [pixels, channels], simd));
    return [hw.Concat.build(g, xs, { simd })];
  },
  slice(d, g) {
    const { x, channels, pe: simd } = d.vectors();
    const folds = channels / simd;
    const first = d.integer(0, folds - 1);
    const count = d.integer(1, folds - first);
    return [hw.Slice.build(g, [x], { first: first * simd, count: count * simd, simd })];
  },
  vote(d, g) {
    const triples = d.of([[], [0], [1], [0, 3], [2, 6]]);
    const channels = 9;
    const x = d.input(d.of(elems), [d.integer(1, 3), channels], channels);
    const pe = channels - 2 * triples.length;
    return [hw.Vote.build(g, [x], { triples, simd: channels, pe })];
  },
  width_converter(d, g) {
    const count = d.of([12, 72, 144]);
    const x = d.input(d.of(elems), [1, count], d.divisor(count));
    return [hw.WidthConverter.build(g, [x], { lanes: d.divisor(count) })];
  },
  fifo(d, g) {
    const { x } = d.vectors();
    return [hw.Fifo.build(g, [x], { depth: d.integer(2, 9) })];
  },
  reshape(d, g) {
    const { x } = d.vectors();
    return [hw.Reshape.build(g, [x], { shape: [1, ...x.type.shape] })];
  },
  netlist(d, g) {
    const elem = d.of<ElemType>(["bipolar", "u3", "i4"]);
    const [channels, outputs] = [d.integer(2, 5), d.integer(1, 4)];
    const isBipolar = d.integer(0, 1) === 0;
    const x = d.input(elem, [d.integer(1, 4), channels], channels);
    const body = hw.bodyOf(circuit(d, elem, channels, outputs, isBipolar));
    const to: ElemType = isBipolar ? "bipolar" : "i12";
    return [hw.Netlist.build(g, [x], { body, elem: to, simd: channels, pe: outputs })];
  },
} satisfies Readonly<Record<string, (d: Draw, g: Graph) => readonly Value[]>>;

/** A netlist with every kind of node. */
function circuit(d: Draw, elem: ElemType, channels: number, outputs: number, bits: boolean): Netlist {
  const netlist = new Netlist("random");
  const { min, max } = elem === "bipolar" ? { min: 0, max: 1 } : elemInfo(elem);
  const words = Array.from({ length: channels }, (_, i) =>
    netlist.register(netlist.input(`x${i}`, { lo: min, hi: max })),
  );
  const known = (): number => d.of(words);
  const bitsOf = (count: number): number[] =>
    Array.from({ length: count }, () => netlist.bit(known(), d.integer(0, 4)));
  for (let i = 0; i < 12; i++) {
    const terms = Array.from({ length: d.integer(2, 3) }, () => ({
      node: known(),
      shift: d.integer(0, 2),
      negative: d.integer(0, 1) === 0,
    }));
    const sum = netlist.clamp(netlist.sum(terms), { lo: -100, hi: 120 });
    const table = d.codes("i5", 16);
    const lut = netlist.lut(bitsOf(6), { low: d.integer(0, 2 ** 32 - 1), high: d.integer(0, 2 ** 32 - 1) });
    words.push(sum, lut, netlist.table(bitsOf(4), table));
    words.push(netlist.word(bitsOf(d.integer(2, 5)), d.integer(0, 1) === 0));
  }
  for (let o = 0; o < outputs; o++) netlist.output(`y${o}`, bits ? netlist.bit(known(), o) : known());
  return netlist;
}

/** Codes for a stream, its ends often. */
export function frame({ elem, shape }: StreamType, random: Random): ReturnType<typeof tensorFrom> {
  const { min, max } = elemInfo(elem);
  const values = Array.from({ length: product(shape) }, () => {
    const r = random();
    if (elem === "bipolar") return r < 0.5 ? -1 : 1;
    return r < 0.2 ? min : r < 0.4 ? max : randomInteger(random, min, max);
  });
  return tensorFrom(elem, shape, values);
}
