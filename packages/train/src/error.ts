/** Codes of `TrainError`, each with the package's name before it. */
export type TrainErrorCode = `train/${string}`;

/** A mistake of the user of this package, or of the data: what is wrong, and what to do. */
export class TrainError extends Error {
  override readonly name = "TrainError";
  constructor(
    readonly code: TrainErrorCode,
    readonly reason: string,
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(`${reason} [${code}]\n  hint: ${hint}`, options);
  }
}
