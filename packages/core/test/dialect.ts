import {
  type AnyOpDef,
  type AttrSpec,
  attr,
  defineOp,
  type ElemType,
  elemForRange,
  elemInfo,
  InferError,
  numbers,
  type OpDef,
  type OpTable,
  opTable,
  Ranged,
  sameShape,
  type Tensor,
  tensor,
  tensorFrom,
  type ValueType,
} from "@gatefold/core";

/** A small dialect of exact integer ops on equal shapes, for tests of the machinery. */

function sameShapes(operands: readonly ValueType[]): readonly number[] {
  const [a, b] = operands;
  if (!sameShape(a!.shape, b!.shape)) throw new InferError(`shapes [${a!.shape}] and [${b!.shape}] differ`);
  return a!.shape;
}

/** Too wide a result is a reason not to infer one. */
function elemOf(min: number, max: number): ElemType {
  try {
    return elemForRange(min, max);
  } catch (error) {
    throw new InferError((error as Error).message);
  }
}

function sumType(operands: readonly ValueType[]): ValueType {
  const [a, b] = operands.map((t) => elemInfo(t.elem));
  if (a!.kind === "float" || b!.kind === "float") return tensor("f64", sameShapes(operands));
  return tensor(elemOf(a!.min + b!.min, a!.max + b!.max), sameShapes(operands));
}

/** `a + b`, exact. */
export const Add: OpDef<Record<never, never>> = defineOp({
  name: "t.add",
  summary: "Adds two tensors of one shape.",
  operands: ["a", "b"],
  infer: ({ operands }) => [sumType(operands)],
  evaluate: ([a, b]) => {
    const [x, y] = [numbers(a!), numbers(b!)];
    const { elem } = sumType([tensor(a!.elem, a!.shape), tensor(b!.elem, b!.shape)]);
    return [
      tensorFrom(
        elem,
        a!.shape,
        Array.from(x, (v, i) => v + y[i]!),
      ),
    ];
  },
  interfaces: [Ranged.of({ range: (_, [a, b]) => [{ lo: a!.lo + b!.lo, hi: a!.hi + b!.hi }] })],
});

/** `-x`, in as many bits as it takes. */
export const Neg: OpDef<Record<never, never>> = defineOp({
  name: "t.neg",
  summary: "Negates.",
  operands: ["x"],
  infer: ({ operands: [x] }) => [negType(x!)],
  evaluate: ([x]) => [
    tensorFrom(
      negType(tensor(x!.elem, x!.shape)).elem,
      x!.shape,
      Array.from(numbers(x!), (v) => 0 - v),
    ),
  ],
});

function negType(x: ValueType): ValueType {
  const { kind, min, max } = elemInfo(x.elem);
  return tensor(kind === "float" ? "f64" : elemOf(-max, -min), x.shape);
}

/** Any number in, any number out: the first half and the second half of the operands, swapped. */
export const Swap: OpDef<Record<never, never>> = defineOp({
  name: "t.swap",
  summary: "Gives its operands the other way round.",
  operands: ["xs*"],
  infer: ({ operands }) => [...operands].reverse(),
  evaluate: (operands) => [...operands].reverse(),
});

/** One attribute of each kind. */
export const Marked: OpDef<{
  readonly flag: AttrSpec<boolean>;
  readonly count: AttrSpec<number>;
  readonly gain: AttrSpec<number>;
  readonly label: AttrSpec<string>;
  readonly mode: AttrSpec<"slow" | "fast">;
  readonly pads: AttrSpec<readonly number[]>;
  readonly gains: AttrSpec<readonly number[]>;
  readonly tags: AttrSpec<readonly string[]>;
  readonly table: AttrSpec<Tensor | undefined>;
}> = defineOp({
  name: "t.marked",
  summary: "Gives its operand; carries attributes.",
  operands: ["x", "y?"],
  attrs: {
    flag: attr.bool(false),
    count: attr.int(3),
    gain: attr.float(1),
    label: attr.string(""),
    mode: attr.oneOf(["slow", "fast"], "slow"),
    pads: attr.ints([]),
    gains: attr.floats([]),
    tags: attr.strings([]),
    table: attr.optional(attr.tensor()),
  },
  infer: ({ operands }) => [operands[0]!],
  *verify(op) {
    if (op.attrs.count < 0) yield { label: "C1", message: `count is ${op.attrs.count}` };
  },
  evaluate: ([x]) => [x!],
});

export const testOps: readonly AnyOpDef[] = [Add, Neg, Swap, Marked] as readonly AnyOpDef[];
export const testTable: OpTable = opTable(testOps);

/** Its operand, but the greatest value of the type becomes the one below. */
export const ClipTop: OpDef<Record<never, never>> = defineOp({
  name: "t.clip_top",
  summary: "Lowers the greatest code by one.",
  operands: ["x"],
  infer: ({ operands }) => operands,
  evaluate: ([x]) => {
    const { max } = elemInfo(x!.elem);
    return [
      tensorFrom(
        x!.elem,
        x!.shape,
        Array.from(numbers(x!), (v) => (v === max ? v - 1 : v)),
      ),
    ];
  },
});

export const Opaque: OpDef<Record<never, never>> = defineOp({
  name: "t.opaque",
  summary: "Has no evaluator.",
  operands: ["x"],
  infer: ({ operands: [x] }) => [negType(x!)],
});

export const Throwing: OpDef<Record<never, never>> = defineOp({
  name: "t.throwing",
  summary: "Has an evaluator that throws.",
  operands: ["x"],
  infer: ({ operands: [x] }) => [negType(x!)],
  evaluate: () => {
    throw new RangeError("no such number");
  },
});
