import { beatBits, type ElemType, elemInfo, type Op, type StreamType } from "@gatefold/core";
import { netlistLatencyCycles, netlistOf } from "@gatefold/dialect-hw";
import {
  liveNodes,
  type Netlist,
  printVerilog,
  type VerilogPort,
  verilogClock,
  verilogEnable,
  verilogPorts,
} from "@gatefold/netlist";
import type { VerilogInstance, VerilogStyle } from "./verilog-kernel.js";

/** A circuit as a module of its own behind the handshake that all its registers share. */
export function netlistInstance(op: Op, { module, luts }: VerilogStyle): VerilogInstance {
  const netlist = netlistOf(op);
  const core = `${module}_core`;
  return {
    module,
    source: [wrapper(op, module, core), printVerilog(netlist, { module: core, enable: true, luts })].join(
      "\n",
    ),
    parameters: {},
  };
}

function wrapper(op: Op, module: string, core: string): string {
  const netlist = netlistOf(op);
  const [from, to] = [op.operand(0).type as StreamType, op.result().type as StreamType];
  const depth = netlistLatencyCycles(op);
  const ports = verilogPorts(netlist);
  const inputs = ports.slice(0, netlist.inputs.length);
  const outputs = ports.slice(netlist.inputs.length);
  const connections = [
    ...(hasRegisters(netlist) ? [`.${verilogClock}(aclk)`, `.${verilogEnable}(enable)`] : []),
    ...inputs.map((port, c) => `.${port.name}(${field(port, c, from)})`),
    ...outputs.map((port, c) => `.${port.name}(y_${c})`),
  ];
  const [inBits, outBits] = [beatBits(from), beatBits(to)];
  const result = outputs.map((port, c) => extended(port, c, to)).reverse();
  return [
    `// ${from.lanes} codes of ${from.elem} to ${to.lanes} of ${to.elem}, a vector a cycle, ${depth + 1} cycles later.`,
    `module ${module} (`,
    "    input  wire aclk,",
    "    input  wire aresetn,",
    `    input  wire ${range(inBits)}s_axis_tdata,`,
    "    input  wire s_axis_tvalid,",
    "    output wire s_axis_tready,",
    `    output wire ${range(outBits)}m_axis_tdata,`,
    "    output wire m_axis_tvalid,",
    "    input  wire m_axis_tready",
    ");",
    "    wire enable;",
    ...outputs.map(({ widthBits }, c) => `    wire ${range(widthBits)}y_${c};`),
    `    ${core} core (`,
    ...connections.map((line, i) => `        ${line}${i + 1 < connections.length ? "," : ""}`),
    "    );",
    `    gf_pipe #(.WIDTH(${outBits}), .DEPTH(${depth})) pipe (`,
    "        .aclk(aclk), .aresetn(aresetn), .enable(enable),",
    "        .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),",
    `        .result({${result.join(", ")}}),`,
    "        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)",
    "    );",
    "    // Bits of codes that never come, and all else that the circuit does not need.",
    "    wire unused = &{1'b0, enable, s_axis_tdata};",
    "endmodule",
    "",
  ].join("\n");
}

const range = (widthBits: number): string => (widthBits > 1 ? `[${widthBits - 1}:0] ` : "");

/** Whether the printed circuit has a clock. */
function hasRegisters(netlist: Netlist): boolean {
  return liveNodes(netlist).some((live, node) => live === 1 && netlist.kind(node) === "register");
}

/** Whether a field of a beat is two's complement; −1/+1 is one plain bit. */
const isSigned = (elem: ElemType): boolean => elemInfo(elem).signed && elem !== "bipolar";

/** Channel `c` of the input beat, in as many bits as the circuit reads of it. */
function field({ widthBits }: VerilogPort, c: number, { elem, lanes }: StreamType): string {
  const size = elemInfo(elem).widthBits;
  if (size * lanes === 1 && widthBits === 1) return "s_axis_tdata";
  const bit = (at: number): string => (size * lanes === 1 ? "s_axis_tdata" : `s_axis_tdata[${at}]`);
  const taken = Math.min(size, widthBits);
  const low = c * size;
  const own = taken === 1 ? bit(low) : `s_axis_tdata[${low + taken - 1}:${low}]`;
  return widened(own, isSigned(elem) ? bit(low + size - 1) : undefined, widthBits - taken);
}

/** An output of the circuit in as many bits as the output beat has for it. */
function extended({ widthBits, signed }: VerilogPort, c: number, { elem }: StreamType): string {
  const top = widthBits > 1 ? `y_${c}[${widthBits - 1}]` : `y_${c}`;
  return widened(`y_${c}`, signed ? top : undefined, elemInfo(elem).widthBits - widthBits);
}

/** Bits more above a word: copies of its sign, or zeros where it has none. */
function widened(word: string, sign: string | undefined, more: number): string {
  if (more === 0) return word;
  return sign === undefined ? `{${more}'d0, ${word}}` : `{{${more}{${sign}}}, ${word}}`;
}
