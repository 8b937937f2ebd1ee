import type { JitiOptions } from "jiti";

/**
 * Modules are loaded by Node itself wherever it can, so that a configuration and its plugins share one instance of
 * @gatefold/core with the compiler: ops are compared by identity. Only TypeScript goes through jiti.
 */
export const nativeFirst: JitiOptions = { tryNative: true, moduleCache: false };
