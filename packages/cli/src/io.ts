/** Where text goes. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Width of a terminal in characters. */
  readonly columns?: number | undefined;
}

/** Lets a command end where it can be gone on with, when the process is told to stop. */
export interface Interrupts {
  /** From now on the first signal aborts this instead of ending the process; the second one ends it. */
  hold(): AbortSignal;
  release(): void;
}

/** What the command line touches of the world. */
export interface CliIo {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Relative paths start here. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absent where nobody interrupts. */
  readonly interrupts?: Interrupts | undefined;
}

export function processIo(): CliIo {
  return { stdout: process.stdout, stderr: process.stderr, cwd: process.cwd(), env: process.env };
}

/** Whether a stream takes escape codes: a terminal, unless `NO_COLOR` is set or it is a dumb one. */
export function isColoured(stream: TextStream, env: CliIo["env"]): boolean {
  return stream.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
}
