import type { VerilogDesign } from "@gatefold/backend-verilog";
import { beside, command, comment, printTcl, setHere, type TclItem, type TclWord, variable } from "./tcl.js";
import { clockConstraint } from "./vivado.js";

export interface QuartusDevice {
  readonly family: string;
  readonly device: string;
}

const assign = (name: string, ...value: readonly TclWord[]): TclItem =>
  command("set_global_assignment", "-name", name, ...value);

function project(design: VerilogDesign, { family, device }: QuartusDevice): readonly TclItem[] {
  const ports = [...design.inputs, ...design.outputs].flatMap(({ prefix }) =>
    ["tdata", "tvalid", "tready"].map((end) => (end === "tdata" ? `${prefix}_tdata[*]` : `${prefix}_${end}`)),
  );
  return [
    comment("quartus_sh -t project.tcl: the circuit alone, compiled; its ports are virtual pins."),
    setHere,
    command("load_package", "flow"),
    command("cd", variable("here")),
    command("project_new", design.top, "-overwrite"),
    assign("FAMILY", family),
    assign("DEVICE", device),
    assign("TOP_LEVEL_ENTITY", design.top),
    assign("PROJECT_OUTPUT_DIRECTORY", "output_files"),
    ...design.sources.map((path) => assign("VERILOG_FILE", beside("..", ...path.split("/")))),
    assign("SEARCH_PATH", beside("..", "rtl")),
    assign("SDC_FILE", beside("clock.sdc")),
    ...[design.resetN, ...ports].map((port) =>
      command("set_instance_assignment", "-name", "VIRTUAL_PIN", "ON", "-to", port),
    ),
    command("export_assignments"),
    command("execute_flow", "-compile"),
    command("project_close"),
  ];
}

/** The files of `quartus/`, by name. Source of the commands: Intel Quartus Prime Scripting Reference Manual, MNL-Q2101904. */
export function quartusFiles(
  design: VerilogDesign,
  device: QuartusDevice,
  clockMhz: number,
): ReadonlyMap<string, string> {
  const clock = [clockConstraint(design, clockMhz), command("derive_clock_uncertainty")];
  return new Map([
    ["project.tcl", printTcl(project(design, device))],
    ["clock.sdc", printTcl(clock)],
  ]);
}
