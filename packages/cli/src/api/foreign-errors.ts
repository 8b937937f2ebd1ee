import { DiagnosticError, diagnostic } from "@gatefold/core";

/** Errors of packages that know no diagnostics and yet say code, reason and hint. */
interface CodedError extends Error {
  readonly code: string;
  readonly reason: string;
  readonly hint: string;
}

function isCoded(error: unknown): error is CodedError {
  const { code, reason, hint } = error as Partial<CodedError>;
  return /^(train|datasets)\//.test(String(code)) && typeof reason === "string" && typeof hint === "string";
}

/** A mistake that training or reading data found, as a diagnostic; any other error as it is. */
export function asDiagnostics(error: unknown): unknown {
  if (!(error instanceof Error) || !isCoded(error)) return error;
  const { code, reason, hint } = error;
  return new DiagnosticError([diagnostic(code, reason, { hint })], { cause: error });
}
