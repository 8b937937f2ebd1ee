import { readdirSync } from "node:fs";
import { join } from "node:path";
import { reportSchema, reportSchemaVersion } from "@gatefold/report";
import { expect, it, vi } from "vitest";
import { writeFolder } from "../src/index.js";
import { temporaryFolder } from "./helpers/run.js";

const failing = vi.hoisted(() => ({ on: false }));

// The last step, giving the new folder its name, cannot be made to fail from outside.
vi.mock(import("node:fs/promises"), async (original) => {
  const actual = await original();
  const rename: typeof actual.rename = async (from, to) => {
    if (failing.on && String(from).includes(".new-")) throw new Error("the disk has gone");
    return actual.rename(from, to);
  };
  return { ...actual, rename };
});

it("an older output comes back when the newer cannot take its name", async () => {
  const at = temporaryFolder();
  const mark = JSON.stringify({ schema: reportSchema, schemaVersion: reportSchemaVersion });
  await writeFolder(join(at, "out"), new Map([["report.json", mark]]));
  failing.on = true;
  const next = new Map([["fresh", ""]]);
  await expect(writeFolder(join(at, "out"), next)).rejects.toThrow("cannot be written: the disk has gone");
  expect(readdirSync(at)).toEqual(["out"]);
  expect(readdirSync(join(at, "out"))).toEqual(["report.json"]);
});
