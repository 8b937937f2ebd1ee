import type { OnnxHandler } from "@gatefold/frontend-onnx";
import { Square } from "./square.js";

/** The domain under which models name the operators of this package. */
export const domain = "com.example.hello";

/** How ONNX nodes of our domain are read. The plugin brings them; `importOnnx` alone takes them as `handlers`. */
export const helloHandlers: readonly OnnxHandler[] = [
  { op: "Square", domains: [domain], build: (node) => node.emit(Square, [node.value(0)]) },
];
