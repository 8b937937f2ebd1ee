import { availableParallelism } from "node:os";
import type { Kernels } from "../engine/kernels.js";
import { wasmKernels } from "../engine/wasm-kernels.js";

/** Threads that a training takes unless told: one core is left to the rest of the machine. */
export function defaultThreads(): number {
  return Math.max(1, Math.min(8, availableParallelism() - 1));
}

/** The engine that a training runs on when none is given: WebAssembly. Results do not depend on the threads. */
export function openEngine({
  threads = defaultThreads(),
  memoryMegabytes,
}: {
  readonly threads?: number | undefined;
  readonly memoryMegabytes?: number | undefined;
} = {}): Kernels {
  return wasmKernels({ threads, ...(memoryMegabytes === undefined ? {} : { memoryMegabytes }) });
}
