import {
  type AnyOpDef,
  constantOf,
  type Graph,
  type Op,
  product,
  type Tensor,
  type Value,
} from "@gatefold/core";
import { Add, Dequantize, Quantize, Transpose } from "@gatefold/dialect-nn";

/**
 * `code = round(clip(x/scale + zeroPoint, low, high))`, halves to even; with `roundFirst`,
 * `clip(round(x/scale) + zeroPoint, low, high)`.
 */
export interface Encoding {
  readonly scale: number;
  readonly zeroPoint: number;
  readonly low: number;
  readonly high: number;
  readonly roundFirst: boolean;
  /** Shape in which the network takes its values. */
  readonly shape: readonly number[];
  /** Axes of that shape in the circuit's order; absent where the orders are one. */
  readonly order?: readonly number[];
}

/** `value = (code − zeroPoint) · scale + offset`; scale and offset one for all, or one a channel (the last axis). */
export interface Decoding {
  readonly zeroPoint: number;
  readonly scale: readonly number[];
  readonly offset: readonly number[];
}

const valuesOf = (tensor: Tensor | undefined): readonly number[] | undefined =>
  tensor && Array.from(tensor.data, Number);

/** The only element of a constant operand. */
function single(op: Op, index: number): number | undefined {
  const values = valuesOf(constantOf(op.operand(index)));
  return values?.length === 1 ? values[0] : undefined;
}

/** Where a value comes from, when that is one op of this kind. */
const producer = (value: Value, def: AnyOpDef): Op | undefined =>
  value.op?.def === def ? value.op : undefined;

/** The linear quantizer through which a head makes its output `index` from an input of the network. */
export function encodingOf(head: Graph | undefined, index: number): Encoding | undefined {
  const output = head?.outputs[index];
  if (!output) return undefined;
  const moved = Transpose.match(output);
  const codes = moved ? moved.operand(0) : output;
  const op = Quantize.match(codes);
  const perm = moved?.attrs.perm;
  if (op?.attrs.rounding !== "ROUND" || op.attrs.elem === "bipolar" || (moved && !perm)) return undefined;
  const [scale, zeroPoint, low, high] = [1, 2, 3, 4].map((i) => single(op, i));
  const isInput = head!.inputs.includes(op.operand(0));
  if (!isInput || scale === undefined || zeroPoint === undefined || low === undefined || high === undefined)
    return undefined;
  return {
    scale,
    zeroPoint,
    low,
    high,
    roundFirst: op.attrs.round_first,
    shape: codes.type.shape,
    ...(perm && { order: perm }),
  };
}

/** Elements of a constant that has one, or one for each of the last axis. */
function perChannel(value: Value, channels: number): readonly number[] | undefined {
  const tensor = constantOf(value);
  if (!tensor) return undefined;
  const count = product(tensor.shape);
  const isRow = count === channels && (tensor.shape.at(-1) ?? 1) === channels;
  return count === 1 || isRow ? valuesOf(tensor) : undefined;
}

/** Scale and offset with which a tail makes its output `index` from the circuit's. */
export function decodingOf(tail: Graph | undefined, index: number): Decoding | undefined {
  const output = tail?.outputs[index];
  if (!output) return undefined;
  const channels = output.type.shape.at(-1) ?? 1;
  const added = producer(output, Add as AnyOpDef);
  const sides = added ? [added.operand(0), added.operand(1)] : [output];
  const op = sides.map((side) => Dequantize.match(side)).find((each) => each !== undefined);
  if (!op || op.operand(0) !== tail!.inputs[index]) return undefined;
  const other = sides.find((side) => side.op !== op);
  const scale = perChannel(op.operand(1), channels);
  const zeroPoint = single(op, 2);
  const offset = other ? perChannel(other, channels) : [0];
  if (!scale || zeroPoint === undefined || !offset) return undefined;
  return { zeroPoint, scale, offset };
}
