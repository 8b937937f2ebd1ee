// Compiles a package's AssemblyScript to WebAssembly and writes it, base64, to src/generated/kernels.ts.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

/** `script` is the URL of a file in the package's folder `scripts`; `flags` are the compiler's beside the usual ones. */
export async function buildKernels(script, flags) {
  const root = dirname(dirname(fileURLToPath(script)));
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
      ...flags,
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
}
