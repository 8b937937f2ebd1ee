import { DiagnosticError } from "@gatefold/core";
import { notAReport } from "../diagnostics.js";

/** A number with its unit and where it is from; the form of the figures in report.json. */
export interface ReportedFigure {
  readonly value: number;
  readonly unit: string;
  readonly source: string;
}

/** What Vivado found, in the form of the `synthesis` of report.json. */
export interface VivadoSynthesis {
  readonly tools: readonly string[];
  readonly resources: Readonly<Record<string, ReportedFigure>>;
  readonly available: Readonly<Record<string, ReportedFigure>>;
  readonly fits: boolean;
  readonly maxClockMhz: ReportedFigure;
  readonly meetsClock: boolean;
  readonly notes: readonly string[];
}

/** A report's text and the name under which messages speak of it. */
export interface ReportText {
  readonly name: string;
  readonly text: string;
}

/** Rows of all tables of a report: cells between bars. */
function rows(text: string): readonly (readonly string[])[] {
  return text
    .split(/\r?\n/)
    .filter((line) => /^\s*\|.*\|\s*$/.test(line))
    .map((line) =>
      line
        .trim()
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
}

/** Names of a site type in the families, as `report_utilization` prints them without the star of a footnote. */
const siteTypes: Readonly<Record<string, readonly string[]>> = {
  LUT6: ["Slice LUTs", "CLB LUTs"],
  FF: ["Slice Registers", "CLB Registers", "Register as Flip Flop"],
  BRAM: ["Block RAM Tile"],
  DSP: ["DSPs"],
  URAM: ["URAM"],
};

interface Site {
  readonly used: number;
  readonly available: number;
}

/** Used and available of each site type. The columns stand in the header of the table: their number differs between versions. */
function sites(text: string): ReadonlyMap<string, Site> {
  const found = new Map<string, Site>();
  let used = -1;
  let available = -1;
  for (const cells of rows(text)) {
    if (cells[0] === "Site Type") {
      used = cells.indexOf("Used");
      available = cells.indexOf("Available");
      continue;
    }
    const name = cells[0]?.replace(/\*+$/, "") ?? "";
    const site = {
      used: Number(cells[used] || Number.NaN),
      available: Number(cells[available] || Number.NaN),
    };
    if (used > 0 && available > 0 && Number.isFinite(site.used + site.available) && !found.has(name))
      found.set(name, site);
  }
  return found;
}

/** Value of a line of the report's head: `| Device : xc7z020clg400-1 |`. */
function headLine(text: string, name: string): string | undefined {
  return new RegExp(`^\\|\\s*${name}\\s*:\\s*(.*?)\\s*\\|?\\s*$`, "m").exec(text)?.[1];
}

/** The rows of numbers or names under a heading that is followed by a line of dashes. */
function section(text: string, header: RegExp): readonly (readonly string[])[] {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => header.test(line));
  if (at < 0) return [];
  const found: string[][] = [];
  for (const line of lines.slice(at + 2)) {
    if (line.trim() === "") break;
    found.push(line.trim().split(/\s{2,}/));
  }
  return found;
}

/** Setup slack of the whole design in nanoseconds; nothing where no path is constrained. */
function worstSlackNs(text: string): number | undefined {
  const [numbers] = section(text, /^\s*WNS\(ns\)\s+TNS\(ns\)/);
  const slack = Number(numbers?.[0] ?? Number.NaN);
  return Number.isFinite(slack) ? slack : undefined;
}

/** Periods of the clocks in nanoseconds, by name. */
function clockPeriods(text: string): ReadonlyMap<string, number> {
  const found = section(text, /^Clock\s+Waveform\(ns\)\s+Period\(ns\)/);
  return new Map(
    found.flatMap((cells) => {
      const period = Number(cells.find((cell, i) => i > 0 && /^\d+(\.\d+)?$/.test(cell)) ?? Number.NaN);
      return Number.isFinite(period) ? [[cells[0]!, period] as const] : [];
    }),
  );
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

/**
 * Reads what `report_utilization -file` and `report_timing_summary -file` wrote. The clock that is reached is 1 / (period − slack) of the only
 * clock. Throws `DiagnosticError` (`projects/not-a-report`) for texts that are none. Block RAM is in tiles of 36 Kbit, halves included.
 *
 * Source of the format: AMD UG835, Vivado Design Suite Tcl Command Reference; UG906, Design Analysis.
 */
export function readVivadoReports(reports: {
  readonly utilization: ReportText;
  readonly timing: ReportText;
}): VivadoSynthesis {
  const { utilization, timing } = reports;
  const found = sites(utilization.text);
  const slackNs = worstSlackNs(timing.text);
  const clocks = [...clockPeriods(timing.text)];
  const errors = [
    ...(found.size === 0 ? [notAReport(utilization.name, "utilisation report")] : []),
    ...(slackNs === undefined || clocks.length !== 1
      ? [notAReport(timing.name, "timing summary of one constrained clock")]
      : []),
  ];
  if (errors.length > 0) throw new DiagnosticError(errors);
  const version = headLine(utilization.text, "Tool Version")?.replace(/^Vivado v\.?/, "Vivado ") ?? "Vivado";
  const tool = version.split(" ").slice(0, 2).join(" ").toLowerCase();
  const known = Object.entries(siteTypes).flatMap(([name, types]) => {
    const type = types.find((each) => found.has(each));
    return type === undefined ? [] : [[name, found.get(type)!] as const];
  });
  const figures = (pick: (site: Site) => number, source: string) =>
    Object.fromEntries(known.map(([name, site]) => [name, { value: pick(site), unit: name, source }]));
  const over = known.filter(([, { used, available }]) => used > available);
  const [clock, periodNs] = clocks[0]!;
  const reachedMhz = 1000 / (periodNs - slackNs!);
  const device = headLine(utilization.text, "Device");
  return {
    tools: [version],
    resources: figures(({ used }) => used, tool),
    available: figures(({ available }) => available, tool),
    fits: over.length === 0,
    maxClockMhz: { value: rounded(reachedMhz), unit: "MHz", source: tool },
    meetsClock: slackNs! >= 0,
    notes: [
      ...(device === undefined ? [] : [`${tool}: device ${device}`]),
      `${tool}: ${clock} of ${periodNs} ns, worst setup slack ${slackNs} ns`,
    ],
  };
}
