/**
 * QONNX rounding modes (qonnx `resolve_rounding_mode`), by their upper-case names.
 *
 * - `ROUND` = `HALF_EVEN`: to nearest, ties to even.
 * - `CEIL`, `FLOOR`: toward plus or minus infinity.
 * - `UP`: away from zero. `DOWN`: toward zero.
 * - `HALF_UP`: to nearest, ties away from zero. `HALF_DOWN`: to nearest, ties toward zero.
 */
export type RoundingMode = "ROUND" | "HALF_EVEN" | "CEIL" | "FLOOR" | "UP" | "DOWN" | "HALF_UP" | "HALF_DOWN";

export const roundingModes: readonly RoundingMode[] = [
  "ROUND",
  "HALF_EVEN",
  "CEIL",
  "FLOOR",
  "UP",
  "DOWN",
  "HALF_UP",
  "HALF_DOWN",
];

/** To the nearest integer, ties to even. Exact for every float64. */
export function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest < 0.5) return below;
  if (rest > 0.5) return below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/** To the nearest integer, ties away from zero; `x + 0.5` is never formed, since it may itself round. */
function roundHalfUp(x: number): number {
  const size = Math.abs(x);
  const below = Math.floor(size);
  return Math.sign(x) * (size - below >= 0.5 ? below + 1 : below);
}

function roundHalfDown(x: number): number {
  const size = Math.abs(x);
  const below = Math.floor(size);
  return Math.sign(x) * (size - below > 0.5 ? below + 1 : below);
}

const byMode: Record<RoundingMode, (x: number) => number> = {
  ROUND: roundHalfEven,
  HALF_EVEN: roundHalfEven,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
  UP: (x) => Math.sign(x) * Math.ceil(Math.abs(x)),
  DOWN: Math.trunc,
  HALF_UP: roundHalfUp,
  HALF_DOWN: roundHalfDown,
};

/** The function of a rounding mode. */
export function rounder(mode: RoundingMode): (x: number) => number {
  return byMode[mode];
}
