/** Shortest text that reads back as the same float64. With `real`, it carries a point or an exponent. */
export function printNumber(value: number, real: boolean): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return real ? "-0.0" : "0";
  const text = String(value);
  return real && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Shortest text that reads back as the same float32, for a value that is one. */
export function printFloat32(value: number): string {
  if (!Number.isFinite(value) || value === 0) return printNumber(value, true);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return printNumber(short, true);
  }
  return printNumber(Number(value.toPrecision(9)), true);
}
