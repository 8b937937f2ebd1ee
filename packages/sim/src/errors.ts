/** What can be wrong with a design or with the way it is driven. */
export type SimErrorCode =
  | "unknown-cell"
  | "unsupported-cell"
  | "latch"
  | "inout-port"
  | "multiple-drivers"
  | "multiple-clocks"
  | "clock-as-data"
  | "combinational-loop"
  | "no-such-name"
  | "not-an-input"
  | "value-too-wide"
  | "bad-stream"
  | "stream-protocol"
  | "deadlock"
  | "too-many-cycles";

/** A design that cannot be simulated, or a run that cannot go on. A failing Yosys is a `ToolError` instead. */
export class SimError extends Error {
  override readonly name = "SimError";
  readonly code: SimErrorCode;

  constructor(code: SimErrorCode, message: string) {
    super(`${message} [sim/${code}]`);
    this.code = code;
  }
}
