import { definePlugin, type Plugin } from "@gatefold/core";
import { emitVerilog } from "./emit.js";
import { hwModels } from "./hw-models.js";
import { checkVerilogOptions, type VerilogOptions } from "./options.js";

export { concat, constant, net, slice, type VExpr, type VItem, type VModule } from "./ast.js";
export {
  type InstanceSummary,
  type StreamNet,
  type StreamPort,
  type VerilogDesign,
  verilogDesign,
} from "./design.js";
export { RtlLibrary } from "./library.js";
export type { VerilogOptions } from "./options.js";
export { printModule } from "./print.js";
export { beatBytes, packBeats, unpackBeats } from "./stream-layout.js";
export {
  type MemoryPort,
  type VerilogInstance,
  VerilogKernel,
  type VerilogModel,
  type VerilogStyle,
} from "./verilog-kernel.js";
export { axiLitePorts, type SumLimits, type WeightMemory, type WeightPort } from "./weight-port.js";
export { type WeightWrite, weightWords, weightWrites } from "./weight-writes.js";

/** hw to Verilog-2005 with AXI4-Stream ports and a self-checking test bench. */
export function verilog(options: VerilogOptions = {}): Plugin {
  checkVerilogOptions(options);
  return definePlugin({
    name: "verilog",
    models: hwModels,
    setup(hooks, { interfaces }) {
      hooks.emit.tap((ctx) => emitVerilog(ctx, options, interfaces));
    },
  });
}
