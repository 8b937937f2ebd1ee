/** Every way in which data given to this package is refused. */
export type DatasetErrorCode =
  | "datasets/not-found"
  | "datasets/unknown-format"
  | "datasets/truncated"
  | "datasets/trailing-bytes"
  | "datasets/wrong-magic"
  | "datasets/bad-header"
  | "datasets/unknown-dtype"
  | "datasets/object-array"
  | "datasets/too-large"
  | "datasets/corrupt"
  | "datasets/no-such-key"
  | "datasets/needs-key"
  | "datasets/bad-number"
  | "datasets/ragged-rows"
  | "datasets/bad-argument";

/**
 * Data that cannot be read or written. `code` is stable, `reason` says what was found and where, `hint` is an act.
 */
export class DatasetError extends Error {
  override readonly name: string = "DatasetError";
  readonly code: DatasetErrorCode;
  readonly reason: string;
  readonly hint: string;

  constructor(code: DatasetErrorCode, reason: string, hint: string) {
    super(`${reason} [${code}]\n  hint: ${hint}`);
    this.code = code;
    this.reason = reason;
    this.hint = hint;
  }
}
