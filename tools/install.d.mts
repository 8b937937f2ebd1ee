export declare const offline: readonly string[];
export declare function installPacked(names: readonly string[], folder: string): void;
