import { divisors, type Random, randomInteger, seededRandom } from "@gatefold/core";
import {
  add,
  affine,
  argmax,
  concat,
  convert,
  fifo,
  fork,
  lookup,
  mvu,
  pad,
  pool,
  slice,
  threshold,
  upsample,
  vvu,
  window,
} from "./builders.js";
import type { KernelSpec } from "./kernel-graph.js";

interface Draw {
  readonly one: <T>(values: readonly T[]) => T;
  readonly between: (min: number, max: number) => number;
  /** A divisor of `extent` within bounds. */
  readonly part: (extent: number, min: number, max: number) => number;
}

function drawsOf(random: Random): Draw {
  const one = <T>(values: readonly T[]): T => values[randomInteger(random, 0, values.length - 1)]!;
  const part = (extent: number, min: number, max: number): number => {
    const legal = divisors(extent).filter((d) => d >= min && d <= max);
    return legal.length > 0 ? one(legal) : 1;
  };
  return { one, part, between: (min, max) => randomInteger(random, min, max) };
}

/** A matrix–vector unit: PE · SIMD between 1 and `lanes`. */
function drawMvu(d: Draw, x: string, w: string, lanes: number, more: Partial<KernelSpec> = {}): KernelSpec {
  const mw = d.one([24, 36, 48, 64, 72, 96, 128, 144, 256]);
  const mh = d.one([8, 10, 16, 24, 32, 48, 64]);
  const simd = d.part(mw, 1, Math.min(32, lanes));
  const pe = d.part(mh, 1, Math.max(1, Math.floor(lanes / simd)));
  return mvu(x, w, mw, mh, pe, simd, more);
}

/** A matrix–vector unit whose weights are wires. */
function drawUnfolded(d: Draw, x: string, w: string, more: Partial<KernelSpec> = {}): KernelSpec {
  const [mw, mh] = [d.between(4, 12), d.between(2, 6)];
  const density = w === "bipolar" ? {} : { density: d.one([1, 0.7, 0.4, 0.2]) };
  return mvu(x, w, mw, mh, mh, mw, { ...density, ...more });
}

const image = (d: Draw): readonly [number, number, number] => [
  d.between(6, 30),
  d.between(6, 30),
  d.one([4, 8, 12, 16, 32]),
];
const unsigned = ["u1", "u2", "u3", "u4", "u8"];
const plain = ["u2", "u3", "u4", "i4", "u6", "u8", "i8"];
const logic = { multipliers: "logic" };

/** How a kernel of each kind is drawn. A key names the kind, and what is special about it. */
const kinds: Readonly<Record<string, (d: Draw) => KernelSpec>> = {
  "mvu xnor": (d) => drawMvu(d, "bipolar", "bipolar", 256),
  "mvu sign": (d) => drawMvu(d, d.one(plain), "bipolar", 48),
  "mvu ternary": (d) => drawMvu(d, d.one(["u2", "u4", "i6", "u8", "bipolar"]), "ternary", 48),
  "mvu bipolar-in": (d) => drawMvu(d, "bipolar", d.one(["i3", "i4", "i6"]), 48),
  "mvu mul": (d) => drawMvu(d, d.one(["u2", "u4", "u8", "i6"]), d.one(["i3", "i4", "i8"]), 16),
  "mvu mul logic": (d) =>
    drawMvu(d, d.one(["u2", "u3", "u4", "u8", "i4"]), d.one(["i3", "i4", "i8"]), 24, logic),
  "mvu unfolded bits": (d) => drawUnfolded(d, d.one(["bipolar", "u4", "i3"]), "bipolar"),
  "mvu unfolded ternary": (d) => drawUnfolded(d, d.one(["u2", "u4", "i6"]), "ternary"),
  "mvu unfolded mul": (d) => drawUnfolded(d, d.one(["u2", "u4", "i4"]), d.one(["i3", "i4"])),
  "mvu unfolded mul logic": (d) =>
    drawUnfolded(d, d.one(["u2", "u4", "u8"]), d.one(["i3", "i4", "i6"]), logic),
  vvu: (d) => {
    const c = d.one([8, 16, 32, 64]);
    const w = d.one(["i4", "i8", "bipolar", "i3"]);
    return vvu(d.one(["u4", "u8", "i4"]), w, d.one([4, 9, 25]), c, d.part(c, 1, 8));
  },
  threshold: (d) => {
    const [n, y] = d.one([
      [1, "bipolar"],
      [3, "u2"],
      [7, "u3"],
      [15, "u4"],
    ] as const);
    const c = d.one([8, 16, 32, 64, 128]);
    const pe = d.part(c, 1, n > 3 ? 4 : 8);
    return threshold(`i${d.between(7, 16)}`, y, n, c, pe, d.one([c, c, 1]));
  },
  lookup: (d) => {
    const c = d.one([4, 8, 16, 32]);
    return lookup(
      d.one(["u4", "i5", "u6", "u8"]),
      d.one(["u2", "u4", "i8"]),
      c,
      d.part(c, 1, 4),
      d.one([c, 1]),
    );
  },
  affine: (d) => {
    const c = d.one([8, 16, 32, 64]);
    const [x, a] = [d.between(4, 14), d.between(3, 9)];
    return affine(`i${x}`, `i${a}`, `i${x + a + 1}`, c, d.part(c, 1, 4), d.one([c, c, 1]));
  },
  argmax: (d) => {
    const c = d.one([4, 6, 10, 12, 20, 24]);
    return argmax(`i${d.between(5, 14)}`, c, d.part(c, 1, 10));
  },
  window: (d) => {
    const [h, w, c] = image(d);
    const k = d.one([2, 3, 3, 5]);
    return window(d.one(unsigned), d.one([h, h, 1]), w, c, d.part(c, 1, 8), k, d.one([1, 1, 2]));
  },
  pad: (d) => {
    const [h, w, c] = image(d);
    return pad(d.one(unsigned), h, w, c, d.part(c, 1, 8), d.between(1, 2));
  },
  pool: (d) => {
    const c = d.one([8, 16, 32]);
    const max = d.one([true, false]);
    const bits = d.one([2, 4, 8]);
    return max
      ? pool(`u${bits}`, "max", `u${bits}`, d.one([4, 9]), c, d.part(c, 1, 8))
      : pool(`u${bits}`, "sum", `u${bits + 6}`, d.one([16, 49, 64]), c, d.part(c, 1, 8));
  },
  upsample: (d) => {
    const [h, w, c] = image(d);
    return upsample(d.one(unsigned), h, w, c, d.part(c, 1, 8), d.one([2, 2, 3]));
  },
  fork: (d) => {
    const c = d.one([8, 16, 24]);
    return fork(d.one(unsigned), c, d.part(c, 1, 8), d.between(2, 3));
  },
  add_streams: (d) => {
    const c = d.one([8, 16, 24]);
    return add(d.one(plain), d.one(plain), "i14", c, d.part(c, 1, 8), d.between(1, 6), d.between(1, 3));
  },
  concat: (d) => {
    const simd = d.one([1, 2, 4, 8]);
    return concat(d.one(unsigned), simd * d.between(1, 5), simd * d.between(1, 5), simd);
  },
  slice: (d) => {
    const [simd, first, count] = [d.one([1, 2, 4, 8]), d.between(0, 3), d.between(1, 4)];
    const c = simd * (first + count + d.between(0, 3));
    return slice(d.one(unsigned), c, simd * first, simd * count, simd);
  },
  width_converter: (d) => {
    const c = d.one([48, 64, 96]);
    const lanes = d.part(c, 1, 24);
    const to = d.one(divisors(c).filter((n) => n <= 24 && n !== lanes));
    return convert(d.one(unsigned), c, lanes, to);
  },
  fifo: (d) =>
    fifo(d.one(unsigned), 64, d.one([1, 2, 4, 8, 16]), d.one([2, 3, 4, 8, 16, 32, 57, 64, 128, 300, 1000])),
};

/** The kind of a kernel as the tables name it: its op, and of matrix units what sets them apart. */
export function kindOf(spec: KernelSpec): string {
  if (spec.op !== "mvu") return spec.op;
  const unfolded = spec["pe"] === spec["mh"] && spec["simd"] === spec["mw"];
  return unfolded
    ? "mvu, weights as wires"
    : spec["multipliers"] === "logic"
      ? "mvu, multipliers in LUTs"
      : "mvu";
}

/** Kinds that a set has two of: they cost little to synthesise. */
const twice = new Set([
  "vvu",
  "threshold",
  "window",
  "pad",
  "pool",
  "upsample",
  "add_streams",
  "concat",
  "slice",
]);

/** A kernel of each kind, of some kinds two; the same seed gives the same kernels. */
export function drawKernels(seed: number): readonly KernelSpec[] {
  const d = drawsOf(seededRandom(seed));
  const first = Object.values(kinds).map((draw) => draw(d));
  const second = Object.entries(kinds).map(([kind, draw]) => (twice.has(kind) ? [draw(d)] : []));
  return [...first, ...second.flat()];
}
