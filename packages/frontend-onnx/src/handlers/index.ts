import type { OnnxHandler } from "../handler.js";
import { constantHandlers } from "./constant.js";
import { convHandlers } from "./conv.js";
import { elementwiseHandlers } from "./elementwise.js";
import { matrixHandlers } from "./matrix.js";
import { normHandlers } from "./norm.js";
import { qcdqHandlers } from "./qcdq.js";
import { qonnxOpHandlers } from "./qonnx-ops.js";
import { qonnxQuantHandlers } from "./qonnx-quant.js";
import { reduceHandlers } from "./reduce.js";
import { resizeHandlers } from "./resize.js";
import { structureHandlers } from "./structure.js";

/** Every operator that is read without a plugin. */
export const builtinHandlers: readonly OnnxHandler[] = [
  ...constantHandlers,
  ...convHandlers,
  ...elementwiseHandlers,
  ...matrixHandlers,
  ...normHandlers,
  ...qcdqHandlers,
  ...qonnxOpHandlers,
  ...qonnxQuantHandlers,
  ...reduceHandlers,
  ...resizeHandlers,
  ...structureHandlers,
];
