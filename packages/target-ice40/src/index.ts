import { definePlugin, type Plugin } from "@gatefold/core";
import { ice40Targets } from "./devices.js";

export { ice40Targets } from "./devices.js";

/** Lattice iCE40 devices as targets `ice40-…`. */
export function ice40(): Plugin {
  return definePlugin({ name: "target-ice40", targets: ice40Targets });
}
