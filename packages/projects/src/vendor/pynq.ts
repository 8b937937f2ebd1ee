import type { VerilogDesign } from "@gatefold/backend-verilog";
import { busBytesOf } from "../driver/layout.js";
import { type PynqBoard, pynqBoards } from "./pynq-boards.js";
import {
  beside,
  call,
  command,
  comment,
  expression,
  list,
  printTcl,
  script,
  setHere,
  type TclItem,
  type TclWord,
  text,
  variable,
} from "./tcl.js";
import { wrapperName } from "./wrapper.js";

type Properties = readonly (readonly [name: string, value: string])[];

/** A cell of the newest version of an IP core that is there. */
function cell(name: string, vlnv: string, properties: Properties = []): readonly TclItem[] {
  const newest = call("lindex", call("get_ipdefs", `${vlnv}:*`), "end");
  const created = command("create_bd_cell", "-type", "ip", "-vlnv", newest, name);
  if (properties.length === 0) return [created];
  return [created, command("set_property", "-dict", list(...properties.flat()), call("get_bd_cells", name))];
}

const streams = (from: string, to: string): TclItem =>
  command("connect_bd_intf_net", call("get_bd_intf_pins", from), call("get_bd_intf_pins", to));

const nets = (from: string, to: readonly string[]): readonly TclItem[] =>
  to.map((pin) => command("connect_bd_net", call("get_bd_pins", from), call("get_bd_pins", pin)));

function dmaProperties(design: VerilogDesign): Properties {
  const bits = ({ tdataBits }: { readonly tdataBits: number }): number => 8 * busBytesOf(tdataBits / 8);
  const [input, output] = [bits(design.inputs[0]!), bits(design.outputs[0]!)];
  return [
    ["CONFIG.c_include_sg", "0"],
    ["CONFIG.c_sg_length_width", "26"],
    ["CONFIG.c_m_axis_mm2s_tdata_width", String(input)],
    ["CONFIG.c_m_axi_mm2s_data_width", String(Math.max(32, input))],
    ["CONFIG.c_s_axis_s2mm_tdata_width", String(output)],
    ["CONFIG.c_m_axi_s2mm_data_width", String(Math.max(32, output))],
  ];
}

/** Processing system, one DMA engine and the network, each connection spelt out. */
function blockDesign(design: VerilogDesign, { system }: PynqBoard, clockMhz: number): readonly TclItem[] {
  const core = `gatefold:network:${wrapperName(design.top)}`;
  const dma = ["s_axi_lite_aclk", "m_axi_mm2s_aclk", "m_axi_s2mm_aclk"].map((pin) => `dma_0/${pin}`);
  const clocked = [
    `ps/${system.masterClock}`,
    `ps/${system.memoryClock}`,
    "reset/slowest_sync_clk",
    "control/aclk",
    "memory/aclk",
    "network/aclk",
    ...dma,
  ];
  return [
    command("create_bd_design", "system"),
    ...cell("ps", `xilinx.com:ip:${system.ip}`),
    command(
      ...["apply_bd_automation", "-rule", system.rule, "-config"],
      list(...system.preset),
      call("get_bd_cells", "ps"),
    ),
    command("set_property", "-dict", list(...system.properties(clockMhz).flat()), call("get_bd_cells", "ps")),
    ...cell("reset", "xilinx.com:ip:proc_sys_reset"),
    ...cell("control", "xilinx.com:ip:smartconnect", [
      ["CONFIG.NUM_SI", "1"],
      ["CONFIG.NUM_MI", design.weights ? "2" : "1"],
    ]),
    ...cell("memory", "xilinx.com:ip:smartconnect", [
      ["CONFIG.NUM_SI", "2"],
      ["CONFIG.NUM_MI", "1"],
    ]),
    ...cell("dma_0", "xilinx.com:ip:axi_dma", dmaProperties(design)),
    ...cell("network", core),
    streams(`ps/${system.master}`, "control/S00_AXI"),
    streams("control/M00_AXI", "dma_0/S_AXI_LITE"),
    ...(design.weights ? [streams("control/M01_AXI", `network/${design.weights.prefix}`)] : []),
    streams("dma_0/M_AXI_MM2S", "memory/S00_AXI"),
    streams("dma_0/M_AXI_S2MM", "memory/S01_AXI"),
    streams("memory/M00_AXI", `ps/${system.memory}`),
    streams("dma_0/M_AXIS_MM2S", "network/s_axis"),
    streams("network/m_axis", "dma_0/S_AXIS_S2MM"),
    ...nets(`ps/${system.clock}`, clocked),
    ...nets(`ps/${system.resetN}`, ["reset/ext_reset_in"]),
    ...nets("reset/peripheral_aresetn", [
      "control/aresetn",
      "memory/aresetn",
      "dma_0/axi_resetn",
      "network/aresetn",
    ]),
    command("assign_bd_address"),
    command("validate_bd_design"),
    command("save_bd_design"),
  ];
}

function boardScript(design: VerilogDesign, board: PynqBoard, clockMhz: number): readonly TclItem[] {
  const { name, part, boardPart } = board;
  const folder = variable("folder");
  const result = (ending: string): TclWord => beside(`${design.top}_${name}.${ending}`);
  const inFolder = (path: string): TclWord => call("glob", text(folder, path));
  return [
    comment(
      `vivado -mode batch -source ${name}.tcl, after ../vivado/package_ip.tcl: a bitstream and its .hwh for PYNQ.`,
    ),
    setHere,
    command("set", "folder", beside(name)),
    command("create_project", "-force", "system", folder, "-part", part),
    command(
      "if",
      expression(call("llength", call("get_board_parts", "-quiet", boardPart)), "> 0"),
      script(command("set_property", "board_part", boardPart, call("current_project"))),
    ),
    command("set_property", "ip_repo_paths", beside("..", "vivado", "ip"), call("current_project")),
    command("update_ip_catalog"),
    ...blockDesign(design, board, clockMhz),
    command("set", "wrapper", call("make_wrapper", "-top", "-files", call("get_files", "system.bd"))),
    command("add_files", "-norecurse", variable("wrapper")),
    command("set_property", "top", "system_wrapper", call("current_fileset")),
    command("update_compile_order", "-fileset", "sources_1"),
    command("launch_runs", "impl_1", "-to_step", "write_bitstream", "-jobs", "4"),
    command("wait_on_run", "impl_1"),
    command("file", "copy", "-force", inFolder("/system.runs/impl_1/system_wrapper.bit"), result("bit")),
    command(
      ...["file", "copy", "-force"],
      inFolder("/system.*/sources_1/bd/system/hw_handoff/system.hwh"),
      result("hwh"),
    ),
    command("open_run", "impl_1"),
    command("report_utilization", "-file", result("utilization.rpt")),
    command("report_timing_summary", "-file", result("timing.rpt")),
  ];
}

/** The files of `pynq/`, by name: a block design a board. The design has one input and one output stream. */
export function pynqFiles(design: VerilogDesign, clockMhz: number): ReadonlyMap<string, string> {
  return new Map(
    pynqBoards.map((board) => [`${board.name}.tcl`, printTcl(boardScript(design, board, clockMhz))]),
  );
}
