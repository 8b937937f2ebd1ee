import type { VerilogDesign } from "@gatefold/backend-verilog";
import type { Target } from "@gatefold/core";
import { type MakeRule, printMakefile } from "../make.js";
import { beside, command, comment, printTcl, setHere, type TclItem, variable } from "./tcl.js";
import { clockConstraint } from "./vivado.js";

const up = (path: string) => beside("..", ...path.split("/"));

/** Order code of a device: speed grade 6 of ECP5 in its 381-ball package, the only grade of an UltraPlus. */
function orderCode({ family, device }: Target): string | undefined {
  if (family === "ecp5") return `${device}-6BG381C`;
  return device === "iCE40UP5K" ? "iCE40UP5K-SG48I" : undefined;
}

function diamond(design: VerilogDesign, device: string): readonly TclItem[] {
  return [
    comment("diamondc project.tcl: Lattice Diamond."),
    setHere,
    command("cd", variable("here")),
    command("prj_project", "new", "-name", design.top, "-impl", "impl1", "-dev", device, "-synthesis", "lse"),
    ...[...design.sources, ...design.memories].map((path) => command("prj_src", "add", up(path))),
    command("prj_src", "add", beside("clock.ldc")),
    command("prj_impl", "option", "top", design.top),
    command("prj_project", "save"),
    ...["Synthesis", "Map", "PAR"].map((step) => command("prj_run", step, "-impl", "impl1")),
    command("prj_project", "close"),
  ];
}

function radiant(design: VerilogDesign, device: string): readonly TclItem[] {
  return [
    comment("radiantc project.tcl: Lattice Radiant."),
    setHere,
    command("cd", variable("here")),
    command("prj_create", "-name", design.top, "-impl", "impl_1", "-dev", device, "-synthesis", "lse"),
    ...[...design.sources, ...design.memories].map((path) => command("prj_add_source", up(path))),
    command("prj_add_source", beside("clock.sdc")),
    command("prj_set_impl_opt", "top", design.top),
    command("prj_save"),
    ...["Synthesis", "Map", "PAR"].map((step) => command("prj_run", step, "-impl", "impl_1")),
    command("prj_close"),
  ];
}

/** Mapping with the open tools, and placing where the ports fit the package. */
function makefile(
  design: VerilogDesign,
  { family, tools, package: housing }: Target,
  clockMhz: number,
): string {
  const { top, sources, memories } = design;
  const { device } = (tools["nextpnr"] ?? {}) as { readonly device?: string };
  const paths = sources.map((path) => `../${path}`);
  const synth = `synth_${family} -top ${top} -json ../lattice/${top}.json`;
  const [written, option] = family === "ice40" ? ["asc", "--asc"] : ["config", "--textcfg"];
  const place: MakeRule = {
    target: `${top}.${written}`,
    needs: [`${top}.json`],
    recipe: [
      {
        words: [
          ...[`nextpnr-${family}`, `--${device}`, ...(housing ? ["--package", housing] : [])],
          ...["--json", `${top}.json`, option!, `${top}.${written}`, "--report", "report.json"],
          ...["--freq", String(clockMhz), "--timing-allow-fail"],
          ...(family === "ecp5" ? ["--lpf-allow-unconstrained"] : []),
        ],
      },
    ],
  };
  return printMakefile({
    comment: ["Yosys and nextpnr have to be on the PATH. Yosys runs in ../rtl, where the memory files lie."],
    rules: [
      { target: "all", needs: [place.target], recipe: [], phony: true },
      {
        target: `${top}.json`,
        needs: [...paths, ...memories.map((path) => `../${path}`)],
        recipe: [{ folder: "../rtl", words: ["yosys", "-q", "-p", synth, ...paths] }],
      },
      place,
    ],
  });
}

/**
 * The files of `lattice/`, by name, for a target of iCE40 or ECP5: a project of Radiant (iCE40 UltraPlus) or Diamond (ECP5), and a
 * Makefile. Source of the commands: Lattice Radiant and Diamond user guides, Tcl scripting chapters.
 */
export function latticeFiles(
  design: VerilogDesign,
  target: Target,
  clockMhz: number,
): ReadonlyMap<string, string> {
  const files = new Map([["Makefile", makefile(design, target, clockMhz)]]);
  const device = orderCode(target);
  if (device === undefined) return files;
  const clock = printTcl([clockConstraint(design, clockMhz)]);
  const isEcp5 = target.family === "ecp5";
  return files
    .set("project.tcl", printTcl((isEcp5 ? diamond : radiant)(design, device)))
    .set(isEcp5 ? "clock.ldc" : "clock.sdc", clock);
}
