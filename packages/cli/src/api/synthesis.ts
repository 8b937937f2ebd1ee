import type { Target } from "@gatefold/core";
import { type Figure, figure, type SynthesisReport } from "@gatefold/report";
import {
  type Ice40Device,
  ice40Devices,
  type PlaceAndRouteResult,
  placeAndRoute,
  type SynthesisResult,
  type SynthesisTarget,
  synthesize,
} from "@gatefold/synth";
import { type Toolchain, ToolError } from "@gatefold/toolchain";
import { defined } from "../defined.js";
import { doesNotFit, missedClock, noSynthesis } from "../diagnostics.js";
import { grouped } from "../print/numbers.js";
import type { OnEvent } from "./options.js";
import type { BuiltDesign } from "./rtl.js";

export interface Synthesis {
  readonly report: SynthesisReport;
  /** Bitstream and routed design, by path in the output. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
}

const router = "nextpnr-ice40";

const families: readonly SynthesisTarget[] = ["ice40", "ecp5", "xilinx7"];

/** Options for one tool that a target carries. */
function toolOptions(target: Target, tool: string): Readonly<Record<string, unknown>> {
  return (target.tools[tool] ?? {}) as Readonly<Record<string, unknown>>;
}

function familyOf(target: Target): SynthesisTarget | undefined {
  const named = toolOptions(target, "yosys")["target"] ?? target.family;
  return families.find((family) => family === named);
}

/** The device as nextpnr-ice40 calls it: what the target says, else read from the part's name. */
function ice40Device(target: Target): Ice40Device | undefined {
  const named =
    toolOptions(target, "nextpnr")["device"] ?? target.device.replace(/^ice40-?/i, "").toLowerCase();
  return (Object.keys(ice40Devices) as Ice40Device[]).find((device) => device === named);
}

/** "Yosys 0.55 (git sha1 …)" → "yosys 0.55". A text without a number names no version; then `tool` stands alone. */
function shortVersion(version: string, tool = "yosys"): string {
  if (!/\d/.test(version)) return tool;
  const [name = version, number = ""] = version.split(/\s+/);
  return `${name.toLowerCase()} ${number}`.trim();
}

interface Counts {
  readonly resources: Readonly<Record<string, Figure>>;
  readonly available: Readonly<Record<string, Figure>>;
  /** What there is too much of, in words. */
  readonly over: readonly string[];
}

/** Block RAM is counted in the target's own blocks; 7-series halves count as half. */
function countsOf(result: SynthesisResult, target: Target, family: SynthesisTarget): Counts {
  const source = shortVersion(result.toolVersion);
  const lut = `LUT${target.lutInputs}`;
  const { resources: has } = target;
  const used: Readonly<Record<string, readonly [number, number]>> = {
    [lut]: [result.lutCount, has.lutCount],
    FF: [result.ffCount, has.ffCount],
    BRAM: [family === "xilinx7" ? result.bramCount / 2 : result.bramCount, has.bramCount],
    DSP: [result.dspCount, has.dspCount],
    SPRAM: [result.spramCount, has.spramCount ?? 0],
  };
  const shown = Object.entries(used).filter(([, [count, limit]]) => count > 0 || limit > 0);
  return {
    resources: Object.fromEntries(shown.map(([name, [count]]) => [name, figure(count, name, source)])),
    available: Object.fromEntries(shown.map(([name, [, limit]]) => [name, figure(limit, name, "target")])),
    over: shown
      .filter(([, [count, limit]]) => count > limit)
      .map(([name, [count, limit]]) => `${grouped(count, 1)} of ${grouped(limit)} ${name}`),
  };
}

/** Place and route, or what nextpnr says against it. */
async function tryPlace(
  built: BuiltDesign,
  target: Target,
  clockMhz: number,
  toolchain: Toolchain,
  onProgress: (event: { readonly line: string }) => void,
): Promise<PlaceAndRouteResult | string | undefined> {
  const device = ice40Device(target);
  if (device === undefined) return undefined;
  const { top, clock } = built.design;
  try {
    return await placeAndRoute({
      ...{ files: built.files, top, clock, device, clockMhz, toolchain, onProgress },
      ...defined({ package: target.package }),
    });
  } catch (error) {
    if (error instanceof ToolError && error.tool === router) return error.toolMessage;
    throw error;
  }
}

/** The LUT cells of each family, as spatial circuits that were built for it instantiate them. */
const lutCells: Readonly<Record<SynthesisTarget, RegExp>> = {
  ice40: /\bSB_LUT4 #\(/,
  ecp5: /\bLUT4 #\(.*\) \w+ \(\.Z\(/,
  xilinx7: /\bLUT[1-6](_2)? #\(.*\) \w+ \(\.O[56]?\(/,
};

/** Verilog with LUT cells of another family means their functions instead, as in simulation. */
function readableBy(family: SynthesisTarget, files: BuiltDesign["files"]): BuiltDesign["files"] {
  const others = families.filter((each) => each !== family).map((each) => lutCells[each]);
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => {
      const isForeign = path.endsWith(".v") && others.some((cell) => cell.test(String(content)));
      return [path, isForeign ? `\`undef SYNTHESIS\n${content}` : content];
    }),
  );
}

/**
 * Maps the Verilog to the target's cells and counts them; for iCE40, also places and routes it. What does not fit or is
 * too slow is a warning, since the Verilog is right all the same. Throws `ToolError` when Yosys fails.
 */
export async function synthesise(
  given: BuiltDesign,
  on: { readonly target: Target; readonly clockMhz: number },
  toolchain: Toolchain,
  onEvent: OnEvent | undefined,
): Promise<Synthesis> {
  const { target, clockMhz } = on;
  onEvent?.({ kind: "start", stage: "synthesise" });
  const family = familyOf(target);
  if (!family) {
    onEvent?.({ kind: "diagnostic", diagnostic: noSynthesis(target.name, target.family, families) });
    const notes = [`no synthesis: nothing is known of the family ${target.family}`];
    return { report: { tools: [], resources: {}, available: {}, fits: true, notes }, files: new Map() };
  }
  const built = { ...given, files: readableBy(family, given.files) };
  let lines = 0;
  const onProgress = ({ line }: { readonly line: string }): void => {
    lines++;
    const label = line.trim().slice(0, 60);
    if (label !== "") onEvent?.({ kind: "progress", stage: "synthesise", done: lines, total: lines, label });
  };
  const placed =
    family === "ice40" ? await tryPlace(built, target, clockMhz, toolchain, onProgress) : undefined;
  const routed = typeof placed === "object" ? placed : undefined;
  const { files, design } = built;
  const device = String(toolOptions(target, "nextpnr")["device"] ?? "");
  const mapped =
    routed?.synthesis ??
    (await synthesize({ files, top: design.top, target: family, device, toolchain, onProgress }));
  return assemble(built, target, clockMhz, countsOf(mapped, target, family), mapped, placed, onEvent);
}

function assemble(
  built: BuiltDesign,
  target: Target,
  clockMhz: number,
  counts: Counts,
  mapped: SynthesisResult,
  placed: PlaceAndRouteResult | string | undefined,
  onEvent: OnEvent | undefined,
): Synthesis {
  const routed = typeof placed === "object" ? placed : undefined;
  const notes = [`${shortVersion(mapped.toolVersion)}: ${mapped.sourceCommand}`];
  if (mapped.unknownCells.length > 0)
    notes.push(`lower bounds: cells of unknown cost are ${mapped.unknownCells.join(", ")}`);
  if (typeof placed === "string") notes.push(`place and route: ${placed}`);
  if (routed) notes.push(`${shortVersion(routed.toolVersion, router)}: ${routed.sourceCommand}`);
  if (routed?.harness) {
    const { lutCount, ffCount } = routed.harness;
    notes.push(
      `routed inside a measuring harness of ${lutCount} LUT and ${ffCount} FF, so there is no bitstream`,
    );
  }
  const over = [...counts.over, ...(typeof placed === "string" && counts.over.length === 0 ? [placed] : [])];
  if (over.length > 0) onEvent?.({ kind: "diagnostic", diagnostic: doesNotFit(target.name, over) });
  const speeds = Object.values(routed?.fmaxMhz ?? {});
  const fmax = speeds.length > 0 ? Math.round(Math.min(...speeds) * 10) / 10 : undefined;
  if (fmax !== undefined && fmax < clockMhz)
    onEvent?.({ kind: "diagnostic", diagnostic: missedClock(target.name, clockMhz, fmax) });
  const files = new Map<string, string | Uint8Array>();
  const bitstream = routed && !routed.harness ? `synth/${built.design.top}.bin` : undefined;
  if (bitstream !== undefined) files.set(bitstream, routed!.bitstream);
  const tools = [mapped.toolVersion, ...(routed ? [shortVersion(routed.toolVersion, router)] : [])];
  const report: SynthesisReport = {
    tools,
    resources: counts.resources,
    available: counts.available,
    fits: over.length === 0,
    notes,
    ...defined({
      maxClockMhz:
        fmax === undefined ? undefined : figure(fmax, "MHz", shortVersion(routed!.toolVersion, router)),
      meetsClock: fmax === undefined ? undefined : fmax >= clockMhz,
      bitstream,
    }),
  };
  return { report, files };
}

/** What the synthesise line says. */
export function synthFacts(
  report: SynthesisReport,
  target: Target,
): { readonly subject: string; readonly facts: readonly string[] } {
  const counts = Object.entries(report.resources).filter(([, { value }]) => value > 0);
  return {
    subject: target.name,
    facts: [
      ...counts.map(([name, { value }]) => `${grouped(value, 1)} ${name}`),
      ...(report.maxClockMhz ? [`${grouped(report.maxClockMhz.value, 1)} MHz`] : []),
      ...(report.fits ? [] : ["does not fit"]),
    ],
  };
}
