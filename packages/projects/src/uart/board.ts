import { printModule, type VerilogDesign, verilogDesign } from "@gatefold/backend-verilog";
import {
  checkOptions,
  DiagnosticError,
  defineFact,
  definePlugin,
  type Fact,
  type OutputWriter,
  option,
  type Plugin,
} from "@gatefold/core";
import { badBaud, severalStreams, unknownBoard, unreachedWeights } from "../diagnostics.js";
import { printMakefile } from "../make.js";
import { uartSources } from "../rtl.js";
import { shipped } from "../shipped.js";
import { boardMakefile } from "./board-make.js";
import { type Board, boards, findBoard } from "./boards.js";
import { constraints } from "./constraints.js";
import { uartShell } from "./shell.js";

export interface UartBoardOptions {
  /** Name of a board of `boards`. */
  readonly board: string;
  /** Bits a second on the line; 1 000 000 unless given. */
  readonly baud?: number | undefined;
}

/** A design around which a board's shell was emitted. */
export interface BoardDesign {
  readonly board: Board;
  /** The module with the pins. */
  readonly top: string;
  readonly baud: number;
  readonly clocksPerBit: number;
  /** Verilog sources in the output, the network's among them. */
  readonly sources: readonly string[];
  readonly constraints: string;
}

export const boardDesign: Fact<BoardDesign> = defineFact<BoardDesign>("projects.board");

export const usualBaud = 1_000_000;

/** The largest error of the rate that both ends together still understand with ten bits a byte. */
const mostBaudError = 0.02;

/** The board of the options. Throws `DiagnosticError` (`projects/unknown-board`, `projects/bad-baud`). */
export function checkBoard(options: UartBoardOptions): {
  readonly board: Board;
  readonly clocksPerBit: number;
} {
  checkOptions("board", options, {
    board: option.string(),
    baud: option.optional(option.integer({ min: 1200 })),
  });
  const board = findBoard(options.board);
  if (!board)
    throw new DiagnosticError([
      unknownBoard(
        options.board,
        boards.map(({ name }) => name),
      ),
    ]);
  const baud = options.baud ?? usualBaud;
  const clockHz = board.clockMhz * 1e6;
  const clocksPerBit = Math.max(4, Math.round(clockHz / baud));
  const actual = clockHz / clocksPerBit;
  if (Math.abs(actual - baud) > mostBaudError * baud)
    throw new DiagnosticError([badBaud(board.name, baud, board.clockMhz, actual)]);
  return { board, clocksPerBit };
}

function emitBoard(
  design: VerilogDesign,
  files: OutputWriter,
  board: Board,
  clocksPerBit: number,
  baud: number,
): BoardDesign {
  const { top, inputs, outputs } = design;
  if (inputs.length !== 1 || outputs.length !== 1)
    throw new DiagnosticError([severalStreams(top, inputs.length, outputs.length)]);
  if (design.weights) throw new DiagnosticError([unreachedWeights(board.name)]);
  const name = `${top}_${board.name.replaceAll("-", "_")}`;
  const sources = uartSources(design.sources);
  for (const { name: module, source } of sources) files.add(`board/${module}.v`, source, "rtl");
  const shell = uartShell(design, { name, clocksPerBit, ties: board.ties });
  files.add(`board/${name}.v`, printModule(shell), "rtl");
  const pins = constraints(board);
  files.add(`board/${pins.name}`, pins.text, "constraints");
  const own = [...sources.map(({ name: module }) => `board/${module}.v`), `board/${name}.v`];
  const all = [...design.sources, ...own];
  files.add("board/Makefile", printMakefile(boardMakefile(board, name, all, design.memories)), "script");
  files.add(
    "board/board.json",
    `${JSON.stringify({ board: board.name, top: name, baud }, null, 2)}\n`,
    "driver",
  );
  files.add("board/host.mjs", shipped("driver/host.mjs"), "driver");
  return { board, top: name, baud, clocksPerBit, sources: all, constraints: `board/${pins.name}` };
}

/**
 * Emits `board/`: the circuit behind the serial line of a board, with pins, a Makefile of open tools and a host script. The board's
 * oscillator is the clock. Nothing where no plugin emitted Verilog; throws `DiagnosticError` for a network with several inputs or outputs.
 */
export function uartBoard(options: UartBoardOptions): Plugin {
  const { board, clocksPerBit } = checkBoard(options);
  return definePlugin({
    name: "board",
    after: ["verilog"],
    setup(hooks) {
      hooks.emit.tap(({ facts, files }) => {
        const design = facts.get(verilogDesign);
        if (!design) return;
        facts.set(boardDesign, emitBoard(design, files, board, clocksPerBit, options.baud ?? usualBaud));
      });
    },
  });
}
