import { definePlugin, type Plugin } from "@gatefold/core";
import { xilinx7Targets } from "./devices.js";

export { xilinx7Targets } from "./devices.js";

/** AMD Xilinx 7-series and Zynq-7000 devices as targets `xc7…`. */
export function xilinx7(): Plugin {
  return definePlugin({ name: "target-xilinx7", targets: xilinx7Targets });
}
