import { checkOptions, defineModel, definePlugin, option, type Plugin } from "@gatefold/core";
import { OnnxImport } from "@gatefold/frontend-onnx";
import { helloBoard } from "./board.js";
import { findSquares } from "./find-squares.js";
import { helloHandlers } from "./import.js";
import { IntSquare } from "./int-square.js";
import { Square } from "./square.js";
import { Squarer } from "./squarer.js";
import { tellTimings } from "./timings.js";

export { helloBoard } from "./board.js";
export { domain, helloHandlers } from "./import.js";
export { IntSquare } from "./int-square.js";
export { Square } from "./square.js";
export { Squarer } from "./squarer.js";

export interface HelloOptions {
  /** Gets one line for each pass that ran: `console.log`, say. */
  readonly timings?: (line: string) => void;
}

/** Squares, from an ONNX node to a circuit, and a board. Its pass comes after those of `streamline()`. */
export function hello(options: HelloOptions = {}): Plugin {
  const { timings } = checkOptions("hello", options, {
    timings: option.optional(option.custom("a function", (v) => typeof v === "function")),
  });
  return definePlugin({
    name: "hello",
    after: ["streamline"],
    ops: [Square, IntSquare, Squarer],
    models: [defineModel(Square, OnnxImport, helloHandlers)],
    passes: [findSquares],
    targets: [helloBoard],
    setup: (hooks) => {
      if (timings) tellTimings(hooks, timings);
    },
  });
}

/** For `gatefold --plugin gatefold-plugin-hello`. */
export default hello;
