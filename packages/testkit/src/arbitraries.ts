import {
  type AnyOpDef,
  type AttrValue,
  allocate,
  type ElemType,
  elementCount,
  elemInfo,
  Graph,
  InferError,
  isInt,
  makeTensor,
  printGraph,
  stream,
  type Tensor,
  type TensorType,
  tensor,
  tensorFrom,
  type Value,
  type ValueType,
} from "@gatefold/core";
import fc from "fast-check";

/** Integer types of 1 to `maxBits` bits, `bool` and `bipolar`. */
export function intElem(maxBits = 16): fc.Arbitrary<ElemType> {
  return fc.oneof(
    fc.integer({ min: 1, max: maxBits }).map((bits): ElemType => `i${bits}`),
    fc.integer({ min: 1, max: maxBits }).map((bits): ElemType => `u${bits}`),
    fc.constantFrom<ElemType>("bool", "bipolar"),
  );
}

export function floatElem(): fc.Arbitrary<ElemType> {
  return fc.constantFrom<ElemType>("f16", "bf16", "f32", "f64");
}

/** Any element type, up to 64 bits. */
export function anyElem(): fc.Arbitrary<ElemType> {
  return fc.oneof(intElem(64), floatElem());
}

export interface ShapeLimits {
  readonly maxRank?: number;
  readonly maxSize?: number;
}

/** Shapes without empty axes. */
export function shape({ maxRank = 4, maxSize = 4 }: ShapeLimits = {}): fc.Arbitrary<number[]> {
  return fc.array(fc.integer({ min: 1, max: maxSize }), { maxLength: maxRank });
}

export function tensorType(
  elem: fc.Arbitrary<ElemType> = anyElem(),
  limits: ShapeLimits = {},
): fc.Arbitrary<TensorType> {
  return fc.tuple(elem, shape(limits)).map(([e, s]) => tensor(e, s));
}

/** Tensors and streams; a stream's lanes divide its innermost axis. */
export function valueType(elem: fc.Arbitrary<ElemType> = anyElem()): fc.Arbitrary<ValueType> {
  const streams = fc
    .tuple(elem, shape(), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }))
    .map(([e, s, lanes, folds]) => stream(e, [...s, lanes * folds], lanes));
  return fc.oneof(tensorType(elem), streams);
}

/** One element: for integers the ends of the range come often, for reals zeros, powers of two and the non-finite. */
function element(elem: ElemType, finite: boolean): fc.Arbitrary<number> {
  const { min, max } = elemInfo(elem);
  if (elem === "bipolar") return fc.constantFrom(-1, 1);
  if (isInt(elem)) {
    const [lo, hi] = [Math.max(min, Number.MIN_SAFE_INTEGER), Math.min(max, Number.MAX_SAFE_INTEGER)];
    return fc.oneof(fc.constantFrom(lo, hi), fc.integer({ min: lo, max: hi }));
  }
  const reals = fc.oneof(
    fc.constantFrom(0, 1, -1, 0.5, 2 ** -20),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  return finite ? reals : fc.oneof(reals, fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY));
}

/** A tensor of a type. Integers of more than 53 bits stay within ±2^53; reals are finite unless `finite` is false. */
export function tensorOf(type: ValueType, options: { readonly finite?: boolean } = {}): fc.Arbitrary<Tensor> {
  const { finite = true } = options;
  const count = elementCount(type);
  return fc
    .array(element(type.elem, finite), { minLength: count, maxLength: count })
    .map((values) => tensorFrom(type.elem, type.shape, values));
}

/** Any tensor; reals in either storage. */
export function anyTensor(): fc.Arbitrary<Tensor> {
  const f32 = tensorType(floatElem()).chain((type) =>
    fc
      .array(fc.float(), { minLength: elementCount(type), maxLength: elementCount(type) })
      .map((values) => makeTensor(type.elem, type.shape, Float32Array.from(values))),
  );
  const wide = tensorType(fc.constantFrom<ElemType>("i64", "u64")).chain((type) => {
    const signed = type.elem === "i64";
    const count = elementCount(type);
    const items = signed ? fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n) : fc.bigInt(0n, 2n ** 64n - 1n);
    return fc.array(items, { minLength: count, maxLength: count }).map((values) => {
      const data = allocate(type.elem, count) as BigInt64Array;
      values.forEach((v, i) => {
        data[i] = v;
      });
      return makeTensor(type.elem, type.shape, data);
    });
  });
  return fc.oneof(
    tensorType().chain((type) => tensorOf(type, { finite: false })),
    f32,
    wide,
  );
}

/** An op for random graphs, with its attributes; those with defaults may be left out. */
export interface OpChoice {
  readonly def: AnyOpDef;
  readonly attrs?: fc.Arbitrary<Readonly<Record<string, AttrValue>>>;
}

export interface GraphLimits {
  readonly maxInputs?: number;
  readonly maxOps?: number;
  /** Types of inputs; few different ones let more ops fit. */
  readonly inputType?: fc.Arbitrary<ValueType>;
}

interface Step {
  readonly choice: number;
  readonly picks: readonly number[];
  readonly attrs: Readonly<Record<string, AttrValue>>;
  readonly name: string | undefined;
  readonly node: string | undefined;
}

function stepOf(choices: readonly OpChoice[]): fc.Arbitrary<Step> {
  return fc.nat(choices.length - 1).chain((choice) =>
    fc.record({
      choice: fc.constant(choice),
      picks: fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }),
      attrs: choices[choice]!.attrs ?? fc.constant({}),
      name: fc.option(fc.constantFrom("x", "y", "conv/out:0", "7", ""), { nil: undefined }),
      node: fc.option(fc.string({ maxLength: 8 }), { nil: undefined }),
    }),
  );
}

/** How many operands an op takes here: each that it needs, and one or two of a variadic one. */
function operandCount(def: AnyOpDef, pick: number): number {
  return def.operands.reduce(
    (n, { arity }) => n + (arity === "one" ? 1 : arity === "optional" ? pick % 2 : 1 + (pick % 2)),
    0,
  );
}

/** Builds what a plan says; a step whose operands and attributes fit no result type is left out. */
function build(types: readonly ValueType[], steps: readonly Step[], choices: readonly OpChoice[]): Graph {
  const graph = new Graph("main");
  const values: Value[] = types.map((type, i) => graph.addInput(type, `in${i}`));
  for (const { choice, picks, attrs, name, node } of steps) {
    const { def } = choices[choice]!;
    const count = operandCount(def, picks[3]!);
    // The last values come first, so that chains grow.
    const operands = Array.from(
      { length: count },
      (_, i) => values.at(-1 - (picks[i % picks.length]! % values.length))!,
    );
    try {
      const loc = node === undefined ? {} : { loc: { file: "random", node } };
      values.push(...graph.create(def, operands, attrs, { ...loc, names: [name] }).results);
    } catch (error) {
      if (!(error instanceof InferError)) throw error;
    }
  }
  const loose = values.filter((value) => value.uses.length === 0);
  graph.setOutputs(loose);
  Object.defineProperty(graph, fc.toStringMethod, { value: () => printGraph(graph) });
  return graph;
}

/**
 * Small random graphs of the given ops; every value that nothing reads is an output. Counterexamples print as text.
 * Each graph is fresh: a property may change it.
 */
export function graphOf(choices: readonly OpChoice[], limits: GraphLimits = {}): fc.Arbitrary<Graph> {
  const {
    maxInputs = 3,
    maxOps = 8,
    inputType = tensorType(intElem(8), { maxRank: 2, maxSize: 3 }),
  } = limits;
  return fc
    .tuple(
      fc.array(inputType, { minLength: 1, maxLength: maxInputs }),
      fc.array(stepOf(choices), { maxLength: maxOps }),
    )
    .map(([types, steps]) => build(types, steps, choices));
}
