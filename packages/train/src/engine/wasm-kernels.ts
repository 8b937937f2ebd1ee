import { TrainError } from "../error.js";
import { memoryBytes } from "./arena.js";
import type { Kernels } from "./kernels.js";
import { columnsOf } from "./wasm/columns.js";
import { elementwiseOf } from "./wasm/elementwise.js";
import { startFork } from "./wasm/fork.js";
import { gemmOf } from "./wasm/gemm.js";
import { quantizersOf } from "./wasm/quantize.js";
import { windowsOf } from "./wasm/window.js";

export interface WasmKernelsOptions {
  /** Threads that compute, the calling one included, 1 to 64; 1 unless told. Results do not depend on it, to the bit. */
  readonly threads?: number;
  /** Size of the engine's memory, 16 to 4096; 1024 unless told. The system commits pages when they are first used. */
  readonly memoryMegabytes?: number;
}

/**
 * The engine in WebAssembly SIMD. Workers sleep between kernels, do not keep the process alive and end with `dispose`; they take
 * part as soon as they have started.
 */
export function wasmKernels({ threads = 1, memoryMegabytes = 1024 }: WasmKernelsOptions = {}): Kernels {
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) {
    throw new TrainError("train/bad-option", `\`threads\` is ${threads}.`, "give an integer from 1 to 64");
  }
  const fork = startFork(threads, memoryBytes(memoryMegabytes, 4096));
  const { arena } = fork;
  return {
    name: "wasm",
    threads,
    alloc: (length) => arena.alloc(length),
    scratch: (length) => arena.scratch(length),
    release: () => arena.release(),
    dispose: () => fork.dispose(),
    gemm: gemmOf(fork),
    ...elementwiseOf(fork),
    ...columnsOf(fork),
    ...quantizersOf(fork),
    ...windowsOf(fork),
  };
}
