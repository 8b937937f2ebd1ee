import { DiagnosticError } from "@gatefold/core";
import { type BoardDesign, boardDesign, checkBoard } from "@gatefold/projects";
import type { SynthesisReport } from "@gatefold/report";
import { type Ice40Device, ice40Devices, type PlaceAndRouteResult, placeAndRoute } from "@gatefold/synth";
import { type Toolchain, ToolError } from "@gatefold/toolchain";
import { boardFixes, doesNotFit, missedClock, missingOption, noBitstream } from "../diagnostics.js";
import { counted, grouped } from "../print/numbers.js";
import type { Emitted } from "./compile.js";
import type { OnEvent, PipelineOptions } from "./options.js";
import type { BuiltDesign } from "./rtl.js";

/** The options with what a board fixes: the device and the clock. Throws `DiagnosticError` where they ask for something else. */
export function withBoard<T extends PipelineOptions>(options: T): T {
  if (options.board === undefined) {
    if (options.baud !== undefined)
      throw new DiagnosticError([
        missingOption("--board", "--baud", "a rate belongs to a board's serial line"),
      ]);
    return options;
  }
  const { board } = checkBoard({ board: options.board, baud: options.baud });
  const target = typeof options.target === "object" ? options.target.name : options.target;
  const errors = [
    ...(target === undefined || target === board.target
      ? []
      : [boardFixes(board.name, `device ${board.target}`, `--target ${target}`)]),
    ...(options.clockMhz === undefined || options.clockMhz === board.clockMhz
      ? []
      : [boardFixes(board.name, `clock of ${board.clockMhz} MHz`, `--clock ${options.clockMhz}`)]),
  ];
  if (errors.length > 0) throw new DiagnosticError(errors);
  return { ...options, target: options.target ?? board.target, clockMhz: board.clockMhz };
}

export interface BoardBitstream {
  readonly path: string;
  readonly content: Uint8Array;
  readonly notes: readonly string[];
}

/** Place and route of the shell with its pins, or the router's reason against it. */
async function place(
  shell: BoardDesign,
  emitted: Emitted,
  { design }: BuiltDesign,
  toolchain: Toolchain,
): Promise<PlaceAndRouteResult | string> {
  const { board, top, sources, constraints } = shell;
  const paths = [...sources, ...design.memories];
  const device = board.device as Ice40Device;
  try {
    return await placeAndRoute({
      files: Object.fromEntries(paths.map((path) => [path, emitted.files.get(path)!])),
      pcf: String(emitted.files.get(constraints)),
      clockMhz: board.clockMhz,
      harness: "never",
      package: board.package,
      ...{ top, device, toolchain },
    });
  } catch (error) {
    if (error instanceof ToolError && error.tool === "nextpnr-ice40") return error.toolMessage;
    throw error;
  }
}

/**
 * The bitstream of a board's shell, where a board was asked for and the embedded tools know its device. What does not fit or is too slow
 * is a warning. Throws `ToolError` when Yosys fails.
 */
export async function makeBitstream(
  emitted: Emitted,
  built: BuiltDesign,
  toolchain: Toolchain,
  onEvent: OnEvent | undefined,
): Promise<BoardBitstream | undefined> {
  const shell = emitted.compilation.facts.get(boardDesign);
  if (!shell) return undefined;
  const { board, top } = shell;
  if (!Object.hasOwn(ice40Devices, board.device)) {
    onEvent?.({ kind: "diagnostic", diagnostic: noBitstream(board.name, board.family) });
    return undefined;
  }
  onEvent?.({ kind: "start", stage: "synthesise" });
  const placed = await place(shell, emitted, built, toolchain);
  if (typeof placed === "string") {
    onEvent?.({ kind: "diagnostic", diagnostic: doesNotFit(board.name, [placed]) });
    return undefined;
  }
  const { bitstream, synthesis, fmaxMhz, utilization } = placed;
  const fmax = Math.round(Math.min(...Object.values(fmaxMhz)) * 10) / 10;
  if (fmax < board.clockMhz)
    onEvent?.({ kind: "diagnostic", diagnostic: missedClock(board.name, board.clockMhz, fmax) });
  const cells = utilization["ICESTORM_LC"]?.used ?? 0;
  const facts = [
    `${grouped(synthesis.lutCount)} LUT4`,
    `${grouped(cells)} logic cells`,
    `${grouped(fmax, 1)} MHz`,
    `bitstream of ${counted(bitstream.length, "byte")}`,
  ];
  onEvent?.({ kind: "done", stage: "synthesise", subject: board.name, facts });
  const notes = [`${board.name}, with its serial line: ${facts.join(", ")}`, placed.sourceCommand];
  return { path: `board/${top}.bin`, content: bitstream, notes };
}

/** A synthesis report that names the board's bitstream. */
export function withBitstream(report: SynthesisReport, made: BoardBitstream | undefined): SynthesisReport {
  return made ? { ...report, bitstream: made.path, notes: [...report.notes, ...made.notes] } : report;
}
