import { describe, expect, it } from "vitest";
import { RtlLibrary } from "../src/library.js";

const names = (modules: readonly string[], sources: readonly string[] = []): string[] =>
  new RtlLibrary().closure(modules, sources).map(({ name }) => name);

describe("what a design takes of the library", () => {
  it("is what its modules instantiate, and theirs", () => {
    expect(names(["gf_fork"])).toEqual(["gf_fork", "gf_skid"]);
  });

  it("is also what a stranger's source instantiates, but not what it only talks of", () => {
    const source = "// like gf_pool\nmodule mine(); gf_fork #(.WIDTH(4)) fork (.aclk(aclk)); endmodule";
    expect(names([], [source])).toEqual(["gf_fork", "gf_skid"]);
    expect(names(["gf_skid"], [source])).toEqual(["gf_fork", "gf_skid"]);
  });
});
