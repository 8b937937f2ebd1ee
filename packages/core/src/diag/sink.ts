import { type Diagnostic, type DiagnosticInit, diagnostic, throwIfErrors } from "./diagnostic.js";

type Words = Omit<DiagnosticInit, "severity">;

/** Collects what a compilation has to say, in order, and tells each one to a listener as it comes. */
export class DiagnosticSink {
  readonly #all: Diagnostic[] = [];
  readonly #listener: ((d: Diagnostic) => void) | undefined;

  constructor(listener?: (d: Diagnostic) => void) {
    this.#listener = listener;
  }

  get all(): readonly Diagnostic[] {
    return this.#all;
  }

  get errors(): readonly Diagnostic[] {
    return this.#all.filter((d) => d.severity === "error");
  }

  report(...diagnostics: readonly Diagnostic[]): void {
    for (const d of diagnostics) {
      this.#all.push(d);
      this.#listener?.(d);
    }
  }

  error(code: string, message: string, init: Words = {}): void {
    this.report(diagnostic(code, message, { ...init, severity: "error" }));
  }

  warning(code: string, message: string, init: Words = {}): void {
    this.report(diagnostic(code, message, { ...init, severity: "warning" }));
  }

  note(code: string, message: string, init: Words = {}): void {
    this.report(diagnostic(code, message, { ...init, severity: "note" }));
  }

  /** Throws a `DiagnosticError` with every error reported since position `from` of `all`. */
  throwIfErrors(from = 0): void {
    throwIfErrors(this.#all.slice(from));
  }
}
