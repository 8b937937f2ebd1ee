import { jsKernels, type Kernels, wasmKernels } from "../../src/index.js";

/** Every engine that comes with the package, with little memory. */
export const engines: readonly { readonly name: string; readonly create: () => Kernels }[] = [
  { name: "js", create: () => jsKernels({ memoryMegabytes: 64 }) },
  { name: "wasm", create: () => wasmKernels({ memoryMegabytes: 64 }) },
];
