import { spawnSync } from "node:child_process";
import type { Compilation } from "@gatefold/core";
import { type HlsDesign, hlsDesign, hostCompilers } from "../src/index.js";

/** Compilers that are here. */
export const compilers: readonly string[] = hostCompilers.filter(
  (name) => spawnSync(name, ["--version"]).status === 0,
);

/** The C++ that a compilation has emitted. */
export function emitted({ facts, outputs }: Compilation): {
  readonly design: HlsDesign;
  readonly files: readonly (readonly [string, string | Uint8Array])[];
} {
  return { design: facts.need(hlsDesign), files: outputs.map(({ path, content }) => [path, content]) };
}

/** Warnings are errors of ours, and what a sanitizer says ends the program. */
export const strict: readonly string[] = [
  "-Wall",
  "-Wextra",
  "-O0",
  "-fsanitize=address,undefined",
  "-fno-sanitize-recover=all",
];
