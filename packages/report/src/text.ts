import { type Report, reportSchema, reportSchemaVersion } from "./report.js";

/** `report.json` as text: two spaces of indentation, a newline at the end. */
export function printReport(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** A report without what differs from run to run, for comparisons. */
export function withoutTimings(report: Report): Omit<Report, "timings"> {
  const { timings: _, ...rest } = report;
  return rest;
}

export type ReadReport =
  | { readonly report: Report }
  /** Why the text is no report that this version reads. */
  | { readonly reason: string };

/** Reads `report.json`. Only the mark and the version are checked; the rest is what a build of that version wrote. */
export function readReport(text: string): ReadReport {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return { reason: `it is no JSON (${error instanceof Error ? error.message : error})` };
  }
  const { schema, schemaVersion } = (parsed ?? {}) as Partial<Record<string, unknown>>;
  if (schema !== reportSchema) return { reason: `its \`schema\` is not \`${reportSchema}\`` };
  if (schemaVersion !== reportSchemaVersion) {
    return { reason: `its version is ${schemaVersion}, and version ${reportSchemaVersion} is read` };
  }
  return { report: parsed as Report };
}
