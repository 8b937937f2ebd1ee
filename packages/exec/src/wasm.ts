import { kernelsBase64 } from "./generated/kernels.js";

export type Kernel = (...args: readonly number[]) => number;

/** The parts of the WebAssembly JavaScript API in use; the type library of ES2023 has none of it. */
interface WasmApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Record<string, unknown> };
  readonly Memory: new (limits: {
    readonly initial: number;
    readonly maximum: number;
  }) => { readonly buffer: ArrayBuffer };
}

const api = (globalThis as unknown as { readonly WebAssembly: WasmApi }).WebAssembly;
const pageBytes = 65536;
let compiled: object | undefined;

export interface KernelInstance {
  readonly buffer: ArrayBuffer;
  /** Throws when there is no kernel of that name. */
  kernel(name: string): Kernel;
}

/** The kernels on a memory of their own, which never grows; the module is compiled once a thread. */
export function instantiateKernels(memoryBytes: number): KernelInstance {
  compiled ??= new api.Module(Buffer.from(kernelsBase64, "base64"));
  const pages = Math.ceil(memoryBytes / pageBytes);
  const memory = new api.Memory({ initial: pages, maximum: pages });
  const { exports } = new api.Instance(compiled, { env: { memory } });
  return {
    buffer: memory.buffer,
    kernel: (name) => {
      const found = exports[name];
      if (typeof found !== "function") throw new Error(`there is no kernel \`${name}\``);
      return found as Kernel;
    },
  };
}
