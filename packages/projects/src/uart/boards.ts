/** A board with a serial line to its USB port, and how the open tools call its device. */
export interface Board {
  readonly name: string;
  readonly title: string;
  /** Name of the device among the targets. */
  readonly target: string;
  readonly family: "ice40" | "ecp5";
  /** As nextpnr calls device and package. */
  readonly device: string;
  readonly package: string;
  /** The oscillator, which is the circuit's clock: there is no PLL. */
  readonly clockMhz: number;
  /** Pins seen from the FPGA: `rx` is its input. */
  readonly pins: { readonly clk: string; readonly rx: string; readonly tx: string };
  /** Outputs that the board wants at a level. */
  readonly ties: readonly { readonly port: string; readonly pin: string; readonly level: 0 | 1 }[];
  /** What writes the bitstream to the board. */
  readonly program: readonly string[];
  readonly source: string;
}

/** Boards that the UART shell knows. */
export const boards: readonly Board[] = [
  {
    name: "hx8k-breakout",
    title: "iCE40HX-8K Breakout Board",
    target: "ice40-hx8k",
    family: "ice40",
    device: "hx8k",
    package: "ct256",
    clockMhz: 12,
    pins: { clk: "J3", rx: "B10", tx: "B12" },
    ties: [],
    program: ["iceprog"],
    source: "Lattice EB85, iCE40HX-8K Breakout Board User's Guide",
  },
  {
    name: "icebreaker",
    title: "iCEBreaker",
    target: "ice40-up5k",
    family: "ice40",
    device: "up5k",
    package: "sg48",
    clockMhz: 12,
    pins: { clk: "35", rx: "6", tx: "9" },
    ties: [],
    program: ["iceprog"],
    source: "icebreaker.pcf of the board's designers, github.com/icebreaker-fpga",
  },
  {
    name: "ulx3s",
    title: "ULX3S with the 85F",
    target: "ecp5-85k",
    family: "ecp5",
    device: "85k",
    package: "CABGA381",
    clockMhz: 25,
    pins: { clk: "G2", rx: "M1", tx: "L4" },
    // the designers' examples hold it high, which keeps the board from rebooting
    ties: [{ port: "wifi_gpio0", pin: "L2", level: 1 }],
    program: ["fujprog"],
    source: "ulx3s_v20.lpf of the board's designers, github.com/emard/ulx3s",
  },
];

/** The board of a name, or nothing. */
export function findBoard(name: string): Board | undefined {
  return boards.find((board) => board.name === name);
}
