import { type VerilogDesign, verilogDesign } from "@gatefold/backend-verilog";
import {
  checkOptions,
  DiagnosticError,
  type DiagnosticSink,
  definePlugin,
  type OutputKind,
  type OutputWriter,
  option,
  type Plugin,
  type Target,
} from "@gatefold/core";
import { noLatticeDevice, singleStreams, wideStream } from "../diagnostics.js";
import { transferSources } from "../rtl.js";
import { latticeFiles } from "./lattice.js";
import { pynqFiles } from "./pynq.js";
import { type QuartusDevice, quartusFiles } from "./quartus.js";
import { vivadoFiles } from "./vivado.js";
import { isSingle, mostBusBytes, printWrapper, wrapperName } from "./wrapper.js";

export const vendors = ["vivado", "pynq", "quartus", "lattice"] as const;
export type Vendor = (typeof vendors)[number];

export interface ProjectsOptions {
  /** Whose projects to write, a folder each; `pynq` brings `vivado` with it, whose IP core it takes. */
  readonly vendors: readonly Vendor[];
  /** The clock that is asked for; 100 unless given. */
  readonly clockMhz?: number | undefined;
  /** The device: names the part for Vivado and Lattice tools, where it is one of theirs. */
  readonly target?: Target | undefined;
  /** Part for Vivado; the target's, else that of the PYNQ boards. */
  readonly part?: string | undefined;
  /** Device for Quartus; a Cyclone V of the DE1-SoC unless given. */
  readonly quartus?: QuartusDevice | undefined;
}

const usualPart = "xc7z020clg400-1";
const usualQuartus: QuartusDevice = { family: "Cyclone V", device: "5CSEMA5F31C6" };

function checkProjects(options: ProjectsOptions): void {
  checkOptions("projects", options, {
    vendors: option.list(option.oneOf(vendors)),
    clockMhz: option.optional(option.number({ min: 0.001 })),
    target: option.optional(option.custom("a target", (v) => typeof v === "object")),
    part: option.optional(option.string()),
    quartus: option.optional(option.object({ family: option.string(), device: option.string() })),
  });
  const { family } = options.target ?? {};
  if (options.vendors.includes("lattice") && family !== "ice40" && family !== "ecp5")
    throw new DiagnosticError([noLatticeDevice(options.target?.name)]);
}

function vivadoPart({ part, target }: ProjectsOptions): string {
  const { part: own } = (target?.tools["vivado"] ?? {}) as { readonly part?: string };
  return part ?? own ?? usualPart;
}

const kindOf = (name: string): OutputKind => (/\.(xdc|sdc|ldc)$/.test(name) ? "constraints" : "script");

/** The IP core's module and its sources: a wrapper that knows where transfers end, where a DMA engine can serve the design. */
function addIp(
  design: VerilogDesign,
  files: OutputWriter,
): { readonly top: string; readonly sources: readonly string[] } {
  if (!isSingle(design)) return { top: design.top, sources: [] };
  const top = wrapperName(design.top);
  const sources = [...transferSources(design.sources), { name: top, source: printWrapper(design) }];
  for (const { name, source } of sources) files.add(`vivado/${name}.v`, source, "rtl");
  return { top, sources: sources.map(({ name }) => `vivado/${name}.v`) };
}

/** Whether a DMA engine can serve the design; says why not. */
function servesDma(design: VerilogDesign, diagnostics: DiagnosticSink): boolean {
  if (!isSingle(design)) {
    diagnostics.report(singleStreams(design.top, design.inputs.length, design.outputs.length));
    return false;
  }
  const wide = [...design.inputs, ...design.outputs].filter(({ tdataBits }) => tdataBits / 8 > mostBusBytes);
  diagnostics.report(...wide.map(({ prefix, tdataBits }) => wideStream(prefix, tdataBits / 8)));
  return wide.length === 0;
}

/**
 * Emits projects for the vendors' tools around the Verilog, a folder each. Nothing where no plugin emitted Verilog. Throws `DiagnosticError`
 * (`projects/no-lattice-device`) for `lattice` without a target of theirs.
 */
export function projects(options: ProjectsOptions): Plugin {
  checkProjects(options);
  const { clockMhz = 100, quartus = usualQuartus, target } = options;
  const wanted = (...names: readonly Vendor[]): boolean =>
    names.some((name) => options.vendors.includes(name));
  return definePlugin({
    name: "projects",
    after: ["verilog"],
    setup(hooks) {
      hooks.emit.tap(({ facts, files, diagnostics }) => {
        const design = facts.get(verilogDesign);
        if (!design) return;
        const add = (folder: Vendor, made: ReadonlyMap<string, string>): void => {
          for (const [name, text] of made) files.add(`${folder}/${name}`, text, kindOf(name));
        };
        if (wanted("vivado", "pynq")) {
          const ip = addIp(design, files);
          add("vivado", vivadoFiles({ design, part: vivadoPart(options), clockMhz, ip }));
        }
        if (wanted("pynq") && servesDma(design, diagnostics)) add("pynq", pynqFiles(design, clockMhz));
        if (wanted("quartus")) add("quartus", quartusFiles(design, quartus, clockMhz));
        if (wanted("lattice")) add("lattice", latticeFiles(design, target!, clockMhz));
      });
    },
  });
}
