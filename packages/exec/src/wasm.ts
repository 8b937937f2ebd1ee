import { kernelsBase64 } from "./generated/kernels.js";

export type Kernel = (...args: readonly number[]) => number;

const pageBytes = 65536;
let compiled: WebAssembly.Module | undefined;

export interface KernelInstance {
  readonly memory: WebAssembly.Memory;
  /** Throws when there is no kernel of that name. */
  kernel(name: string): Kernel;
}

/** The kernels on a memory of their own; the module is compiled once a thread. */
export function instantiateKernels(memoryBytes: number): KernelInstance {
  compiled ??= new WebAssembly.Module(Buffer.from(kernelsBase64, "base64"));
  const pages = Math.ceil(memoryBytes / pageBytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  return {
    memory,
    kernel: (name) => {
      const found = exports[name];
      if (typeof found !== "function") throw new Error(`there is no kernel \`${name}\``);
      return found as Kernel;
    },
  };
}
