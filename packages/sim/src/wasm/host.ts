/** The parts of the WebAssembly JavaScript API in use; the type library of ES2023 has none of it. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** A compiled module; opaque. */
export type WasmModule = object;

interface WasmApi {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: object };
  readonly Memory: new (limits: { readonly initial: number }) => WasmMemory;
}

const api = (globalThis as unknown as { readonly WebAssembly: WasmApi }).WebAssembly;

export function compileModule(bytes: Uint8Array<ArrayBuffer>): WasmModule {
  return new api.Module(bytes);
}

/** Zeroed memory of `pages` times 64 KiB. */
export function createMemory(pages: number): WasmMemory {
  return new api.Memory({ initial: pages });
}

/** Starts a module whose only import is `env.memory`. */
export function instantiate<Exports extends object>(module: WasmModule, memory: WasmMemory): Exports {
  return new api.Instance(module, { env: { memory } }).exports as Exports;
}
