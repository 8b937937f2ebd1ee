import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Compilation, numbers, tensorFrom } from "@gatefold/core";
import { describe, expect, it } from "vitest";
import { type HostBuild, hostBuild, runHls } from "../src/index.js";
import { compilers, emitted, strict } from "./build.js";
import { emitSmall } from "./small-net.js";

async function built(compilation: Compilation): Promise<HostBuild> {
  const { design, files } = emitted(compilation);
  const build = await hostBuild(design, files, { flags: ["-O0"] });
  if ("skipped" in build) throw new Error(build.skipped);
  return build;
}

const include = join(import.meta.dirname, "../include/shim");
const vendor = process.env["GATEFOLD_AP_TYPES"];

describe.skipIf(compilers.length === 0)("on the host", () => {
  it("the test bench passes, and fails when a recorded integer is another", async () => {
    const build = await built(await emitSmall());
    try {
      const run = (): { readonly status: number | null; readonly stdout: string } =>
        spawnSync(build.executable, [build.vectors], { encoding: "utf8" });
      expect(run()).toMatchObject({ status: 0, stdout: "PASS 4 frames\n" });
      const path = join(build.vectors, "m_axis.txt");
      const [first, ...more] = readFileSync(path, "utf8").split(" ");
      writeFileSync(path, [Number(first) + 1, ...more].join(" "));
      const failed = run();
      expect(failed.status).toBe(1);
      expect(failed.stdout).toContain(`m_axis frame 0 element 0: ${first}, expected ${Number(first) + 1}\n`);
      expect(failed.stdout).toContain("FAIL 1 elements of 4 frames differ");
      rmSync(path);
      expect(run().stdout).toContain("FAIL there is no");
    } finally {
      await build.close();
    }
  });

  it("any number of frames run, and a frame of another size is refused", async () => {
    const build = await built(await emitSmall());
    try {
      const row = [tensorFrom("u3", [1, 6], [7, 6, 5, 4, 3, 2])];
      const got = await runHls(build, [row, row, row]);
      expect(got.map(([y]) => [...numbers(y!)])).toEqual([9, 9, 9].map((v) => [v, -6]));
      expect(await runHls(build, [])).toEqual([]);
      await expect(runHls(build, [[tensorFrom("u3", [1, 5], [1, 2, 3, 4, 5])]])).rejects.toThrow(
        "no frame of 6",
      );
    } finally {
      await build.close();
    }
    await expect(runHls(build, [[tensorFrom("u3", [1, 6], [0, 0, 0, 0, 0, 0])]])).rejects.toThrow();
  });

  it("every beat of every stream is written down where that is asked for", async () => {
    const { design, files } = emitted(await emitSmall());
    expect(design.streams).toEqual([{ net: "mvau_0", kernel: "MVAU_0", result: 0 }]);
    const build = await hostBuild(design, files, { flags: ["-O0", "-DGATEFOLD_TRACE", "-Wall", "-Wextra"] });
    if ("skipped" in build) throw new Error(build.skipped);
    const traceFile = join(build.vectors, "trace");
    try {
      expect(build.messages).toBe("");
      await runHls(build, [[tensorFrom("u3", [1, 6], [7, 6, 5, 4, 3, 2])]], { traceFile });
      expect(readFileSync(traceFile, "utf8").trim().split("\n")).toEqual([
        "s_axis 0177",
        "s_axis 009c",
        "in 177",
        "in 09c",
        "mvau_0 09",
        "mvau_0 7a",
        "m_axis 09",
        "m_axis 7a",
      ]);
    } finally {
      await build.close();
    }
  });

  it("what a compiler refuses is said", async () => {
    const { design, files } = emitted(await emitSmall());
    const broken = files.map(
      ([path, text]) => [path, path.endsWith("small.cpp") ? "void small( {" : text] as const,
    );
    await expect(hostBuild(design, broken)).rejects.toThrow(/error/);
  });

  it.each(compilers)("the shim wraps, shifts and cuts as it should (%s)", (compiler) => {
    const source = join(import.meta.dirname, "shim.cpp");
    const program = join(tmpdir(), `gatefold-shim-${process.pid}-${compiler}`);
    const folders = vendor === undefined ? [include] : [vendor, include];
    const flags = vendor === undefined ? strict : ["-w"];
    const compiled = spawnSync(
      compiler,
      ["-std=c++14", ...flags, ...folders.map((f) => `-I${f}`), source, "-o", program],
      { encoding: "utf8" },
    );
    expect([compiled.stderr, compiled.status]).toEqual(["", 0]);
    expect(spawnSync(program, { encoding: "utf8" }).stdout).toBe("PASS\n");
    rmSync(program);
  });
});

it("without a compiler it says that nothing was compiled", async () => {
  const { design, files } = emitted(await emitSmall());
  expect(await hostBuild(design, files, { compiler: "no-such-compiler" })).toEqual({
    skipped: "no no-such-compiler on the PATH",
  });
});
