import type { Makefile, MakeRule } from "../make.js";
import type { Board } from "./boards.js";

/** What the tools of each family are called, and which files lie between them. */
const flows = {
  ice40: {
    synth: (top: string) => `synth_ice40 -top ${top} -json ../board/${top}.json`,
    packed: "bin",
    routed: "asc",
  },
  ecp5: {
    synth: (top: string) => `synth_ecp5 -top ${top} -json ../board/${top}.json`,
    packed: "bit",
    routed: "config",
  },
} as const;

function placeRule({ family, device, package: housing, name }: Board, top: string): MakeRule {
  const common = ["--package", housing, "--json", `${top}.json`];
  const recipe =
    family === "ice40"
      ? ["nextpnr-ice40", `--${device}`, ...common, "--pcf", `${name}.pcf`, "--asc", `${top}.asc`]
      : ["nextpnr-ecp5", `--${device}`, ...common, "--lpf", `${name}.lpf`, "--textcfg", `${top}.config`];
  const { routed } = flows[family];
  return { target: `${top}.${routed}`, needs: [`${top}.json`], recipe: [{ words: recipe }] };
}

const above = (path: string): string => `../${path}`;

/** How the installed open tools make the bitstream; `make prog` writes it to the board. */
export function boardMakefile(
  board: Board,
  top: string,
  sources: readonly string[],
  memories: readonly string[],
): Makefile {
  const { family, program } = board;
  const { synth, packed, routed } = flows[family];
  return {
    comment: [
      `${board.title}: Yosys, nextpnr-${family} and the packer of the family have to be on the PATH.`,
      "Yosys runs in ../rtl, where the memory files lie.",
    ],
    rules: [
      { target: "all", needs: [`${top}.${packed}`], recipe: [], phony: true },
      {
        target: `${top}.json`,
        needs: [...sources, ...memories].map(above),
        recipe: [{ folder: "../rtl", words: ["yosys", "-q", "-p", synth(top), ...sources.map(above)] }],
      },
      placeRule(board, top),
      {
        target: `${top}.${packed}`,
        needs: [`${top}.${routed}`],
        recipe: [
          {
            words:
              family === "ice40"
                ? ["icepack", `${top}.asc`, `${top}.bin`]
                : ["ecppack", "--compress", `${top}.config`, `${top}.bit`],
          },
        ],
      },
      {
        target: "prog",
        needs: [`${top}.${packed}`],
        recipe: [{ words: [...program, `${top}.${packed}`] }],
        phony: true,
      },
    ],
  };
}
