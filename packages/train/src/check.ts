import { badOption } from "./diagnostics.js";

/** Throws `TrainError` `bad-option` unless the number lies in `low` … `high`, ends included or not as the brackets say. */
export function checkNumber(
  path: string,
  value: number,
  [low, high]: readonly [low: number, high: number],
  brackets: "[]" | "[)" | "(]" | "()" = "[]",
): void {
  const above = brackets[0] === "[" ? value >= low : value > low;
  const below = brackets[1] === "]" ? value <= high : value < high;
  if (above && below) return;
  const from = `${brackets[0] === "[" ? "from" : "above"} ${low}`;
  const to = high === Number.POSITIVE_INFINITY ? "" : ` ${brackets[1] === "]" ? "to" : "and below"} ${high}`;
  throw badOption(path, String(value), `a number ${from}${to}`);
}

/** Throws `TrainError` `bad-option` unless the number is whole and at least `least`. */
export function checkWhole(path: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw badOption(path, String(value), `a whole number from ${least}`);
}
