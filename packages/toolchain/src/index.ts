export { type FoundTool, findTool } from "./find-tool.js";
export { type FileTree, type ToolName, toolNames } from "./job.js";
export { type NetlistOptions, yosysNetlist } from "./netlist.js";
export { ToolError } from "./tool-error.js";
export {
  createToolchain,
  type ProgressEvent,
  type Toolchain,
  type ToolchainOptions,
  type ToolOptions,
  type ToolResult,
  type YosysOptions,
} from "./toolchain.js";
