import {
  type ElemType,
  elemForRange,
  elemInfo,
  Graph,
  type Random,
  randomInteger,
  tensor,
  type Value,
} from "@gatefold/core";
import {
  Add,
  Concat,
  Conv,
  convRange,
  MatMul,
  MaxPool,
  planWindow,
  Reshape,
  Slice,
  SumPool,
  Upsample,
} from "@gatefold/dialect-q";
import { constant, type Grown, growThreshold, randomTensor } from "./nets.js";

const pick = <T>(random: Random, list: readonly T[]): T => list[randomInteger(random, 0, list.length - 1)]!;

interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
}

/** A window that fits: sides of 1 to 3, pads that differ, strides and dilations. */
function randomWindow(random: Random, shape: readonly number[]): Window {
  for (;;) {
    const side = (): number => randomInteger(random, 1, 3);
    const kernel = [side(), side()] as const;
    const dilations = random() < 0.3 ? [side(), side()] : [1, 1];
    const reach = kernel.map((k, i) => (k - 1) * dilations[i]! + 1);
    const pad = (axis: 0 | 1): number => (random() < 0.5 ? randomInteger(random, 0, reach[axis]! - 1) : 0);
    const pads = [pad(0), pad(1), pad(0), pad(1)];
    const strides = random() < 0.4 ? [side(), side()] : [1, 1];
    try {
      planWindow(shape, kernel, { strides, pads, dilations });
      return { kernel, strides, pads, dilations };
    } catch {
      // Too large for the image: another one.
    }
  }
}

export interface ConvOptions {
  readonly filters: number;
  readonly elem: ElemType;
  readonly groups?: number;
  readonly window?: Window;
  readonly padValue?: number;
}

/** A convolution with random weights and the narrowest accumulator. */
export function growConv(
  random: Random,
  graph: Graph,
  x: Grown,
  { filters, elem, groups = 1, window = randomWindow(random, x.value.type.shape), padValue }: ConvOptions,
): Grown {
  const { shape } = x.value.type;
  const { kernel, ...attrs } = window;
  const weights = randomTensor(random, elem, [filters, ...kernel, shape[3]! / groups]);
  const padded = attrs.pads.some((p) => p > 0);
  const pad_value = padValue ?? (x.value.type.elem === "bipolar" ? pick(random, [-1, 1]) : 0);
  const { lo, hi } = convRange(weights, { lo: x.lo, hi: x.hi }, groups, padded ? pad_value : undefined);
  const value = Conv.build(graph, [x.value, constant(graph, weights)], {
    ...attrs,
    elem: elemForRange(Math.min(lo, -1), hi),
    groups,
    pad_value,
  });
  return { value, lo, hi };
}

function randomConv(random: Random, graph: Graph, x: Grown): Grown {
  const channels = x.value.type.shape[3]!;
  const kind = random();
  const divisors = Array.from({ length: channels }, (_, i) => i + 1).filter((d) => channels % d === 0);
  const groups = kind < 0.6 ? 1 : kind < 0.8 ? channels : pick(random, divisors);
  const filters =
    kind >= 0.6 && random() < 0.6 ? channels : groups * randomInteger(random, 1, groups > 8 ? 2 : 9);
  const elem = pick(random, ["bipolar", "i2", "i4", "i8", "i12"] as const);
  const { min, max } = elemInfo(x.value.type.elem);
  const far = x.value.type.elem !== "bipolar" && max < 2 ** 20 && random() < 0.3;
  const padValue = far ? pick(random, [min, max]) : undefined;
  return growConv(random, graph, x, {
    filters,
    elem,
    groups,
    ...(padValue === undefined ? {} : { padValue }),
  });
}

function randomSums(random: Random, graph: Graph, x: Grown): Grown {
  const window = randomWindow(random, x.value.type.shape);
  const taps = window.kernel[0] * window.kernel[1];
  const [lo, hi] = [Math.min(0, taps * x.lo), Math.max(0, taps * x.hi)];
  return { value: SumPool.build(graph, [x.value], { ...window, elem: elemForRange(lo, hi) }), lo, hi };
}

function holdsPixels(shape: readonly number[], window: Window): boolean {
  const plan = planWindow(shape, window.kernel, window);
  const taps = window.kernel[0] * window.kernel[1];
  return Array.from({ length: plan.outHeight * plan.outWidth }, (_, p) => p).every((p) =>
    Array.from({ length: taps }, (_, t) => plan.pixel(p, t)).some((pixel) => pixel >= 0),
  );
}

function randomMove(random: Random, graph: Graph, x: Grown): Grown {
  const { shape } = x.value.type;
  switch (randomInteger(random, 0, 3)) {
    case 0: {
      const window = randomWindow(random, shape);
      return holdsPixels(shape, window) ? { ...x, value: MaxPool.build(graph, [x.value], window) } : x;
    }
    case 1:
      return { ...x, value: Concat.build(graph, random() < 0.5 ? [x.value, x.value] : [x.value]) };
    case 2: {
      const first = randomInteger(random, 0, shape[3]! - 1);
      const count = randomInteger(random, 1, shape[3]! - first);
      return { ...x, value: Slice.build(graph, [x.value], { first, count }) };
    }
    default:
      if (shape[1]! * shape[2]! > 100) return x;
      return {
        ...x,
        value: Upsample.build(graph, [x.value], { scales: [pick(random, [1, 2]), pick(random, [1, 3])] }),
      };
  }
}

/** `m x + n y` of two flows of one shape. */
function join(random: Random, graph: Graph, x: Grown, y: Grown): Grown {
  const [m, n] = [randomInteger(random, -3, 3), randomInteger(random, 1, 3)];
  const reach = 3 * (Math.max(Math.abs(x.lo), Math.abs(x.hi)) + Math.max(Math.abs(y.lo), Math.abs(y.hi)));
  const value = Add.build(graph, [x.value, y.value], { elem: elemForRange(-reach, reach), m, n });
  return { value, lo: -reach, hi: reach };
}

const below = (x: Grown, bits: number): boolean => Math.max(Math.abs(x.lo), Math.abs(x.hi)) < 2 ** bits;

/** Channels at and around the sizes that a copy or a vector moves. */
const widths = [1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 63, 64, 65, 100, 128];

/** A random net of images: convolutions of all kinds, pools, joins, moves; at its end, sometimes, a dense layer. */
export function randomImageNet(random: Random): Graph {
  const graph = new Graph("images");
  const elem = pick(random, [
    "bipolar",
    "bipolar",
    "u1",
    "u2",
    "i3",
    "u8",
    "i8",
    "i12",
    "u16",
    "i20",
  ] as const);
  const shape = [
    random() < 0.1 ? 2 : 1,
    randomInteger(random, 2, 8),
    randomInteger(random, 2, 8),
    pick(random, widths),
  ];
  const { min, max } = elemInfo(elem);
  let x: Grown = { value: graph.addInput(tensor(elem, shape)), lo: min, hi: max };
  const outputs: Value[] = [];
  let joined: Grown | undefined;
  const layers = randomInteger(random, 1, 4);
  for (let i = 0; i < layers; i++) {
    const what = random();
    if (what < 0.65 && below(x, 24)) x = randomConv(random, graph, x);
    else if (what < 0.75 && below(x, 40)) x = randomSums(random, graph, x);
    else x = randomMove(random, graph, x);
    if (random() < 0.15) outputs.push(x.value);
    const same = joined && String(joined.value.type.shape) === String(x.value.type.shape);
    if (same && below(x, 40) && random() < 0.7) x = join(random, graph, x, joined!);
    const activation = random();
    if (activation < 0.5) x = growThreshold(random, graph, x, 1, true, -1);
    else if (activation < 0.8)
      x = growThreshold(random, graph, x, pick(random, [1, 3, 7, 15, 60]), false, -1);
    if (random() < 0.3) x = randomMove(random, graph, x);
    if (random() < 0.5) joined = x;
  }
  if (random() < 0.4 && below(x, 24)) {
    const [n, h, w, c] = x.value.type.shape as [number, number, number, number];
    const flat = Reshape.build(graph, [x.value], { shape: [n, h * w * c] });
    const weights = randomTensor(random, pick(random, ["bipolar", "i4"] as const), [3, h * w * c]);
    x = { ...x, value: MatMul.build(graph, [flat, constant(graph, weights)], { elem: "i53" }) };
  }
  graph.setOutputs([...outputs, x.value]);
  graph.eraseDead();
  return graph;
}
