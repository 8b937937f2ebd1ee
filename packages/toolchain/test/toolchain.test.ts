import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createToolchain, findTool, ToolError, yosysNetlist } from "@gatefold/toolchain";
import { afterAll, describe, expect, it } from "vitest";

const and = "module top(input a, b, output y); assign y = a & b; endmodule\n";
const lines: string[] = [];
const modes = {
  worker: createToolchain({ onProgress: (e) => lines.push(e.line) }),
  inline: createToolchain({ mode: "inline" }),
} as const;
afterAll(() => Promise.all(Object.values(modes).map((t) => t.close())));

describe.each(["worker", "inline"] as const)("%s", (mode) => {
  const tools = modes[mode];

  it("runs a Yosys script on files in folders and returns only what was written", async () => {
    const script = "read_verilog rtl/top.v;synth_ice40 -noabc9 -top top\nwrite_json out.json";
    const { files, log } = await tools.yosys({
      script,
      files: { "rtl/top.v": and, "note.bin": Uint8Array.of(255) },
    });
    expect(Object.keys(files)).toEqual(["out.json"]);
    const netlist = JSON.parse(files["out.json"] as string);
    expect(Object.values<{ type: string }>(netlist.modules.top.cells).map((c) => c.type)).toEqual([
      "SB_LUT4",
    ]);
    expect(log).toContain("Executing JSON backend");
  });

  it("turns a syntax error into a ToolError with the tool's own first line", async () => {
    const failed = tools.yosys({
      script: "read_verilog bad.v",
      files: { "bad.v": "module a(input x;\nendmodule" },
    });
    const error = await failed.then(
      () => undefined,
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(ToolError);
    expect(error).toMatchObject({ tool: "yosys", exitCode: 1 });
    expect((error as ToolError).toolMessage).toMatch(/^bad\.v:1: ERROR: syntax error/);
    expect((error as ToolError).command).toMatch(/^yosys /);
    expect((error as ToolError).logTail).toContain("Executing Verilog-2005 frontend");
  });

  it("runs nextpnr-ice40 and icepack", async () => {
    const script = "read_verilog top.v; synth_ice40 -noabc9 -top top; write_json top.json";
    const { files } = await tools.yosys({ script, files: { "top.v": and } });
    const args = ["--lp384", "--package", "qn32", "--json", "top.json", "--asc", "top.asc"];
    const placed = await tools.nextpnrIce40({ args: [...args, "--pcf-allow-unconstrained"], files });
    const asc = placed.files["top.asc"] as string;
    expect(asc).toContain(".device 384");
    const packed = await tools.icepack({ args: ["top.asc", "top.bin"], files: { "top.asc": asc } });
    expect(packed.files["top.bin"]).toBeInstanceOf(Uint8Array);
    expect(packed.files["top.bin"]?.length).toBeGreaterThan(7000);
  });

  it("reports a failing nextpnr run", async () => {
    const failed = tools.nextpnrIce40({
      args: ["--hx8k", "--package", "ct256", "--json", "none.json"],
      files: {},
    });
    await expect(failed).rejects.toThrow(/nextpnr-ice40 (exited|crashed).*: ERROR: Failed to open JSON file/);
  });
});

it("passes the log on line by line while a tool runs", () => {
  expect(lines.some((line) => line.includes("Executing SYNTH_ICE40 pass"))).toBe(true);
});

it("returns a netlist apart from the log, and the progress of one run", async () => {
  const seen: string[] = [];
  const script = "read_verilog top.v; hierarchy -top top; proc";
  const onProgress = ({ line }: { readonly line: string }): void => {
    seen.push(line);
  };
  const files = { "top.v": and };
  const { json, log } = await yosysNetlist(modes.worker, {
    script,
    files,
    writeOptions: "-noscopeinfo",
    onProgress,
  });
  expect(Object.keys(JSON.parse(json).modules.top.ports)).toEqual(["a", "b", "y"]);
  expect(log).toContain("Executing JSON backend");
  expect(log).not.toContain("netnames");
  expect(seen.some((line) => line.includes("Executing HIERARCHY pass"))).toBe(true);
  const broken = yosysNetlist(modes.worker, { script: "read_verilog none.v", files });
  await expect(broken).rejects.toThrow(ToolError);
});

it("refuses work after close", async () => {
  const tools = createToolchain();
  await tools.close();
  await expect(tools.yosys({ args: ["-V"], files: {} })).rejects.toThrow(/closed/);
});

describe("findTool", () => {
  const folder = mkdtempSync(join(tmpdir(), "gatefold-find-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("finds a program on PATH with its version, and nothing where there is none", () => {
    const before = process.env["PATH"];
    try {
      const program = join(folder, "some-tool");
      writeFileSync(program, "#!/bin/sh\necho some-tool 1.2\n");
      chmodSync(program, 0o755);
      process.env["PATH"] = `${folder}:${before ?? ""}`;
      expect(findTool("some-tool")).toEqual({ path: program, version: "some-tool 1.2" });
      process.env["PATH"] = folder;
      expect(findTool("sh")).toBeUndefined();
    } finally {
      process.env["PATH"] = before;
    }
  });
});

const built = join(import.meta.dirname, "../dist/index.js");

it.skipIf(!existsSync(built))("lets the process end without close", () => {
  const code = `import(${JSON.stringify(built)}).then(({ createToolchain: c }) => (c ? c().yosys({ args: ["-V"], files: {} }) : 0)).then(() => console.log("ran"))`;
  const { stdout, signal } = spawnSync(process.execPath, ["-e", code], { encoding: "utf8", timeout: 30_000 });
  expect(signal).toBeNull();
  expect(stdout).toContain("ran");
});
