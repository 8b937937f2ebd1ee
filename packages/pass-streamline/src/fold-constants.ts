import {
  broadcastIndex,
  Constant,
  evaluateOp,
  type InterfaceTable,
  isInt,
  makeTensor,
  numbers,
  type Op,
  sameShape,
  type Tensor,
  tensorFrom,
} from "@gatefold/core";
import { Dequantize, Elementwise, Movement } from "@gatefold/dialect-nn";
import type { ConstantFact } from "./fact.js";
import { spread } from "./spread.js";

type Scaled = NonNullable<ConstantFact["scaled"]>;

/** Evaluates an op on constants; integers times a scale stay known as that through movement and linear ops. */
export function foldConstants(
  op: Op,
  operands: readonly ConstantFact[],
  interfaces: InterfaceTable,
): readonly ConstantFact[] {
  if (Constant.is(op)) return [{ kind: "constant", tensor: op.attrs.value }];
  const tensors = operands.map((f) => f.tensor);
  const results = evaluateOp(op, tensors);
  const scaled = results.length === 1 ? keptScale(op, operands, results[0]!.shape, interfaces) : undefined;
  return results.map((tensor) => ({ kind: "constant", tensor, scaled }));
}

function keptScale(
  op: Op,
  operands: readonly ConstantFact[],
  shape: readonly number[],
  interfaces: InterfaceTable,
): Scaled | undefined {
  const tensors = operands.map((f) => f.tensor);
  if (Dequantize.is(op)) return dequantized(tensors as [Tensor, Tensor, Tensor], shape);
  const at = operands.findIndex((f) => f.scaled);
  const scaled = operands[at]?.scaled;
  if (!scaled || operands.some((f, i) => i !== at && f.scaled)) return undefined;
  if (interfaces.get(op.def, Movement)) return at === 0 ? moved(op, scaled, tensors.slice(1)) : undefined;
  const gain = interfaces.get(op.def, Elementwise)?.gain?.(
    op,
    at,
    tensors.map((t, i) => (i === at ? undefined : t)),
  );
  return gain && linear(op, at, tensors, scaled, gain, shape);
}

/** `(codes − zero) · scale`, of integer codes and integer zero points. */
function dequantized(
  [stored, scale, zero]: [Tensor, Tensor, Tensor],
  shape: readonly number[],
): Scaled | undefined {
  const zeros = numbers(zero);
  if (!isInt(stored.elem) || !Array.from(zeros).every(Number.isInteger)) return undefined;
  const codes = broadcast(stored, shape);
  if (zeros.every((z) => z === 0)) return { codes, scale };
  const offsets = spread(zero, shape)!;
  return {
    codes: tensorFrom(
      "i54",
      shape,
      Float64Array.from(numbers(codes), (v, i) => v - offsets[i]!),
    ),
    scale,
  };
}

/** Movement moves the codes and their scales alike. */
function moved(op: Op, { codes, scale }: Scaled, rest: readonly Tensor[]): Scaled {
  const move = (tensor: Tensor): Tensor => evaluateOp(op, [tensor, ...rest])[0]!;
  if (scale.data.length === 1) return { codes: move(codes), scale };
  return { codes: move(codes), scale: move(makeTensor("f64", codes.shape, spread(scale, codes.shape)!)) };
}

/** `f(codes · scale) = codes · (gain · scale)` where `f(0) = 0`. */
function linear(
  op: Op,
  at: number,
  tensors: readonly Tensor[],
  { codes, scale }: Scaled,
  gain: Tensor,
  shape: readonly number[],
): Scaled | undefined {
  const { shape: from } = codes;
  const zero = makeTensor("f64", from, new Float64Array(codes.data.length));
  const offset = numbers(
    evaluateOp(
      op,
      tensors.map((t, i) => (i === at ? zero : t)),
    )[0]!,
  );
  const gains = spread(gain, shape);
  if (!gains || !offset.every((v) => v === 0)) return undefined;
  const scales = numbers(broadcast(makeTensor("f64", from, spread(scale, from)!), shape));
  return {
    codes: broadcast(codes, shape),
    scale: makeTensor(
      "f64",
      shape,
      Float64Array.from(scales, (s, i) => s * gains[i]!),
    ),
  };
}

function broadcast(tensor: Tensor, shape: readonly number[]): Tensor {
  if (sameShape(tensor.shape, shape)) return tensor;
  const index = broadcastIndex(tensor.shape, shape)!;
  const data = numbers(tensor);
  const values = Float64Array.from(index, (i) => data[i]!);
  return isInt(tensor.elem) ? tensorFrom(tensor.elem, shape, values) : makeTensor(tensor.elem, shape, values);
}
