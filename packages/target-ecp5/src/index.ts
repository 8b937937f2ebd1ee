import { definePlugin, type Plugin } from "@gatefold/core";
import { ecp5Targets } from "./devices.js";

export { ecp5Targets } from "./devices.js";

/** Lattice ECP5 devices as targets `ecp5-…`. */
export function ecp5(): Plugin {
  return definePlugin({ name: "target-ecp5", targets: ecp5Targets });
}
