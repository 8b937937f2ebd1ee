import type { VerilogDesign } from "@gatefold/backend-verilog";
import { beside, call, command, comment, printTcl, setHere, type TclItem, variable } from "./tcl.js";

/** What the scripts are about; paths are seen from the output folder. */
export interface VivadoProject {
  readonly design: VerilogDesign;
  readonly part: string;
  readonly clockMhz: number;
  /** Module of the IP core and its sources beside the design's; the design itself where there is no wrapper. */
  readonly ip: { readonly top: string; readonly sources: readonly string[] };
}

const up = (path: string) => beside("..", ...path.split("/"));

/** The clock and nothing else: inputs and outputs are registers of the surrounding design. */
export function clockConstraint({ clock }: Pick<VerilogDesign, "clock">, clockMhz: number): TclItem {
  const periodNs = Number((1000 / clockMhz).toFixed(3));
  return command("create_clock", "-name", clock, "-period", String(periodNs), call("get_ports", clock));
}

function addSources(paths: readonly string[], read: string): readonly TclItem[] {
  return paths.map((path) => command(read, up(path)));
}

function outOfContext({ design, part }: VivadoProject): readonly TclItem[] {
  return [
    comment(
      `vivado -mode batch -source ooc.tcl: ${design.top} alone, synthesised, placed and routed, with reports beside this file.`,
    ),
    setHere,
    command("set", "part", part),
    command("create_project", "-in_memory", "-part", variable("part")),
    ...addSources(design.sources, "read_verilog"),
    ...addSources(design.memories, "read_mem"),
    command("read_xdc", "-mode", "out_of_context", beside("clock.xdc")),
    command("synth_design", "-mode", "out_of_context", "-top", design.top, "-part", variable("part")),
    command("opt_design"),
    command("place_design"),
    command("phys_opt_design"),
    command("route_design"),
    command("report_utilization", "-file", beside("utilization.rpt")),
    command("report_utilization", "-hierarchical", "-file", beside("utilization_hierarchical.rpt")),
    command("report_timing_summary", "-file", beside("timing.rpt")),
    command("write_checkpoint", "-force", beside(`${design.top}.dcp`)),
  ];
}

function project({ design, part }: VivadoProject): readonly TclItem[] {
  return [
    comment("vivado -source project.tcl: a project to look around in."),
    setHere,
    command("create_project", design.top, beside(design.top), "-part", part, "-force"),
    ...addSources([...design.sources, ...design.memories], "add_files"),
    command("add_files", "-fileset", "constrs_1", beside("clock.xdc")),
    command("set_property", "top", design.top, call("current_fileset")),
    command("update_compile_order", "-fileset", "sources_1"),
  ];
}

function packageIp({ design, part, ip }: VivadoProject): readonly TclItem[] {
  const core = variable("core");
  const streams = [...design.inputs, ...design.outputs];
  const sides = [...streams, ...(design.weights ? [design.weights] : [])].map(({ prefix }) => prefix);
  return [
    comment("vivado -mode batch -source package_ip.tcl: an IP core in ip/, with AXI4-Stream interfaces."),
    setHere,
    command("create_project", "-force", "package_ip", beside("package_ip"), "-part", part),
    ...addSources([...design.sources, ...design.memories, ...ip.sources], "add_files"),
    command("set_property", "top", ip.top, call("current_fileset")),
    command("update_compile_order", "-fileset", "sources_1"),
    command(
      ...["ipx::package_project", "-root_dir"],
      beside("ip"),
      ...["-vendor", "gatefold", "-library", "network", "-taxonomy", "/UserIP", "-import_files", "-force"],
    ),
    command("set", "core", call("ipx::current_core")),
    command("set_property", "name", ip.top, core),
    command("set_property", "version", "1.0", core),
    command("set_property", "display_name", ip.top, core),
    command("set_property", "description", `The network ${design.top}`, core),
    command("ipx::infer_bus_interfaces", "xilinx.com:interface:axis_rtl:1.0", core),
    command("ipx::infer_bus_interface", design.clock, "xilinx.com:signal:clock_rtl:1.0", core),
    command("ipx::infer_bus_interface", design.resetN, "xilinx.com:signal:reset_rtl:1.0", core),
    ...(design.weights
      ? [command("ipx::infer_bus_interfaces", "xilinx.com:interface:aximm_rtl:1.0", core)]
      : []),
    ...sides.map((prefix) =>
      command("ipx::associate_bus_interfaces", "-busif", prefix, "-clock", design.clock, core),
    ),
    command("ipx::associate_bus_interfaces", "-clock", design.clock, "-reset", design.resetN, core),
    command("ipx::create_xgui_files", core),
    command("ipx::update_checksums", core),
    command("ipx::check_integrity", core),
    command("ipx::save_core", core),
    command("close_project"),
  ];
}

/** The files of `vivado/`, by name. Source of the commands: AMD UG835, Vivado Design Suite Tcl Command Reference; UG1118. */
export function vivadoFiles(of: VivadoProject): ReadonlyMap<string, string> {
  return new Map([
    ["clock.xdc", printTcl([clockConstraint(of.design, of.clockMhz)])],
    ["ooc.tcl", printTcl(outOfContext(of))],
    ["project.tcl", printTcl(project(of))],
    ["package_ip.tcl", printTcl(packageIp(of))],
  ]);
}
