import { constantOf, numbers, type Op, type Tensor, type Value } from "@gatefold/core";
import * as q from "@gatefold/dialect-q";
import type { ChannelStep } from "./channel-function.js";

/** The operand of an op that takes each channel by itself, and the step that it is to a channel. */
export interface ChainOp {
  readonly input: Value;
  stepOf(channel: number): ChannelStep;
}

/** An op that takes each channel by itself, channels innermost and parameters constant; `undefined` for any other op. */
export function chainOp(op: Op): ChainOp | undefined {
  if (q.Affine.is(op)) return isLast(op) ? affine(op) : undefined;
  if (q.Add.is(op)) return addConstant(op);
  if (q.Threshold.is(op)) return isLast(op) ? threshold(op) : undefined;
  if (q.Lookup.is(op)) return isLast(op) ? lookup(op) : undefined;
  return undefined;
}

function isLast(op: Op): boolean {
  const axis = op.attrs["axis"] as number;
  return axis === -1 || axis === op.operand(0).type.shape.length - 1;
}

function affine(op: Op): ChainOp | undefined {
  const [a, b] = [constantOf(op.operand(1)), constantOf(op.operand(2))];
  if (!a || !b) return undefined;
  const [scales, offsets] = [numbers(a), numbers(b)];
  return {
    input: op.operand(0),
    stepOf: (channel) => ({ kind: "line", scale: row(scales, channel), offset: row(offsets, channel) }),
  };
}

/** `m · x + n · c`, where c is a constant or one a channel. */
function addConstant(op: Op): ChainOp | undefined {
  const { m, n } = op.attrs as { m: number; n: number };
  const constants = op.operands.map((v) => constantOf(v));
  const at = constants.indexOf(undefined);
  const constant = constants[1 - at];
  const input = op.operands[at];
  if (constant === undefined || input === undefined || !standsByChannel(constant, op)) return undefined;
  if (`${input.type.shape}` !== `${op.result().type.shape}`) return undefined;
  const values = numbers(constant);
  const [scale, factor] = at === 0 ? [m, n] : [n, m];
  return {
    input,
    stepOf: (channel) => ({ kind: "line", scale, offset: factor * row(values, channel) }),
  };
}

function standsByChannel({ shape }: Tensor, op: Op): boolean {
  const channels = op.result().type.shape.at(-1);
  return shape.every((d, i) => d === 1 || (i === shape.length - 1 && d === channels));
}

function threshold(op: Op): ChainOp | undefined {
  const constant = constantOf(op.operand(1));
  if (!constant || !q.Threshold.is(op)) return undefined;
  const { elem, bias } = op.attrs;
  const count = constant.shape[1]!;
  const values = numbers(constant);
  const codeOf = elem === "bipolar" ? (n: number) => 2 * n - 1 : (n: number) => bias + n;
  return {
    input: op.operand(0),
    stepOf: (channel) => {
      const start = constant.shape[0] === 1 ? 0 : channel * count;
      return { kind: "thresholds", thresholds: Array.from(values.slice(start, start + count)), codeOf };
    },
  };
}

function lookup(op: Op): ChainOp | undefined {
  const constant = constantOf(op.operand(1));
  if (!constant || !q.Lookup.is(op)) return undefined;
  const { lo } = op.attrs;
  const length = constant.shape[1]!;
  const values = numbers(constant);
  return {
    input: op.operand(0),
    stepOf: (channel) => {
      const start = constant.shape[0] === 1 ? 0 : channel * length;
      return { kind: "lookup", lo, entries: values.slice(start, start + length) };
    },
  };
}

const row = (values: ArrayLike<number>, channel: number): number =>
  values[values.length === 1 ? 0 : channel]!;
