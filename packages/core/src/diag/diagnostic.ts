export type Severity = "error" | "warning" | "note";

/** Where in the user's model something came from. */
export interface Location {
  readonly file?: string;
  readonly node?: string;
}

export const unknownLocation: Location = Object.freeze({});

/** What Gatefold says to its user. `code` is `<package>/<kebab-case>`; the hint is an act. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly loc: Location;
  readonly notes: readonly string[];
  readonly hint?: string;
}

export interface DiagnosticInit {
  readonly loc?: Location;
  readonly notes?: readonly string[];
  readonly hint?: string;
  readonly severity?: Severity;
}

/** Builds a frozen diagnostic; an error unless told otherwise. */
export function diagnostic(code: string, message: string, init: DiagnosticInit = {}): Diagnostic {
  return Object.freeze({
    code,
    severity: init.severity ?? "error",
    message,
    loc: init.loc ?? unknownLocation,
    notes: Object.freeze([...(init.notes ?? [])]),
    ...(init.hint === undefined ? {} : { hint: init.hint }),
  });
}

/** A stage that cannot go on: carries every error of that stage. */
export class DiagnosticError extends Error {
  override readonly name = "DiagnosticError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[], options?: ErrorOptions) {
    super(diagnostics.map(printDiagnostic).join("\n"), options);
    this.diagnostics = Object.freeze([...diagnostics]);
  }

  /** The same errors, each with one more note; this error is the cause. */
  withNote(note: string): DiagnosticError {
    const noted = this.diagnostics.map((d) =>
      diagnostic(d.code, d.message, { ...d, notes: [...d.notes, note] }),
    );
    return new DiagnosticError(noted, { cause: this });
  }
}

/** Throws when any of the diagnostics is an error. */
export function throwIfErrors(diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter((d) => d.severity === "error");
  if (errors.length > 0) throw new DiagnosticError(errors);
}

/** `tfc.onnx: node MatMul_3: error: … [code]`, then indented notes and the hint. */
export function printDiagnostic(d: Diagnostic): string {
  const where = [d.loc.file, d.loc.node === undefined ? undefined : `node ${d.loc.node}`].filter(
    (part) => part !== undefined,
  );
  const head = [...where, d.severity, `${d.message} [${d.code}]`].join(": ");
  const notes = d.notes.map((note) => `  note: ${note}`);
  const hint = d.hint === undefined ? [] : [`  hint: ${d.hint}`];
  return [head, ...notes, ...hint].join("\n");
}
