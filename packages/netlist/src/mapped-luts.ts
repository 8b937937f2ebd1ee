import { NetlistError } from "./error.js";
import type { Netlist, NodeId } from "./netlist.js";

/** Device families whose LUT cells a netlist's LUTs can be printed as. */
export type LutFamily = "ice40" | "ecp5" | "xilinx7";

interface LutCells {
  readonly maxInputs: number;
  /** A cell, its output and its first inputs connected to `y` and the bits of `a`, its function in `INIT`. */
  readonly cell: (inputs: number) => string;
}

/** A cell of four inputs. Those that are too many are 0, and the function is repeated for them. */
const lut4 =
  (type: string, parameter: string, output: string, pins: readonly string[]) =>
  (inputs: number): string => {
    const copies = 2 ** (4 - inputs);
    const init = copies === 1 ? "INIT" : `{${copies}{INIT}}`;
    const connected = pins.map((pin, i) => `.${pin}(${i < inputs ? bitOf("a", i, inputs) : "1'b0"})`);
    return `${type} #(.${parameter}(${init})) cell_ (.${output}(y), ${connected.join(", ")});`;
  };

const bitOf = (word: string, bit: number, width: number): string => (width === 1 ? word : `${word}[${bit}]`);

const cells: Readonly<Record<LutFamily, LutCells>> = {
  ice40: { maxInputs: 4, cell: lut4("SB_LUT4", "LUT_INIT", "O", ["I0", "I1", "I2", "I3"]) },
  ecp5: { maxInputs: 4, cell: lut4("LUT4", "INIT", "Z", ["A", "B", "C", "D"]) },
  xilinx7: {
    maxInputs: 6,
    cell: (inputs) => {
      const pins = Array.from({ length: inputs }, (_, i) => `.I${i}(${bitOf("a", i, inputs)})`);
      return `LUT${inputs} #(.INIT(INIT)) cell_ (.O(y), ${pins.join(", ")});`;
    },
  },
};

/**
 * The module of a LUT: the family's own cell in synthesis, which takes it as it is; the function in simulation, which then needs no
 * library of the vendor's. Undefined for more inputs than the family's LUTs have.
 */
export function lutModule(family: LutFamily, name: string, inputs: number): readonly string[] | undefined {
  const { maxInputs, cell } = cells[family];
  if (inputs > maxInputs) return undefined;
  const address = inputs === 1 ? "" : `[${inputs - 1}:0] `;
  return [
    `module ${name} #(parameter [${2 ** inputs - 1}:0] INIT = 0) (output wire y, input wire ${address}a);`,
    "`ifdef SYNTHESIS",
    `  ${cell(inputs)}`,
    "`else",
    "  assign y = INIT[a];",
    "`endif",
    "endmodule",
  ];
}

/** Two LUTs of five inputs together at most, for one LUT6 with two outputs. */
export type LutPair = readonly [NodeId, NodeId];

const sharedInputs = 5;

/** The module of a LUT6 with two outputs: bit 0 of `y` is the function in the low half of `INIT`. */
export function lutPairModule(name: string): readonly string[] {
  const pins = Array.from({ length: sharedInputs }, (_, i) => `.I${i}(a[${i}])`);
  return [
    `module ${name} #(parameter [63:0] INIT = 0) (output wire [1:0] y, input wire [4:0] a);`,
    "`ifdef SYNTHESIS",
    `  LUT6_2 #(.INIT(INIT)) cell_ (.O5(y[0]), .O6(y[1]), ${pins.join(", ")}, .I5(1'b1));`,
    "`else",
    "  assign y = {INIT[{1'b1, a}], INIT[{1'b0, a}]};",
    "`endif",
    "endmodule",
  ];
}

/** The inputs of a pair, and both functions over them, the first one's in the low half, in hexadecimal. */
export function lutPairFunction(
  netlist: Netlist,
  pair: LutPair,
): { readonly inputs: readonly NodeId[]; readonly init: string } {
  const inputs = [...new Set(pair.flatMap((node) => Array.from(netlist.operands(node))))];
  const [first, second] = pair;
  const luts = pair.every((node) => netlist.kind(node) === "lut") && first !== second;
  if (!luts || inputs.length > sharedInputs || inputs.includes(first) || inputs.includes(second)) {
    throw new NetlistError(
      "netlist/bad-lut-pair",
      `%${first} and %${second} cannot share a LUT6.`,
      `pair LUTs that read at most ${sharedInputs} bits together, and not each other`,
    );
  }
  let init = 0n;
  pair.forEach((node, half) => {
    const { low } = netlist.init(node);
    const places = Array.from(netlist.operands(node), (operand) => inputs.indexOf(operand));
    for (let a = 0; a < 2 ** sharedInputs; a++) {
      const own = places.reduce((all, place, i) => all | (((a >>> place) & 1) << i), 0);
      if ((low >>> own) & 1) init |= 1n << BigInt(a + half * 2 ** sharedInputs);
    }
  });
  return { inputs, init: init.toString(16) };
}
