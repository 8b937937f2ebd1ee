import type { Board } from "./boards.js";

/** Port and pin of everything that a board's shell has. */
function places({ pins, ties }: Board): readonly (readonly [port: string, pin: string])[] {
  return [
    ["clk", pins.clk],
    ["rx", pins.rx],
    ["tx", pins.tx],
    ...ties.map(({ port, pin }) => [port, pin] as const),
  ];
}

const lines = (text: readonly string[]): string => `${text.join("\n")}\n`;

/** Physical constraints of an iCE40 board, for nextpnr-ice40. */
function pcf(board: Board): string {
  return lines([
    `# ${board.title}. Source: ${board.source}.`,
    `set_frequency clk ${board.clockMhz}`,
    ...places(board).map(([port, pin]) => `set_io ${port} ${pin}`),
  ]);
}

/** Preferences of an ECP5 board, for nextpnr-ecp5 and Diamond. */
function lpf(board: Board): string {
  return lines([
    `# ${board.title}. Source: ${board.source}.`,
    `FREQUENCY PORT "clk" ${board.clockMhz} MHZ;`,
    ...places(board).flatMap(([port, pin]) => [
      `LOCATE COMP "${port}" SITE "${pin}";`,
      `IOBUF PORT "${port}" IO_TYPE=LVCMOS33${port === "rx" ? " PULLMODE=UP" : ""};`,
    ]),
  ]);
}

/** A board's constraint file: its name and text. */
export function constraints(board: Board): { readonly name: string; readonly text: string } {
  return board.family === "ice40"
    ? { name: `${board.name}.pcf`, text: pcf(board) }
    : { name: `${board.name}.lpf`, text: lpf(board) };
}
