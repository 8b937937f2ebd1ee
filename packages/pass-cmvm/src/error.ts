/** A matrix that cannot be made an adder graph: the caller's mistake. */
export class CmvmError extends Error {
  override readonly name = "CmvmError";
  constructor(
    readonly code: `cmvm/${string}`,
    readonly reason: string,
    readonly hint: string,
  ) {
    super(`${reason} [${code}]\n  hint: ${hint}`);
  }
}
