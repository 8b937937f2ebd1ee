import type { FileTree, ProgressEvent, Toolchain } from "@gatefold/toolchain";
import { makeHarness, type PortWidth } from "./harness.js";
import { type MappedNetlist, type SynthesisResult, synthesizeNetlist, withToolchain } from "./synthesize.js";

/** The devices that nextpnr-ice40 knows, with the package that is taken when none is named. */
export const ice40Devices = {
  lp384: "qn32",
  lp1k: "qn84",
  lp4k: "cm225",
  lp8k: "cm225",
  hx1k: "tq144",
  hx4k: "tq144",
  hx8k: "ct256",
  up3k: "sg48",
  up5k: "sg48",
  u1k: "sg48",
  u2k: "sg48",
  u4k: "sg48",
} as const;
export type Ice40Device = keyof typeof ice40Devices;

export interface PlaceAndRouteOptions {
  readonly files: FileTree;
  readonly top: string;
  readonly device: Ice40Device;
  readonly package?: string;
  /** The frequency that is asked for. What is reached may be less, which is not an error. Default 48. */
  readonly clockMhz?: number;
  /** Default 1. Different seeds move the frequency by several percent. */
  readonly seed?: number;
  /**
   * Whether a harness stands around the design, see `makeHarness`. `"auto"` (default): when it has more than 20 bits of ports, which the
   * smallest package would not have pins for.
   */
  readonly harness?: "auto" | "always" | "never";
  /** The clock input that the harness drives. Default: `aclk`, `clk` or `clock`, whichever there is. */
  readonly clock?: string;
  /** Pin constraints in PCF; pins that it leaves out are placed freely. Not with a harness. */
  readonly pcf?: string;
  readonly flags?: readonly string[];
  readonly toolchain?: Toolchain;
  readonly onProgress?: (event: ProgressEvent) => void;
}

export interface Utilization {
  readonly used: number;
  readonly available: number;
}

export interface PlaceAndRouteResult {
  /** The reached frequency of each clock net, in MHz. Empty for a design without registers. */
  readonly fmaxMhz: Readonly<Record<string, number>>;
  /** Logic cells (`ICESTORM_LC`: a LUT with its register and carry), `ICESTORM_RAM`, `SB_IO` … including the harness. */
  readonly utilization: Readonly<Record<string, Utilization>>;
  /** The design alone, as {@link synthesize} counts it. */
  readonly synthesis: SynthesisResult;
  /** What the harness adds; undefined without one. */
  readonly harness: { readonly lutCount: number; readonly ffCount: number } | undefined;
  readonly asc: string;
  readonly bitstream: Uint8Array;
  readonly toolVersion: string;
  readonly sourceCommand: string;
  readonly wallSeconds: number;
  readonly log: string;
}

const mostDirectPins = 20;

/**
 * Synthesises, places and routes for an iCE40 and packs the bitstream. Rejects with `ToolError` when the design does not fit, with the
 * tool's own words. A missed `clockMhz` is no error: compare `fmaxMhz`.
 */
export async function placeAndRoute(options: PlaceAndRouteOptions): Promise<PlaceAndRouteResult> {
  return withToolchain(options, async (toolchain) => {
    const start = performance.now();
    const { files, top, device, flags, onProgress } = options;
    const common = { target: "ice40" as const, device, ...(onProgress && { onProgress }) };
    const bare = await synthesizeNetlist({ ...common, files, top, ...(flags && { flags }) }, toolchain);
    const wrapped = needsHarness(options, bare.ports)
      ? await wrap(bare, top, options.clock ?? findClock(top, bare.ports), common, toolchain)
      : undefined;
    if (wrapped !== undefined && options.pcf !== undefined) {
      throw new Error(
        `${top} gets a harness, which has none of the pins of the constraints; use harness: "never"`,
      );
    }
    const args = nextpnrArguments(options);
    const inputs = { "top.json": (wrapped ?? bare).json, "top.pcf": options.pcf ?? "" };
    const placed = await toolchain.nextpnrIce40({ args, files: inputs, onProgress });
    const asc = textOf(placed.files["top.asc"]);
    const report = JSON.parse(textOf(placed.files["report.json"])) as Report;
    const packed = await toolchain.icepack({
      args: ["top.asc", "top.bin"],
      files: { "top.asc": asc },
      onProgress,
    });
    return {
      fmaxMhz: Object.fromEntries(
        Object.entries(report.fmax).map(([clock, f]) => [clockName(clock), f.achieved]),
      ),
      utilization: report.utilization,
      synthesis: bare.result,
      harness: wrapped && {
        lutCount: wrapped.result.lutCount - bare.result.lutCount,
        ffCount: wrapped.result.ffCount - bare.result.ffCount,
      },
      asc,
      bitstream: bytesOf(packed.files["top.bin"]),
      toolVersion: /^\.comment (.*)$/m.exec(asc)?.[1] ?? "",
      sourceCommand: ["nextpnr-ice40", ...args].join(" "),
      wallSeconds: (performance.now() - start) / 1000,
      log: placed.log,
    };
  });
}

interface Report {
  readonly fmax: Readonly<Record<string, { readonly achieved: number; readonly constraint: number }>>;
  readonly utilization: Readonly<Record<string, Utilization>>;
}

/** The design as a mapped netlist inside a harness that is mapped now. */
function wrap(
  bare: MappedNetlist,
  top: string,
  clock: string,
  common: { readonly target: "ice40"; readonly device: string },
  toolchain: Toolchain,
): Promise<MappedNetlist> {
  const harness = makeHarness(top, bare.ports, clock);
  const files = { "design.json": bare.json, "harness.v": harness.verilog };
  return synthesizeNetlist({ ...common, files, top: harness.top }, toolchain);
}

function needsHarness({ harness = "auto" }: PlaceAndRouteOptions, ports: readonly PortWidth[]): boolean {
  if (harness !== "auto") return harness === "always";
  return ports.reduce((sum, p) => sum + p.widthBits, 0) > mostDirectPins;
}

function findClock(top: string, ports: readonly PortWidth[]): string {
  const name = ["aclk", "clk", "clock"].find((n) => ports.some((p) => p.name === n));
  if (name === undefined)
    throw new Error(`${top} has no input aclk, clk or clock; name its clock with the option clock`);
  return name;
}

function nextpnrArguments(options: PlaceAndRouteOptions): string[] {
  const { device } = options;
  return [
    `--${device}`,
    "--package",
    options.package ?? ice40Devices[device],
    "--json",
    "top.json",
    ...(options.pcf === undefined ? [] : ["--pcf", "top.pcf"]),
    "--pcf-allow-unconstrained",
    "--asc",
    "top.asc",
    "--report",
    "report.json",
    "--freq",
    String(options.clockMhz ?? 48),
    "--seed",
    String(options.seed ?? 1),
    "--timing-allow-fail",
  ];
}

/** `clk$SB_IO_IN_$glb_clk` is the net `clk` behind its buffers. */
function clockName(net: string): string {
  return net.replace(/\$SB_IO_IN.*$|_\$glb_clk$/, "");
}

function textOf(file: string | Uint8Array | undefined): string {
  if (file === undefined) throw new Error("nextpnr-ice40 ended well but left a file out");
  return typeof file === "string" ? file : new TextDecoder().decode(file);
}

function bytesOf(file: string | Uint8Array | undefined): Uint8Array {
  if (file === undefined) throw new Error("icepack ended well but wrote nothing");
  return typeof file === "string" ? new TextEncoder().encode(file) : file;
}
