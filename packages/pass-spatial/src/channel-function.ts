import type { Interval } from "@gatefold/netlist";

/** What becomes of one channel's accumulator: a line, or steps. */
export type ChannelFunction =
  | { readonly kind: "line"; readonly scale: number; readonly offset: number }
  | {
      readonly kind: "steps";
      /** Ascending: from `breaks[j]` on the value is `values[j + 1]`. */
      readonly breaks: readonly number[];
      /** One more than breaks; neighbours differ. */
      readonly values: readonly number[];
    };

/** One op of a chain, for one channel. */
export type ChannelStep =
  | { readonly kind: "line"; readonly scale: number; readonly offset: number }
  | { readonly kind: "thresholds"; readonly thresholds: readonly number[]; codeOf(count: number): number }
  | { readonly kind: "lookup"; readonly lo: number; readonly entries: ArrayLike<number> };

/** Integers that a chain of steps may have a value of its own for. */
const maxSteps = 2 ** 16;

/**
 * The steps one after the other, as a function of the integers of an interval. A text instead says why there is none.
 *
 * Where a line goes into thresholds, the line is solved for its break points; values behind are found by going through all the steps
 * at each break. So the function is exact whatever the magnitudes, and no interval is walked but a lookup's.
 */
export function channelFunction(
  steps: readonly ChannelStep[],
  { lo, hi }: Interval,
): ChannelFunction | string {
  let line = { scale: 1, offset: 0 };
  let from = 0;
  for (const step of steps) {
    if (step.kind !== "line") break;
    line = { scale: line.scale * step.scale, offset: line.offset * step.scale + step.offset };
    from++;
  }
  const first = steps[from];
  if (first === undefined) {
    return line.scale === 0 ? constant(line.offset) : { kind: "line", ...line };
  }
  const valueAt = (x: number): number =>
    steps.slice(from).reduce((v, step) => applyStep(step, v), line.scale * x + line.offset);
  const breaks = first.kind === "lookup" ? allOf(lo, hi) : crossings(first, line, { lo, hi });
  if (breaks === undefined) return `a lookup reads ${hi - lo + 1} different sums`;
  const kept: number[] = [];
  const values = [valueAt(lo)];
  for (const at of breaks) {
    const value = valueAt(at);
    if (value === values.at(-1)) continue;
    kept.push(at);
    values.push(value);
  }
  return { kind: "steps", breaks: kept, values };
}

const constant = (value: number): ChannelFunction => ({ kind: "steps", breaks: [], values: [value] });

function allOf(lo: number, hi: number): number[] | undefined {
  return hi - lo < maxSteps ? Array.from({ length: hi - lo }, (_, i) => lo + 1 + i) : undefined;
}

/** Where a line reaches a threshold, or falls below one: the integers of `lo + 1 … hi` from which on the count differs. */
function crossings(
  step: ChannelStep,
  { scale, offset }: { readonly scale: number; readonly offset: number },
  { lo, hi }: Interval,
): number[] {
  if (step.kind !== "thresholds" || scale === 0) return [];
  const found = new Set<number>();
  for (const threshold of step.thresholds) {
    // A rising line reaches it from `at` on, a falling one is below it from `at` on.
    const isBeyond = (x: number): boolean => scale * x + offset >= threshold === scale > 0;
    let at = Math.ceil((threshold - offset) / scale);
    while (isBeyond(at - 1)) at--;
    while (!isBeyond(at)) at++;
    if (at > lo && at <= hi) found.add(at);
  }
  return [...found].sort((a, b) => a - b);
}

function applyStep(step: ChannelStep, value: number): number {
  switch (step.kind) {
    case "line":
      return step.scale * value + step.offset;
    case "thresholds":
      return step.codeOf(countReached(step.thresholds, value));
    case "lookup": {
      const entry = step.entries[value - step.lo];
      if (entry === undefined) throw new RangeError(`${value} is outside a table from ${step.lo} on`);
      return entry;
    }
  }
}

/** How many of ascending numbers are at most `value`. */
export function countReached(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value >= ascending[middle]!) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The function's value at an integer. */
export function valueAt(f: ChannelFunction, x: number): number {
  return f.kind === "line" ? f.scale * x + f.offset : f.values[countReached(f.breaks, x)]!;
}

/** The function behind `x = scale · y + offset`, as one of y. `scale` is not 0. */
export function substituted(f: ChannelFunction, scale: number, offset: number): ChannelFunction {
  if (f.kind === "line") {
    return { kind: "line", scale: f.scale * scale, offset: f.scale * offset + f.offset };
  }
  if (scale > 0) {
    return { ...f, breaks: f.breaks.map((at) => Math.ceil((at - offset) / scale)) };
  }
  // x >= at iff y <= (at - offset) / scale, so that from the next integer on it is not.
  const breaks = f.breaks.map((at) => Math.floor((at - offset) / scale) + 1);
  return { kind: "steps", breaks: breaks.reverse(), values: [...f.values].reverse() };
}
