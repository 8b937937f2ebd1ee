import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DiagnosticError } from "@gatefold/core";
import { readVivadoReports, type VivadoSynthesis } from "@gatefold/projects";
import { printReport, type Report, readReport } from "@gatefold/report";
import { notABuild, unreadable } from "../diagnostics.js";
import { reasonOf } from "../load/target-file.js";
import { writeWhole } from "../output/file.js";
import { reportFile } from "../output/folder.js";

export interface VivadoReportOptions {
  /** An output folder of `build`. */
  readonly out: string;
  /** Where Vivado left its reports; `vivado/` in the output folder unless given. */
  readonly vivado?: string | undefined;
}

function read(path: string, what: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new DiagnosticError([unreadable(path, what, reasonOf(error))]);
  }
}

/**
 * Puts what Vivado reports into report.json as its `synthesis`, in place of what stood there. Reads `utilization.rpt` and `timing.rpt`, which
 * `vivado/ooc.tcl` writes. Throws `DiagnosticError`, after which nothing has changed.
 */
export async function addVivadoReports(options: VivadoReportOptions): Promise<Report> {
  const { out, vivado = join(out, "vivado") } = options;
  const path = join(out, reportFile);
  const before = readReport(read(path, "report"));
  if ("reason" in before) throw new DiagnosticError([notABuild(out, `${reportFile}: ${before.reason}`)]);
  const text = (name: string) => ({ name, text: read(join(vivado, name), "report of Vivado") });
  const synthesis: VivadoSynthesis = readVivadoReports({
    utilization: text("utilization.rpt"),
    timing: text("timing.rpt"),
  });
  const report: Report = { ...before.report, synthesis };
  await writeWhole(path, printReport(report));
  return report;
}
