export interface Workspace {
  readonly dir: string;
  /** Its package.json, parsed. */
  readonly manifest: {
    readonly name: string;
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly peerDependencies?: Readonly<Record<string, string>>;
  };
}

export interface Packed {
  readonly name: string;
  readonly dir: string;
  readonly tarball: string;
  /** Paths in the tarball. */
  readonly files: readonly string[];
}

export declare const root: string;
export declare function workspaces(repository?: string): readonly Workspace[];
export declare function plainEnvironment(): Readonly<Record<string, string>>;
export declare function npm(args: readonly string[], cwd: string): string;
export declare function packFolders(dirs: readonly string[], into: string): readonly Packed[];
