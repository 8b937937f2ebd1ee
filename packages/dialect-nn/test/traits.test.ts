import {
  type AnyOpDef,
  type AttrValue,
  evaluateOp,
  type Op,
  scalar,
  type Tensor,
  tensorFrom,
} from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import { describe, expect, it } from "vitest";
import { f32, flat, number, place, ramp, vector } from "./run.js";

type Attrs = Readonly<Record<string, AttrValue>>;
interface Sample {
  readonly def: AnyOpDef;
  readonly operands: readonly Tensor[];
  readonly attrs: Attrs;
}

const sample = (def: AnyOpDef, operands: readonly Tensor[], attrs: Attrs = {}): Sample => ({
  def,
  operands,
  attrs,
});
const x = ramp([2, 3, 4], 7);
const bool = tensorFrom(
  "bool",
  [2, 3, 4],
  Array.from({ length: 24 }, (_, i) => ((i * 7) % 3 > 0 ? 1 : 0)),
);
const i32 = tensorFrom(
  "i32",
  [2, 3, 4],
  Array.from({ length: 24 }, (_, i) => ((i * 37) % 51) - 25),
);
const channels = [ramp([3], 3), ramp([3], 4), ramp([3], 5), vector(0.5, 1, 4)];
const bits = number(3);
const grid = [number(0.5), number(1)];

/** Every elementwise op at least once, with attributes and operands on both sides of its monotony. */
const samples: readonly Sample[] = [
  ...([nn.Relu, nn.Neg, nn.Abs, nn.Sign, nn.Identity] as readonly AnyOpDef[]).flatMap((def) => [
    sample(def, [x]),
    sample(def, [i32]),
  ]),
  ...(
    [
      nn.Sigmoid,
      nn.HardSwish,
      nn.Mish,
      nn.Tanh,
      nn.Softplus,
      nn.Softsign,
      nn.Exp,
      nn.Log,
      nn.Sqrt,
      nn.Reciprocal,
      nn.Floor,
      nn.Ceil,
      nn.Round,
      nn.Erf,
      nn.Sin,
      nn.Cos,
      nn.Tan,
      nn.Asin,
      nn.Acos,
      nn.Atan,
      nn.Sinh,
      nn.Cosh,
      nn.Asinh,
      nn.Acosh,
      nn.Atanh,
      nn.IsNaN,
      nn.IsInf,
      nn.Gelu,
      nn.Swish,
      nn.HardSigmoid,
    ] as readonly AnyOpDef[]
  ).map((def) => sample(def, [x])),
  ...([nn.LeakyRelu, nn.Elu, nn.Selu, nn.ThresholdedRelu] as readonly AnyOpDef[]).flatMap((def) =>
    [0.5, -0.5].map((alpha) => sample(def, [x], { alpha })),
  ),
  sample(nn.Celu, [x], { alpha: 2 }),
  sample(nn.Shrink, [x], { bias: 0.25, lambd: 1 }),
  sample(nn.Shrink, [x], { bias: 3, lambd: 1 }),
  sample(nn.Clip, [x], { min: -1, max: 2 }),
  sample(nn.Clip, [i32], { min: -3 }),
  sample(nn.Not, [bool]),
  ...(["i8", "i32", "bool", "f16", "f64", "f32"] as const).flatMap((to) => [
    sample(nn.Cast, [x], { to }),
    sample(nn.Cast, [i32], { to }),
    sample(nn.Cast, [bool], { to }),
  ]),
  ...([nn.Add, nn.Sub, nn.Mul, nn.Div, nn.PRelu] as readonly AnyOpDef[]).flatMap((def) => [
    sample(def, [x, ramp([3, 1], 9)]),
    sample(def, [i32, tensorFrom("i32", [], [7])]),
  ]),
  sample(nn.PRelu, [x, vector(0, 0.25, 0.5, 1)]),
  sample(nn.Mod, [x, number(3)], { fmod: true }),
  sample(nn.Pow, [x, number(3)]),
  sample(nn.Pow, [x, number(2)]),
  sample(nn.Pow, [x, number(1)]),
  sample(nn.BitShift, [tensorFrom("u8", [4], [1, 3, 200, 255]), scalar("u8", 3)], { direction: "LEFT" }),
  ...([nn.Min, nn.Max, nn.Sum, nn.Mean] as readonly AnyOpDef[]).flatMap((def) => [
    sample(def, [x, ramp([3, 1]), ramp([4])]),
    sample(def, [i32, i32]),
  ]),
  ...([nn.Equal, nn.Less, nn.LessOrEqual, nn.Greater, nn.GreaterOrEqual] as readonly AnyOpDef[]).map((def) =>
    sample(def, [x, ramp([4], 11)]),
  ),
  ...([nn.And, nn.Or, nn.Xor] as readonly AnyOpDef[]).map((def) =>
    sample(def, [bool, tensorFrom("bool", [4], [0, 1, 1, 0])]),
  ),
  sample(nn.Where, [bool, x, ramp([4])]),
  sample(nn.BatchNorm, [x, ...channels]),
  sample(nn.BatchNorm, [ramp([2, 4, 3]), ...channels], { layout: "channels_last" }),
  ...(["ROUND", "CEIL", "FLOOR", "UP", "DOWN", "HALF_UP", "HALF_DOWN"] as const).map((rounding) =>
    sample(nn.Quant, [x, ...grid, bits], { rounding }),
  ),
  sample(nn.Quant, [x, number(-0.3), number(0), f32([3, 1], [1, 2, 4.5])]),
  sample(nn.BipolarQuant, [x, number(0.5)]),
  sample(nn.Trunc, [x, ...grid, number(8), number(6)]),
  sample(nn.TruncV2, [x, ...grid, number(8), number(2), number(4)]),
  sample(nn.FloatQuant, [x, number(1), number(3), number(2), number(3), number(6)]),
  sample(nn.FloatQuant, [x, number(1), number(3), number(2), number(3), number(6)], {
    saturation: false,
    has_nan: true,
  }),
  sample(nn.Quantize, [x, ...grid, number(-3), number(3)], { elem: "i4" }),
  sample(nn.Quantize, [x, ...grid, number(-3), number(3)], { elem: "i4", round_first: true }),
  sample(nn.Quantize, [x, ...grid, number(-1), number(1)], { elem: "bipolar" }),
  sample(nn.Dequantize, [i32, number(0.5), scalar("i32", 3)]),
  sample(nn.MultiThreshold, [x, ramp([3, 5])]),
];

const isReal = (t: Tensor): boolean => t.elem.startsWith("f");
const others = (op: Op, index: number): number[] => op.operands.map((_, i) => i).filter((i) => i !== index);

/** Copies of a sample with operand `index` shifted by steps, so that every element passes over many values. */
function sweep({ def, operands, attrs }: Sample, index: number): { op: Op; rows: Tensor[][] } {
  const op = place(def, operands, attrs, others(place(def, operands, attrs), index));
  const base = operands[index]!;
  const steps = Array.from({ length: 65 }, (_, i) => i - 32);
  const rows = steps.map((step) => {
    const moved = flat(base).map((v) => {
      if (base.elem === "bool") return step > 0 ? 1 : 0;
      return v + (isReal(base) ? step / 4 : step * 1000);
    });
    const shifted = base.elem.startsWith("u") ? base : tensorFrom(base.elem, base.shape, moved);
    return operands.map((t, i) => (i === index ? shifted : t));
  });
  return { op, rows };
}

const title = ({ def, operands, attrs }: Sample): string =>
  `${def.name} ${JSON.stringify(attrs)} on ${operands[0]!.elem}`;

describe("the elementwise trait", () => {
  it("stands on every op here, and every op that has it is here", () => {
    const has = (def: AnyOpDef): boolean => def.interfaces.some((i) => i.key === nn.Elementwise);
    const tried = new Set(samples.map((s) => s.def));
    expect([...tried].filter((def) => !has(def)).map((def) => def.name)).toEqual([]);
    expect(nn.nnOps.filter((def) => has(def) && !tried.has(def)).map((def) => def.name)).toEqual([]);
  });

  it.each(samples.map((s) => [title(s), s] as const))("monotone: %s", (_, s) => {
    s.operands.forEach((_operand, index) => {
      const { op, rows } = sweep(s, index);
      if (!model(op).monotone(op, index)) return;
      const results = rows.map((row) => evaluateOp(op, row)[0]!);
      const count = results[0]!.data.length;
      for (let i = 0; i < count; i++) {
        const line = results.map((r) => Number(r.data[i]));
        const up = line.every((v, j) => j === 0 || v >= line[j - 1]! - 1e-12);
        const down = line.every((v, j) => j === 0 || v <= line[j - 1]! + 1e-12);
        expect(up || down, `operand ${index}, element ${i}: ${line}`).toBe(true);
      }
    });
  });

  it.each(samples.map((s) => [title(s), s] as const))("gain: %s", (_, s) => {
    s.operands.forEach((operand, index) => {
      const { op, rows } = sweep(s, index);
      const constants = s.operands.map((t, i) => (i === index ? undefined : t));
      const gain = model(op).gain?.(op, index, constants);
      if (!gain) return;
      const zero = tensorFrom(operand.elem, operand.shape, new Array<number>(operand.data.length).fill(0));
      const atZero = evaluateOp(
        op,
        s.operands.map((t, i) => (i === index ? zero : t)),
      )[0]!;
      for (const row of rows) {
        const result = evaluateOp(op, row)[0]!;
        const product = evaluateOp(place(nn.Mul, [asReal(row[index]!), gain]), [
          asReal(row[index]!),
          gain,
        ])[0]!;
        const sum = evaluateOp(place(nn.Add, [product, asReal(atZero)]), [product, asReal(atZero)])[0]!;
        expect(sum.shape).toEqual(result.shape);
        flat(result).forEach((v, i) => {
          expect(Math.abs(Number(sum.data[i]) - v)).toBeLessThan(1e-9 * (1 + Math.abs(v)));
        });
      }
    });
  });

  it("knows the gains that streamlining lives from", () => {
    const gains = (s: Sample): (number[] | undefined)[] =>
      s.operands.map((_, index) => {
        const op = place(s.def, s.operands, s.attrs, others(place(s.def, s.operands, s.attrs), index));
        const gain = model(op).gain?.(
          op,
          index,
          s.operands.map((t, i) => (i === index ? undefined : t)),
        );
        return gain && flat(gain);
      });
    expect(gains(sample(nn.Sub, [number(1), number(2)]))).toEqual([[1], [-1]]);
    expect(gains(sample(nn.Mul, [number(3), number(2)]))).toEqual([[2], [3]]);
    expect(gains(sample(nn.Div, [number(3), number(2)]))).toEqual([[0.5], undefined]);
    expect(gains(sample(nn.Mean, [number(3), number(2)]))).toEqual([[0.5], [0.5]]);
    expect(gains(sample(nn.Relu, [number(3)]))).toEqual([undefined]);
    expect(gains(sample(nn.Cast, [scalar("i8", 3)], { to: "f32" }))).toEqual([[1]]);
    expect(gains(sample(nn.Cast, [scalar("i32", 3)], { to: "f32" }))).toEqual([undefined]);
    const one = vector(1);
    expect(
      gains(sample(nn.BatchNorm, [f32([1, 1], [5]), vector(4), one, one, vector(3.75)], { epsilon: 0.25 })),
    ).toEqual([[2], undefined, undefined, undefined, undefined]);
    expect(gains(sample(nn.Dequantize, [scalar("i8", 5), number(0.5), scalar("i8", 2)]))).toEqual([
      [0.5],
      [3],
      [-0.5],
    ]);
  });

  it("does not call integers that wrap affine or monotone", () => {
    const op = place(nn.Add, [i32, i32]);
    expect(model(op).monotone(op, 0)).toBe(false);
    expect(model(op).gain?.(op, 0, [])).toBeUndefined();
  });
});

function model(op: Op): nn.ElementwiseModel {
  return op.def.interfaces.find((i) => i.key === nn.Elementwise)!.implementation as nn.ElementwiseModel;
}

function asReal(t: Tensor): Tensor {
  return tensorFrom("f64", t.shape, flat(t));
}
