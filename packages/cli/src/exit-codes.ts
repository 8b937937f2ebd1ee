import { DiagnosticError, EvaluateError, printOp } from "@gatefold/core";

/**
 * What the process ends with.
 *
 * - 0: done. 1: the model, a file or an option's content cannot be used; nothing was written.
 * - 2: wrong usage: the command line itself. 3: verification found a difference.
 * - 4: a defect of Gatefold, of a plugin or of a tool.
 * - 130: interrupted by a signal (143 when it was SIGTERM).
 */
export const exitCodes = {
  ok: 0,
  refused: 1,
  usage: 2,
  difference: 3,
  internal: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const usage = [
  "cli/bad-value",
  "cli/conflicting-options",
  "cli/data-needs-labels",
  "cli/labels-need-data",
  "cli/missing-argument",
  "cli/missing-option",
  "cli/missing-value",
  "cli/too-many-arguments",
  "cli/unknown-code",
  "cli/unknown-command",
  "cli/unknown-flag",
  "cli/unknown-plugin",
  "cli/unknown-target",
  "onnx/bad-encoding",
];

const defects = [
  "core/pass-threw",
  "core/plugin-threw",
  "core/semantics-broken",
  "core/verify-after-pass",
  "train/plugin-threw",
];

/** What an error that ended a command means. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof DiagnosticError)) return exitCodes.internal;
  const codes = error.diagnostics.filter((d) => d.severity === "error").map((d) => d.code);
  if (codes.includes("cli/verification-difference")) return exitCodes.difference;
  if (codes.some((code) => defects.includes(code))) return exitCodes.internal;
  return codes.length > 0 && codes.every((code) => usage.includes(code))
    ? exitCodes.usage
    : exitCodes.refused;
}

/** An error that is no diagnostic, for a report of the defect: message, op, causes, stack. */
export function describeDefect(error: unknown): string {
  if (!(error instanceof Error)) return `internal error: ${String(error)}`;
  const lines = [`internal error: ${error.message}`];
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof EvaluateError) lines.push(`  op: ${printOp(at.op)}`);
  }
  if (error.stack !== undefined) lines.push(error.stack.split("\n").slice(1).join("\n"));
  return lines.join("\n");
}
