import {
  Constant,
  type ElemType,
  elemForRange,
  elemInfo,
  evaluate,
  Graph,
  product,
  type Random,
  randomInteger,
  type Tensor,
  type TensorData,
  tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import {
  Add,
  Affine,
  ArgMax,
  accumulatorRange,
  Lookup,
  MatMul,
  Reshape,
  Threshold,
} from "@gatefold/dialect-q";
import { type Executor, sampleTensor } from "../src/index.js";

export const inputElems: readonly ElemType[] = [
  "bipolar",
  "bool",
  "u1",
  "i2",
  "u2",
  "u3",
  "i4",
  "u5",
  "i8",
  "u8",
  "i12",
  "u16",
  "i17",
  "u20",
  "u32",
  "i33",
];
export const weightElems: readonly ElemType[] = ["bipolar", "i2", "i3", "u4", "i8", "i12", "i20"];

/** Codes of a type: its ends often, so that extremes meet. */
export function randomCodes(random: Random, elem: ElemType, count: number): number[] {
  const { min, max } = elemInfo(elem);
  return Array.from({ length: count }, () => {
    if (elem === "bipolar") return random() < 0.5 ? -1 : 1;
    const r = random();
    return r < 0.15 ? min : r < 0.3 ? max : randomInteger(random, min, max);
  });
}

export function constant(graph: Graph, value: Tensor): Value {
  return Constant.build(graph, [], { value });
}

export function randomTensor(random: Random, elem: ElemType, shape: readonly number[]): Tensor {
  return tensorFrom(elem, shape, randomCodes(random, elem, product(shape)));
}

/** A batch of one input, in the storage that `allocate` gives. */
export function randomBatch(random: Random, graph: Graph, count: number): TensorData[] {
  return graph.inputs.map(({ type }) => randomTensor(random, type.elem, [count * product(type.shape)]).data);
}

/** An interval for a value that the random net keeps beside it. */
export interface Grown {
  readonly value: Value;
  readonly lo: number;
  readonly hi: number;
}

export const growMatMul = (random: Random, graph: Graph, x: Grown, height: number, elem: ElemType): Grown => {
  const width = x.value.type.shape.at(-1)!;
  const weights = randomTensor(random, elem, [height, width]);
  const { lo, hi } = accumulatorRange(weights, { lo: x.lo, hi: x.hi }, 1);
  const value = MatMul.build(graph, [x.value, constant(graph, weights)], {
    elem: elemForRange(Math.min(lo, -1), hi),
  });
  return { value, lo, hi };
};

const ascending = (random: Random, count: number, lo: number, hi: number): number[] =>
  Array.from({ length: count }, () => randomInteger(random, lo - 1, hi + 1)).sort((a, b) => a - b);

export function growThreshold(
  random: Random,
  graph: Graph,
  x: Grown,
  count: number,
  bipolar: boolean,
  axis: number = random() < 0.8 ? -1 : 0,
): Grown {
  const { shape } = x.value.type;
  const channels = random() < 0.8 ? shape.at(axis)! : 1;
  const rows = Array.from({ length: channels }, () => ascending(random, count, x.lo, x.hi));
  const thresholds = tensorFrom("i54", [channels, count], rows.flat());
  const bias = bipolar ? 0 : randomInteger(random, -3, 3);
  const elem = bipolar ? "bipolar" : elemForRange(bias, bias + count);
  const value = Threshold.build(graph, [x.value, constant(graph, thresholds)], { elem, bias, axis });
  return bipolar ? { value, lo: -1, hi: 1 } : { value, lo: bias, hi: bias + count };
}

function growLookup(random: Random, graph: Graph, x: Grown): Grown {
  const elem = (["bipolar", "i3", "u8", "i12", "u17"] as const)[randomInteger(random, 0, 4)]!;
  const axis = random() < 0.8 ? -1 : 0;
  const rows = random() < 0.5 ? 1 : x.value.type.shape.at(axis)!;
  const table = randomTensor(random, elem, [rows, x.hi - x.lo + 1]);
  const { min, max } = elemInfo(elem);
  const value = Lookup.build(graph, [x.value, constant(graph, table)], { elem, lo: x.lo, axis });
  return { value, lo: min, hi: max };
}

function growAffine(random: Random, graph: Graph, x: Grown): Grown {
  const axis = random() < 0.8 ? -1 : 0;
  const count = random() < 0.7 ? x.value.type.shape.at(axis)! : 1;
  const [a, b] = [randomTensor(random, "i5", [count]), randomTensor(random, "i14", [count])];
  const reach = 16 * Math.max(Math.abs(x.lo), Math.abs(x.hi)) + 2 ** 13;
  const elem = elemForRange(-reach, reach);
  const value = Affine.build(graph, [x.value, constant(graph, a), constant(graph, b)], { elem, axis });
  return { value, lo: -reach, hi: reach };
}

function growAdd(random: Random, graph: Graph, x: Grown): Grown {
  const [m, n] = [randomInteger(random, -3, 3), randomInteger(random, -3, 3)];
  const { shape } = x.value.type;
  const k = randomTensor(random, "i9", random() < 0.5 ? shape : [shape.at(-1)!]);
  const same = random() < 0.4;
  const y = same ? x : { value: constant(graph, k), lo: -256, hi: 255 };
  const reach = 3 * (Math.max(Math.abs(x.lo), Math.abs(x.hi)) + Math.max(Math.abs(y.lo), Math.abs(y.hi)));
  const operands = random() < 0.5 ? [x.value, y.value] : [y.value, x.value];
  return {
    value: Add.build(graph, operands, { elem: elemForRange(-reach, reach), m, n }),
    lo: -reach,
    hi: reach,
  };
}

/** Every value of the net, and every sum on the way to it, stays below 2^53. */
const below = (x: Grown, bits: number): boolean => Math.max(Math.abs(x.lo), Math.abs(x.hi)) < 2 ** bits;

/** A random dense net of every op and element type, at sizes that are no multiples of a vector's. */
export function randomNet(random: Random): Graph {
  const graph = new Graph("random");
  const size = (): number => randomInteger(random, 1, random() < 0.2 ? 140 : 24);
  const pick = <T>(list: readonly T[]): T => list[randomInteger(random, 0, list.length - 1)]!;
  const elem = pick(inputElems);
  const rows = randomInteger(random, 1, 3);
  const width = size();
  const input = graph.addInput(tensor(elem, random() < 0.3 ? [width, rows] : [rows, width]));
  const { min, max } = elemInfo(elem);
  const start = Reshape.build(graph, [input], { shape: [rows, width] });
  let x: Grown = { value: random() < 0.5 && input.type.shape[0] === rows ? input : start, lo: min, hi: max };
  const outputs: Value[] = [];
  const layers = randomInteger(random, 1, 4);
  for (let i = 0; i < layers; i++) {
    if (below(x, 25)) x = growMatMul(random, graph, x, size(), pick(weightElems));
    else if (below(x, 40)) x = growMatMul(random, graph, x, size(), pick(weightElems.slice(0, 4)));
    if (random() < 0.15) outputs.push(x.value);
    if (random() < 0.3 && below(x, 45)) x = growAffine(random, graph, x);
    if (random() < 0.2 && below(x, 48)) x = growAdd(random, graph, x);
    const activation = random();
    if (activation < 0.4) x = growThreshold(random, graph, x, 1, true);
    else if (activation < 0.9) x = growThreshold(random, graph, x, pick([0, 1, 2, 3, 7, 15, 60]), false);
    if (random() < 0.3 && x.hi - x.lo < 200) x = growLookup(random, graph, x);
  }
  if (random() < 0.3) x = { ...x, value: ArgMax.build(graph, [x.value], { keep_dims: random() < 0.5 }) };
  graph.setOutputs([...outputs, x.value]);
  graph.eraseDead();
  return graph;
}

/** The reference, one sample after the other, in the executor's arrays. */
export function reference(graph: Graph, data: readonly TensorData[], count: number): TensorData[] {
  const parts = Array.from({ length: count }, (_, s) =>
    evaluate(
      graph,
      graph.inputs.map((input, i) => sampleTensor(tensor(input.type.elem, input.type.shape), data[i]!, s)),
    ),
  );
  return graph.outputs.map((_, o) => {
    const first = parts[0]![o]!.data;
    const all = new (first.constructor as new (n: number) => TensorData)(first.length * count);
    for (let s = 0; s < count; s++) all.set(parts[s]![o]!.data as never, s * first.length);
    return all;
  });
}

export function kernelsOf(executor: Executor): string[] {
  return executor.plan.map((s) => s.kernel);
}
