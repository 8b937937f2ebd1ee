import { Arena, memoryBytes } from "./arena.js";
import * as elementwise from "./js/elementwise.js";
import { gemm } from "./js/gemm.js";
import * as normalize from "./js/normalize.js";
import * as quantize from "./js/quantize.js";
import * as update from "./js/update.js";
import * as window from "./js/window.js";
import type { Kernels } from "./kernels.js";

export interface JsKernelsOptions {
  /** Size of the engine's memory, from 16; 256 unless told. The system commits pages when they are first used. */
  readonly memoryMegabytes?: number;
}

/** The engine in plain JavaScript: loops as in the definition, sums in float64. For tests and comparison; slow. */
export function jsKernels({ memoryMegabytes = 256 }: JsKernelsOptions = {}): Kernels {
  const arena = new Arena(new ArrayBuffer(memoryBytes(memoryMegabytes, 4096)));
  return {
    name: "js",
    threads: 1,
    alloc: (length) => arena.alloc(length),
    scratch: (length) => arena.scratch(length),
    release: () => arena.release(),
    dispose: () => {},
    fill: (y, value) => {
      y.fill(value);
    },
    copy: (x, y) => {
      y.set(x);
    },
    gemm,
    ...elementwise,
    ...window,
    ...normalize,
    ...quantize,
    ...update,
  };
}
