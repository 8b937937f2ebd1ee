import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { definePlugin } from "@gatefold/core";
import { reportSchema, reportSchemaVersion } from "@gatefold/report";
import { describe, expect, it } from "vitest";
import { build, writeFolder } from "../src/index.js";
import { temporaryFolder } from "./helpers/run.js";
import { tiny } from "./helpers/tiny.js";

const folder = temporaryFolder();
let count = 0;
/** A fresh folder to put outputs into, so that leftovers beside an output show. */
function place(): string {
  const path = join(folder, String(count++));
  mkdirSync(path);
  return path;
}
const mark = JSON.stringify({ schema: reportSchema, schemaVersion: reportSchemaVersion });
const files = (entries: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(entries));
/** A path below a file cannot be made: the writing fails after the files before it were written. */
const impossible = files({
  "report.json": mark,
  "rtl/a.v": "module a; endmodule",
  "rtl/a.v/b.v": "",
  "rtl/c.v": "",
});

describe("an output folder", () => {
  it("appears whole, with its subfolders", async () => {
    const at = place();
    await writeFolder(join(at, "deep/out"), files({ "report.json": mark, "rtl/a.v": "module a; endmodule" }));
    expect(readFileSync(join(at, "deep/out/rtl/a.v"), "utf8")).toBe("module a; endmodule");
    expect(readdirSync(join(at, "deep"))).toEqual(["out"]);
  });

  it("does not appear when a file in the middle cannot be written", async () => {
    const at = place();
    await expect(writeFolder(join(at, "out"), impossible)).rejects.toMatchObject({
      diagnostics: [{ code: "cli/output-failed", notes: ["nothing was left behind"] }],
    });
    expect(readdirSync(at)).toEqual([]);
  });

  it("keeps the older output when the newer fails", async () => {
    const at = place();
    await writeFolder(join(at, "out"), files({ "report.json": mark, old: "1" }));
    await expect(writeFolder(join(at, "out"), impossible)).rejects.toThrow("cli/output-failed");
    expect(readdirSync(at)).toEqual(["out"]);
    expect(readdirSync(join(at, "out")).sort()).toEqual(["old", "report.json"]);
  });

  it("replaces an older output as a whole", async () => {
    const at = place();
    await writeFolder(join(at, "out"), files({ "report.json": mark, old: "1" }));
    await writeFolder(join(at, "out"), files({ "report.json": mark, fresh: "2" }));
    expect(readdirSync(at)).toEqual(["out"]);
    expect(readdirSync(join(at, "out")).sort()).toEqual(["fresh", "report.json"]);
  });

  it("leaves nothing when it is stopped", async () => {
    const at = place();
    const stop = new AbortController();
    stop.abort();
    await expect(
      writeFolder(join(at, "out"), files({ "report.json": mark }), { signal: stop.signal }),
    ).rejects.toThrow("cli/output-failed");
    expect(readdirSync(at)).toEqual([]);
  });

  it("of somebody else is replaced with force only", async () => {
    const at = place();
    mkdirSync(join(at, "out"));
    writeFileSync(join(at, "out", "thesis.tex"), "");
    const fresh = files({ "report.json": mark });
    await expect(writeFolder(join(at, "out"), fresh)).rejects.toThrow("cli/output-not-ours");
    expect(readdirSync(join(at, "out"))).toEqual(["thesis.tex"]);
    await writeFolder(join(at, "out"), fresh, { force: true });
    expect(readdirSync(join(at, "out"))).toEqual(["report.json"]);
  });

  it("with a report of another program is somebody else's", async () => {
    const at = place();
    await writeFolder(join(at, "out"), files({ "report.json": "{}" }));
    await expect(writeFolder(join(at, "out"), files({ a: "" }))).rejects.toThrow("cli/output-not-ours");
  });
});

describe("a build that fails", () => {
  const options = { model: tiny, synth: false, verify: 0, rtlVerify: 0 };

  it("in the middle of emission leaves nothing", async () => {
    const at = place();
    const faulty = definePlugin({
      name: "faulty",
      setup: (hooks) =>
        hooks.emit.tap((ctx) => {
          ctx.files.add("half.txt", "half", "data");
          throw new Error("the disk is made of cheese");
        }),
    });
    await expect(build({ ...options, plugins: [faulty], out: join(at, "out") })).rejects.toMatchObject({
      diagnostics: [
        {
          code: "core/plugin-threw",
          message: "Plugin `faulty` threw in `emit`: the disk is made of cheese",
        },
      ],
    });
    expect(readdirSync(at)).toEqual([]);
  });

  it("while it writes leaves nothing", async () => {
    const at = place();
    const faulty = definePlugin({
      name: "faulty",
      setup: (hooks) =>
        hooks.emit.tap((ctx) => {
          ctx.files.add("rtl/tiny.v/below", "a file below a file", "data");
        }),
    });
    await expect(build({ ...options, plugins: [faulty], out: join(at, "out") })).rejects.toThrow(
      "cli/output-failed",
    );
    expect(readdirSync(at)).toEqual([]);
  });

  it("writes nothing when no folder is named", async () => {
    const { files: made, out } = await build(options);
    expect(out).toBeUndefined();
    expect(made.has("report.json")).toBe(true);
    expect(existsSync("out/report.json")).toBe(false);
  });
});
