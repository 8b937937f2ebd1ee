import { describe, expect, it } from "vitest";
import { committedPage, referencePages, unexplainedCodes, writePages } from "../reference.mjs";

const pages = await referencePages();
if (process.env["GATEFOLD_UPDATE"] === "1") writePages(pages);

describe("the generated reference is what the packages say; `npm run docs:reference` after a change", () => {
  it.each([...pages.keys()])("%s", (path) => {
    expect(committedPage(path)).toBe(pages.get(path));
  });

  it("has pages that say something", () => {
    for (const text of pages.values()) expect(text.length).toBeGreaterThan(1000);
    expect(pages.get("docs/reference/ops.md")).toContain("### `q.threshold`");
    expect(pages.get("docs/reference/passes.md")).toContain("`streamline/to-integers`");
    expect(pages.get("docs/reference/hooks.md")?.match(/^\| `/gm)).toHaveLength(7);
  });

  it("explains every code that a package says", () => {
    expect(unexplainedCodes()).toEqual([]);
  });
});
