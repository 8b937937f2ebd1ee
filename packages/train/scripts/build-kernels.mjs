// Compiles assembly/ to WebAssembly and writes it, base64, to src/generated/kernels.ts.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
let binary;
const { error, stderr } = await asc.main(
  [
    "assembly/index.ts",
    "--outFile",
    "kernels.wasm",
    "-O3",
    "--noAssert",
    "--runtime",
    "stub",
    "--importMemory",
    "--sharedMemory",
    "--initialMemory",
    "256",
    "--maximumMemory",
    "65536",
    "--enable",
    "simd",
    "--enable",
    "threads",
    "--enable",
    "bulk-memory",
  ],
  {
    readFile: (name, base) => {
      const path = join(root, base === "." ? name : join(base, name));
      return existsSync(path) ? readFileSync(path, "utf8") : null;
    },
    writeFile: (name, contents) => {
      if (name.endsWith(".wasm")) binary = contents;
    },
    listFiles: () => [],
  },
);
if (error || !binary) {
  process.stderr.write(stderr.toString());
  throw error ?? new Error("asc wrote no module");
}
const out = join(root, "src/generated/kernels.ts");
const text = `/** Written by scripts/build-kernels.mjs from assembly/. */
export const kernelsBase64: string =
  "${Buffer.from(binary).toString("base64")}";
`;
mkdirSync(dirname(out), { recursive: true });
if (!existsSync(out) || readFileSync(out, "utf8") !== text) writeFileSync(out, text);
