/** A sample that the graph's integers cannot hold. */
export class ExecError extends RangeError {
  override readonly name = "ExecError";
  /** The op, or the graph input, at which it showed. */
  readonly where: string;
  /** Index in the batch. */
  readonly sample: number;

  constructor(where: string, sample: number, reason: string) {
    super(`${where}: sample ${sample}: ${reason}`);
    this.where = where;
    this.sample = sample;
  }
}
