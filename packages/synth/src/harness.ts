export interface PortWidth {
  readonly name: string;
  readonly direction: "input" | "output" | "inout";
  readonly widthBits: number;
}

/** A top module with four pins around a design with many. */
export interface Harness {
  readonly verilog: string;
  readonly top: string;
  readonly pins: readonly ["clk", "load", "serial_in", "serial_out"];
  /** Registers that it adds: one for each bit of input and one for each bit of output. */
  readonly registerBits: number;
}

/**
 * Wraps a design so that it fits any package and nothing of it is optimised away: the inputs come from a shift register, and each output
 * is xor-ed into a register of a second chain, whose end is a pin. So every path into the design starts at a register, and every path
 * out of it ends at one after one LUT. The design keeps its function; what is measured is the design alone plus that LUT.
 *
 * Throws when the clock is not an input of one bit or when a port is inout.
 */
export function makeHarness(design: string, ports: readonly PortWidth[], clock: string): Harness {
  const clockPort = ports.find((p) => p.name === clock);
  if (clockPort?.direction !== "input" || clockPort.widthBits !== 1) {
    const inputs = ports.filter((p) => p.direction === "input" && p.widthBits === 1).map((p) => p.name);
    throw new Error(
      `${design} has no clock input ${clock} of one bit; inputs of one bit: ${inputs.join(", ") || "none"}`,
    );
  }
  const inout = ports.find((p) => p.direction === "inout");
  if (inout !== undefined)
    throw new Error(`${design}: the harness cannot drive the inout port ${inout.name}`);
  const inputs = ports.filter((p) => p.direction === "input" && p.name !== clock);
  const outputs = ports.filter((p) => p.direction === "output");
  const width = (list: readonly PortWidth[]): number => list.reduce((sum, p) => sum + p.widthBits, 0);
  const [inputBits, outputBits] = [width(inputs), width(outputs)];
  const slices = (list: readonly PortWidth[], bus: string): string[] => {
    let low = 0;
    return list.map((p) => {
      const text = `.${p.name} (${bus}[${low} +: ${p.widthBits}])`;
      low += p.widthBits;
      return text;
    });
  };
  const connections = [`.${clock} (clk)`, ...slices(inputs, "given"), ...slices(outputs, "made")];
  const lines = [`module ${harnessTop} (input clk, input load, input serial_in, output serial_out);`];
  if (inputBits > 0) {
    lines.push(
      `  reg [${inputBits - 1}:0] given;`,
      `  always @(posedge clk) if (load) given <= {given, serial_in};`,
    );
  }
  if (outputBits > 0) {
    lines.push(
      `  wire [${outputBits - 1}:0] made;`,
      `  reg [${outputBits - 1}:0] chain;`,
      "  always @(posedge clk) chain <= {chain, 1'b0} ^ made;",
    );
  }
  lines.push(`  assign serial_out = ${outputBits > 0 ? `chain[${outputBits - 1}]` : "1'b0"};`);
  lines.push(`  ${design} dut (\n    ${connections.join(",\n    ")}\n  );`, "endmodule", "");
  return {
    verilog: lines.join("\n"),
    top: harnessTop,
    pins: ["clk", "load", "serial_in", "serial_out"],
    registerBits: inputBits + outputBits,
  };
}

const harnessTop = "gatefold_harness";
