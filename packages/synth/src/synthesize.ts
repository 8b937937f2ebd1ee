import {
  createToolchain,
  type FileTree,
  type ProgressEvent,
  type Toolchain,
  yosysNetlist,
} from "@gatefold/toolchain";
import { countResources, type ResourceCount } from "./count.js";
import type { PortWidth } from "./harness.js";
import { type SynthesisTarget, targetRules } from "./targets.js";

export interface SynthesizeOptions {
  /** Verilog sources (`.v`) by path, and the files that they read. */
  readonly files: FileTree;
  readonly top: string;
  readonly target: SynthesisTarget;
  /** `up5k` and `up3k` have multipliers, which the other iCE40s lack; else the device does not matter here. */
  readonly device?: string;
  /** More options of the synthesis command, such as `-nobram`. */
  readonly flags?: readonly string[];
  /** Default: one of its own, closed afterwards. */
  readonly toolchain?: Toolchain;
  readonly onProgress?: (event: ProgressEvent) => void;
}

export interface SynthesisResult extends ResourceCount {
  /** Mapped cells by type. */
  readonly cells: Readonly<Record<string, number>>;
  /** The synthesis command that was run; with `toolVersion` it makes the numbers repeatable. */
  readonly sourceCommand: string;
  readonly toolVersion: string;
  readonly wallSeconds: number;
  readonly log: string;
}

/**
 * Maps a design to the cells of an FPGA family and counts them. These are counts after mapping, before placement: packing may save or
 * cost a few. Rejects with `ToolError` when Yosys refuses the sources.
 */
export async function synthesize(options: SynthesizeOptions): Promise<SynthesisResult> {
  return withToolchain(options, async (toolchain) => (await synthesizeNetlist(options, toolchain)).result);
}

/** Runs `work` with the toolchain of the options or with one of its own. */
export async function withToolchain<T>(
  options: { readonly toolchain?: Toolchain },
  work: (toolchain: Toolchain) => Promise<T>,
): Promise<T> {
  if (options.toolchain !== undefined) return work(options.toolchain);
  const toolchain = createToolchain();
  try {
    return await work(toolchain);
  } finally {
    await toolchain.close();
  }
}

export interface MappedNetlist {
  readonly result: SynthesisResult;
  /** As `write_json` writes it. */
  readonly json: string;
  readonly ports: readonly PortWidth[];
}

interface JsonDesign {
  readonly creator: string;
  readonly modules: Readonly<Record<string, JsonModule>>;
}

interface JsonModule {
  readonly ports: Readonly<
    Record<string, { readonly direction: "input" | "output" | "inout"; readonly bits: readonly unknown[] }>
  >;
  readonly cells: Readonly<Record<string, { readonly type: string }>>;
}

/** {@link synthesize} that keeps the netlist. */
export async function synthesizeNetlist(
  options: SynthesizeOptions,
  toolchain: Toolchain,
): Promise<MappedNetlist> {
  const { files, top, target, device, flags = [], onProgress } = options;
  const start = performance.now();
  const sourceCommand = [targetRules[target].command(device), ...flags, `-top ${top}`].join(" ");
  const sources = Object.keys(files).filter((path) => path.endsWith(".v"));
  // a netlist that is given as JSON is mapped already and stands beside the sources
  const netlists = Object.keys(files).filter((path) => path.endsWith(".json"));
  const script = [
    ...netlists.map((path) => `read_json "${path}"`),
    ...sources.map((path) => `read_verilog -defer "${path}"`),
    sourceCommand,
    ...(targetRules[target].afterwards ?? []),
  ].join("\n");
  const progress = onProgress === undefined ? {} : { onProgress };
  const { json, log } = await yosysNetlist(toolchain, { script, files, ...progress });
  const design = JSON.parse(json) as JsonDesign;
  const module = design.modules[top];
  if (module === undefined) throw new Error(`the netlist has no module ${top}`);
  const cells: Record<string, number> = {};
  for (const { type } of Object.values(module.cells)) {
    if (type !== "$scopeinfo") cells[type] = (cells[type] ?? 0) + 1;
  }
  const ports = Object.entries(module.ports).map(([name, port]) => ({
    name,
    direction: port.direction,
    widthBits: port.bits.length,
  }));
  const counts = countResources(target, cells);
  const wallSeconds = (performance.now() - start) / 1000;
  return {
    result: { ...counts, cells, sourceCommand, toolVersion: design.creator, wallSeconds, log },
    json,
    ports,
  };
}
