import {
  type ElemType,
  InferError,
  type InferInput,
  type IntegerRange,
  isInt,
  numbers,
  product,
  rangeOfChannels,
  type Tensor,
  tensor,
  tensorFrom,
  type ValueType,
} from "@gatefold/core";

/** The axis of `rank` that `axis` names; negative counts from the end. */
export function resolveAxis(axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis;
  if (!(at >= 0 && at < rank)) throw new InferError(`axis ${axis} is not one of ${rank}`);
  return at;
}

/**
 * Shape rule of the ops that treat each channel by a row of parameters: `x` any integer shape, the parameters
 * `[C or 1, …]` along `axis`, the result like `x` with element type `elem`.
 */
export function inferChannelwise(
  { operands, attrs }: InferInput<{ readonly elem: ElemType; readonly axis: number }>,
  parameters: readonly number[],
): ValueType[] {
  const x = operands[0]!;
  if (!isInt(x.elem)) throw new InferError("(C1) `x` is not an integer tensor");
  const channels = x.shape[resolveAxis(attrs.axis, x.shape.length)]!;
  for (const at of parameters) {
    const rows = operands[at]!.shape[0];
    if (rows !== channels && rows !== 1) {
      throw new InferError(`(C2) parameters have ${rows} rows for ${channels} channels`);
    }
  }
  return [tensor(attrs.elem, x.shape)];
}

/** Applies `f(value, channel)` to every element. */
export function mapChannels(
  x: Tensor,
  axis: number,
  elem: ElemType,
  f: (value: number, channel: number) => number,
): Tensor {
  const at = resolveAxis(axis, x.shape.length);
  const channels = x.shape[at]!;
  const inner = product(x.shape.slice(at + 1));
  const xs = numbers(x);
  const out = new Float64Array(xs.length);
  for (let i = 0; i < xs.length; i++) out[i] = f(xs[i]!, Math.floor(i / inner) % channels);
  return tensorFrom(elem, x.shape, out);
}

/** Per-channel ranges through a function of (value, channel) that is monotone on the interval of each channel. */
export function mapRange(
  x: IntegerRange,
  axis: number,
  channels: number,
  f: (value: number, channel: number) => number,
): IntegerRange {
  const own = x.channels?.axis === axis ? x.channels : undefined;
  const [lo, hi] = [new Float64Array(channels), new Float64Array(channels)];
  for (let c = 0; c < channels; c++) {
    const a = f(own ? own.lo[c]! : x.lo, c);
    const b = f(own ? own.hi[c]! : x.hi, c);
    lo[c] = Math.min(a, b);
    hi[c] = Math.max(a, b);
  }
  return rangeOfChannels({ axis, lo, hi });
}
