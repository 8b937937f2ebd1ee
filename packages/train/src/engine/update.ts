/** Coefficients of Adam's step `step`, bias correction included, in float64. */
export function adamCoefficients(args: {
  readonly step: number;
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly decay: number;
}): { readonly rate: number; readonly secondFactor: number; readonly keep: number } {
  const { step, rate, beta1, beta2, decay } = args;
  return {
    rate: rate / (1 - beta1 ** step),
    secondFactor: 1 / (1 - beta2 ** step),
    keep: 1 - rate * decay,
  };
}
