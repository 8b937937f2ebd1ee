import {
  attr,
  broadcastIndex,
  broadcastShapes,
  defineOp,
  type ElemType,
  elemForRange,
  isFloat,
  type OpDef,
  product,
  type Tensor,
  tensor,
} from "@gatefold/core";
import type { BoolAttr, FloatAttr, NoAttrs } from "./attrs.js";
import { reals, spread, tensorOf, transposed } from "./tensors.js";
import { Weighted, type WeightMatrix } from "./traits.js";
import { joinElems, operandType, reject, requireDomain, requireRank, requireThat } from "./types.js";

/** The sizes of a NumPy matrix product. */
interface Plan {
  readonly batch: readonly number[];
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly shape: readonly number[];
}

function plan(a: readonly number[], b: readonly number[]): Plan {
  requireThat(a.length > 0 && b.length > 0, "C2", () => "a scalar has no matrix product");
  const [rows, inner] = a.length === 1 ? [1, a[0]!] : [a.at(-2)!, a.at(-1)!];
  const [depth, columns] = b.length === 1 ? [b[0]!, 1] : [b.at(-2)!, b.at(-1)!];
  requireThat(inner === depth, "C3", () => `[${a}] and [${b}] differ in their inner size`);
  const batch = broadcastShapes(a.slice(0, -2), b.slice(0, -2));
  if (!batch) return reject("C4", `the batches of [${a}] and [${b}] do not broadcast`);
  const tail = [...(a.length === 1 ? [] : [rows]), ...(b.length === 1 ? [] : [columns])];
  return { batch, rows, inner, columns, shape: [...batch, ...tail] };
}

/**
 * Adds the product of row-major matrices `[rows × inner]` and `[inner × columns]` to `out`. Four rows at a time, so
 * that each row of `b` is fetched once for all four; every sum runs over `inner` in order.
 */
function accumulateProduct(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  { rows, inner, columns }: Pick<Plan, "rows" | "inner" | "columns">,
): void {
  const row = (r: number): Float64Array => out.subarray(r * columns, (r + 1) * columns);
  let r = 0;
  for (; r + 4 <= rows; r += 4) {
    const [t0, t1, t2, t3] = [row(r), row(r + 1), row(r + 2), row(r + 3)];
    for (let k = 0; k < inner; k++) {
      const at = r * inner + k;
      const [f0, f1, f2, f3] = [a[at]!, a[at + inner]!, a[at + 2 * inner]!, a[at + 3 * inner]!];
      for (let c = 0, from = k * columns; c < columns; c++, from++) {
        const v = b[from]!;
        t0[c]! += f0 * v;
        t1[c]! += f1 * v;
        t2[c]! += f2 * v;
        t3[c]! += f3 * v;
      }
    }
  }
  for (; r < rows; r++) {
    const target = row(r);
    for (let k = 0; k < inner; k++) {
      const factor = a[r * inner + k]!;
      for (let c = 0, from = k * columns; c < columns; c++, from++) target[c]! += factor * b[from]!;
    }
  }
}

function multiply(elem: ElemType, a: Tensor, b: Tensor): Tensor {
  const sizes = plan(a.shape, b.shape);
  const [left, right] = [reals(a), reals(b)];
  const { rows, inner, columns, batch } = sizes;
  const count = product(batch);
  const ia = broadcastIndex(a.shape.slice(0, -2), batch);
  const ib = broadcastIndex(b.shape.slice(0, -2), batch);
  const out = new Float64Array(count * rows * columns);
  for (let n = 0; n < count; n++) {
    const [p, q] = [(ia ? ia[n]! : n) * rows * inner, (ib ? ib[n]! : n) * inner * columns];
    accumulateProduct(
      left.subarray(p, p + rows * inner),
      right.subarray(q, q + inner * columns),
      out.subarray(n * rows * columns, (n + 1) * rows * columns),
      sizes,
    );
  }
  return tensorOf(elem, sizes.shape, out);
}

/**
 * NumPy's matrix product.
 *
 * - Operands: `a` `<… x M x K>`, `b` `<… x K x N>`; the leading axes broadcast; a vector is one row (`a`) or column (`b`).
 * - Result: `<… x M x N>` of their element type; integers wrap at its width.
 * - Constraints: (C1) both are numbers of one type; (C2) none is a scalar; (C3) the inner sizes agree;
 *   (C4) the leading axes broadcast.
 *
 * Source: ONNX MatMul-13.
 */
export const MatMul: OpDef<NoAttrs> = defineOp({
  name: "nn.matmul",
  summary: "NumPy's matrix product.",
  operands: ["a", "b"],
  infer: ({ operands }) => {
    const [a, b] = [operandType(operands, 0), operandType(operands, 1)];
    requireDomain(a, "number", "C1", "a");
    requireDomain(b, "number", "C1", "b");
    const elem = joinElems([a, b], "C1");
    return [tensor(elem, plan(a.shape, b.shape).shape)];
  },
  evaluate: ([a, b]) => [multiply(joinElems([a!, b!], "C1"), a!, b!)],
  interfaces: [Weighted.of({ matrix: (op) => productMatrix(op.operands[1]!.type.shape, false) })],
});

/** Weights `[K, N]`, or `[N, K]` when `turned`, as N rows of K columns. */
function productMatrix(shape: readonly number[], turned: boolean): WeightMatrix | undefined {
  if (shape.length !== 2) return undefined;
  const [columns, rows] = turned ? [shape[1]!, shape[0]!] : [shape[0]!, shape[1]!];
  return {
    operand: 1,
    rows,
    columns,
    resultAxis: -1,
    at: (row, column) => (turned ? row * columns + column : column * rows + row),
  };
}

type GemmAttrs = {
  readonly alpha: FloatAttr;
  readonly beta: FloatAttr;
  readonly trans_a: BoolAttr;
  readonly trans_b: BoolAttr;
};

const flipped = (shape: readonly number[], flip: boolean): readonly number[] =>
  flip ? [shape[1]!, shape[0]!] : shape;

/**
 * `alpha · A·B + beta · C`, A and B transposed first when asked.
 *
 * - Operands: `a` `<M x K>`, `b` `<K x N>`, `c` broadcast onto the result, or left out.
 * - Result: `<M x N>`.
 * - Constraints: (C1) all are numbers of one type; (C2) `a` and `b` are matrices; (C3) the inner sizes agree;
 *   (C4) `c` broadcasts onto the result.
 *
 * Source: ONNX Gemm-13.
 */
export const Gemm: OpDef<GemmAttrs> = defineOp<GemmAttrs>({
  name: "nn.gemm",
  summary: "alpha * A*B + beta * C.",
  operands: ["a", "b", "c?"],
  attrs: {
    alpha: attr.float(1),
    beta: attr.float(1),
    trans_a: attr.bool(false),
    trans_b: attr.bool(false),
  },
  infer: ({ operands, attrs }) => {
    const [a, b] = [operandType(operands, 0), operandType(operands, 1)];
    operands.forEach((type, i) => {
      requireDomain(type, "number", "C1", "abc"[i]!);
    });
    requireRank(a, 2, 2, "C2", "a");
    requireRank(b, 2, 2, "C2", "b");
    const { shape } = plan(flipped(a.shape, attrs.trans_a), flipped(b.shape, attrs.trans_b));
    const c = operands[2];
    const joined = c && broadcastShapes(c.shape, shape);
    requireThat(
      !c || (joined?.length === 2 && joined.every((d, i) => d === shape[i])),
      "C4",
      () => `\`c\` [${c?.shape}] does not broadcast onto [${shape}]`,
    );
    return [tensor(joinElems(operands, "C1"), shape)];
  },
  evaluate: (operands, attrs) => {
    const [a, b, c] = operands;
    const elem = joinElems(operands, "C1");
    const left = attrs.trans_a ? transposed(a!, [1, 0]) : a!;
    const right = attrs.trans_b ? transposed(b!, [1, 0]) : b!;
    const { rows, inner, columns, shape } = plan(left.shape, right.shape);
    const out = new Float64Array(rows * columns);
    accumulateProduct(reals(left), reals(right), out, { rows, inner, columns });
    const bias = c && spread(c, shape);
    for (let i = 0; i < out.length; i++) {
      out[i] = attrs.alpha * out[i]! + (bias ? attrs.beta * bias[i]! : 0);
    }
    return [tensorOf(elem, shape, out)];
  },
  interfaces: [
    Weighted.of({ matrix: (op) => productMatrix(op.operands[1]!.type.shape, op.attrs["trans_b"] === true) }),
  ],
});

/**
 * Counts, over the inner axis, the positions where two operands of 0s and 1s agree.
 *
 * - Operands: `a` `<… x M x K>`, `b` `<… x K x N>`, elements 0 or 1.
 * - Result: `<… x M x N>`; real where the operands are real, else the narrowest unsigned type that holds K.
 * - Constraints: (C1) both have one element type; (C2)–(C4) as in `nn.matmul`.
 *
 * Source: FINN XnorPopcountMatMul (qonnx/finn custom op of that name).
 */
export const XnorPopcountMatMul: OpDef<NoAttrs> = defineOp({
  name: "nn.xnor_popcount_mat_mul",
  summary: "Counts the positions where rows and columns of 0s and 1s agree.",
  operands: ["a", "b"],
  infer: ({ operands }) => {
    const [a, b] = [operandType(operands, 0), operandType(operands, 1)];
    const { inner, shape } = plan(a.shape, b.shape);
    return [tensor(countElem(joinElems([a, b], "C1"), inner), shape)];
  },
  evaluate: ([a, b]) => {
    const elem = countElem(joinElems([a!, b!], "C1"), plan(a!.shape, b!.shape).inner);
    // Agreement of 0/1 values: a·b + (1 − a)·(1 − b).
    const ones = multiply("f64", a!, b!);
    const zeros = multiply("f64", complement(a!), complement(b!));
    const both = reals(zeros);
    return [
      tensorOf(
        elem,
        ones.shape,
        reals(ones).map((v, i) => v + both[i]!),
      ),
    ];
  },
});

function countElem(elem: ElemType, inner: number): ElemType {
  return isFloat(elem) ? elem : elemForRange(0, inner);
}

function complement(bits: Tensor): Tensor {
  return tensorOf(
    "f64",
    bits.shape,
    reals(bits).map((v) => 1 - v),
  );
}
