import { definePlugin, type Plugin } from "@gatefold/core";
import { emitHls } from "./emit.js";
import { hwModels } from "./hw-models.js";
import { checkHlsOptions, type HlsOptions } from "./options.js";

export type { CArgument, CArray, CStruct } from "./cpp/ast.js";
export type { HlsPort, HlsStream } from "./design.js";
export { type HlsDesign, hlsDesign } from "./emit.js";
export { type HlsCall, HlsKernel, type HlsModel } from "./hls-kernel.js";
export {
  type HostBuild,
  type HostBuildOptions,
  type HostCompiler,
  hostBuild,
  hostCompilers,
} from "./host/build.js";
export { type HlsRunOptions, runHls } from "./host/run.js";
export type { HlsOptions } from "./options.js";

/** hw to a C++ project for Vitis HLS that also compiles on the host. */
export function hls(options: HlsOptions = {}): Plugin {
  checkHlsOptions(options);
  return definePlugin({
    name: "hls",
    models: hwModels,
    setup(hooks, { interfaces }) {
      hooks.emit.tap((ctx) => emitHls(ctx, options, interfaces));
    },
  });
}
