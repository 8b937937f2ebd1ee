import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { encoding, model, temporaryFolder } from "./helpers/run.js";
import { tiny } from "./helpers/tiny.js";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const project = fileURLToPath(new URL("./project", import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program; `watch` sees stdout as it grows. */
function run(
  argv: readonly string[],
  cwd: string,
  watch?: (stdout: string, child: ChildProcess) => void,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...argv], { cwd, stdio: ["ignore", "pipe", "pipe"] });
    const text = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => {
      text.stdout += chunk;
      watch?.(text.stdout, child);
    });
    child.stderr.on("data", (chunk) => {
      text.stderr += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...text }));
  });
}

describe.skipIf(!existsSync(bin))("the built program", () => {
  it("shares one core with a configuration in TypeScript", async () => {
    const { code, stdout, stderr } = await run(["estimate", tiny], project);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "note: There are 1 thresholds. [counter/thresholds]\n",
    });
    expect(stdout).toContain("  target      ice40-up5k");
  });

  it("ends with the exit code of its command", async () => {
    expect((await run(["estimate", "no.onnx"], project)).code).toBe(1);
    expect((await run(["estimte", "no.onnx"], project)).code).toBe(2);
  });

  it("leaves nothing when it is told to stop", async () => {
    const cwd = temporaryFolder();
    const out = join(cwd, "out");
    const { code } = await run(["build", model, ...encoding, "-o", out], cwd, (stdout, child) => {
      if (stdout.includes("  emit ")) child.kill("SIGTERM");
    });
    expect(code).toBe(143);
    expect(readdirSync(cwd)).toEqual([]);
  });
});
