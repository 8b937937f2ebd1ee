import { join } from "node:path";
import { DiagnosticError } from "@gatefold/core";
import { boardDesign, boards, printMakefile, projects, uartBoard, uartShell } from "@gatefold/projects";
import { synthesize } from "@gatefold/synth";
import { createToolchain } from "@gatefold/toolchain";
import { afterAll, describe, expect, it } from "vitest";
import { type Built, build, filesOf, tiny } from "./compile.js";
import { call, inFolder, runs } from "./tools.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

/** What make would run, with the output in a folder. */
function planned({ files }: Built, folder: string): Promise<string> {
  return inFolder(files, (root) =>
    call(join(root, folder), "make", ["-n", "all", ...(folder === "board" ? ["prog"] : [])]),
  );
}

describe.each(boards.map((board) => [board.name, board] as const))("%s", (name, board) => {
  it("has every pin of its top in its constraints, and a plan for the tools", async () => {
    const built = await build(tiny, [uartBoard({ board: name })]);
    const { top, constraints, sources } = built.compilation.facts.need(boardDesign);
    const text = String(built.files.get(constraints));
    const places: readonly (readonly [string, string])[] = [
      ...Object.entries(board.pins),
      ...board.ties.map(({ port, pin }) => [port, pin] as const),
    ];
    for (const [port, pin] of places)
      expect(text).toContain(
        board.family === "ice40" ? `set_io ${port} ${pin}\n` : `LOCATE COMP "${port}" SITE "${pin}";`,
      );
    expect(sources.filter((path) => !built.files.has(path))).toEqual([]);
    expect(JSON.parse(String(built.files.get("board/board.json")))).toEqual({
      board: name,
      top,
      baud: 1_000_000,
    });
    if (!runs("make")) return;
    const plan = (await planned(built, "board")).trim().split("\n");
    expect(plan).toHaveLength(4);
    expect(plan[0]).toMatch(new RegExp(`^cd \\.\\./rtl && yosys -q -p 'synth_${board.family} -top ${top} `));
    expect(plan[1]).toContain(`nextpnr-${board.family} --${board.device} --package ${board.package}`);
    expect(plan[2]).toMatch(board.family === "ice40" ? /^icepack / : /^ecppack /);
  });

  it("has a top that Yosys maps to its family", async () => {
    const built = await build(tiny, [uartBoard({ board: name })]);
    const { top, sources } = built.compilation.facts.need(boardDesign);
    const files = filesOf(built, [...sources, ...built.design.memories]);
    const { lutCount, unknownCells } = await synthesize({ files, top, target: board.family, toolchain });
    expect(lutCount).toBeGreaterThan(100);
    expect(unknownCells.filter((cell) => !/^(TRELLIS_IO|SB_IO)$/.test(cell))).toEqual([]);
  });
});

describe("a board", () => {
  it.each([
    [{ board: "nobody" }, "projects/unknown-board"],
    [{ board: "icebreaker", baud: 3_100_000 }, "projects/bad-baud"],
    [{ board: "icebreaker", baud: 12_000_000 }, "projects/bad-baud"],
  ])("of %j is an error", (options, code) => {
    expect(() => uartBoard(options)).toThrow(DiagnosticError);
    expect(() => uartBoard(options)).toThrow(code);
  });

  it("takes rates that its clock makes within 2 %", () => {
    for (const baud of [9600, 115_200, 1_000_000, 3_000_000])
      expect(uartBoard({ board: "icebreaker", baud }).name).toBe("board");
  });

  it("has no serial line for several streams", async () => {
    const { design } = await build(tiny, []);
    const two = { ...design, inputs: [...design.inputs, ...design.inputs] };
    expect(() => uartShell(two, { name: "top", clocksPerBit: 4 })).toThrow(RangeError);
  });
});

describe("makefiles", () => {
  it.skipIf(!runs("make"))("hand words to the shell as they are", async () => {
    const words = ["plain", "two words", "it's", "$HOME", "a;b", "`x`", "(y)", "#z"];
    const makefile = printMakefile({
      comment: ["words"],
      rules: [{ target: "all", needs: [], recipe: [{ words: ["@printf", "%s\\n", ...words] }], phony: true }],
    });
    const said = await inFolder(new Map([["Makefile", makefile]]), (folder) => call(folder, "make", ["-s"]));
    expect(said.trimEnd().split("\n")).toEqual(words);
  });

  it.skipIf(!runs("make"))("of Lattice's devices plan synthesis and placement", async () => {
    const { ice40Targets } = await import("@gatefold/target-ice40");
    const target = ice40Targets.find(({ name }) => name === "ice40-hx8k")!;
    const built = await build(tiny, [projects({ vendors: ["lattice"], target })]);
    const plan = (await planned(built, "lattice")).trim().split("\n");
    expect(plan).toHaveLength(2);
    expect(plan[1]).toContain("nextpnr-ice40 --hx8k --package ct256 --json tiny.json --asc tiny.asc");
  });
});
