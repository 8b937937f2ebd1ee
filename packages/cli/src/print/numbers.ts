/** `59210` → `59 210`; at most `digits` places behind the point. */
export function grouped(value: number, digits = 0): string {
  if (!Number.isFinite(value)) return String(value);
  const [whole = "0", fraction = ""] = Math.abs(value).toFixed(digits).split(".");
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, " ");
  const rest = fraction.replace(/0+$/, "");
  return `${value < 0 ? "-" : ""}${spaced}${rest === "" ? "" : `.${rest}`}`;
}

/** `1 layer`, `3 layers`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

/** `1 bit`, `1–4 bits`. */
export function range(values: readonly number[], noun: string): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? counted(low, noun) : `${grouped(low)}–${counted(high, noun)}`;
}
