import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { type CliIo, main } from "../../src/index.js";

/** The network that ships with the project. */
const digits = (name: string): string =>
  fileURLToPath(new URL(`../../../../examples/digits/${name}`, import.meta.url));

export const model: string = digits("digits.onnx");
export const testData: string = digits("test.npz");
export const encoding: readonly string[] = ["--input", "uint8:scale=1/255"];

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process. */
export async function gatefold(
  argv: readonly string[],
  options: { readonly cwd?: string; readonly isTTY?: boolean; readonly env?: CliIo["env"] } = {},
): Promise<Ran> {
  const text = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof text) => ({
    write: (part: string) => {
      text[name] += part;
    },
    isTTY: options.isTTY,
  });
  const code = await main(argv, {
    stdout: stream("stdout"),
    // a spinner needs a real terminal
    stderr: { ...stream("stderr"), isTTY: false },
    cwd: options.cwd ?? process.cwd(),
    env: options.env ?? {},
  });
  return { code, ...text };
}

const folders: string[] = [];
// Here, not in the function: a test that runs can no longer ask for something after all tests.
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone after the tests of this file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gatefold-cli-"));
  folders.push(folder);
  return folder;
}
