import { type Design, runExternal } from "@gatefold/sim";
import { findTool } from "@gatefold/toolchain";
import { expect } from "vitest";
import { mask, random } from "./cell-model.js";

export const haveIverilog = findTool("iverilog") !== undefined && findTool("vvp") !== undefined;

type Row = Readonly<Record<string, bigint>>;

/** Random values for every input but the clock. */
export function randomRows(design: Design, count: number, seed: number): Row[] {
  const r = random(seed);
  const inputs = design.ports.filter((p) => p.direction === "input" && p.name !== design.clock);
  return Array.from({ length: count }, () =>
    Object.fromEntries(inputs.map((p) => [p.name, r.bits(p.widthBits)])),
  );
}

/**
 * Applies a row a cycle and records the outputs before each clock edge. `everything`: with all wires computed, as for a look inside,
 * which takes other code.
 */
export function simulateRows(design: Design, rows: readonly Row[], everything = false): Row[] {
  const simulation = design.simulate();
  const outputs = design.ports.filter((p) => p.direction === "output");
  return rows.map((row) => {
    for (const [name, value] of Object.entries(row)) simulation.poke(name, value);
    if (everything) simulation.raw.evaluateAll();
    const out = Object.fromEntries(outputs.map((p) => [p.name, simulation.peek(p.name)]));
    if (design.clock !== undefined) simulation.step();
    return out;
  });
}

/** The same in Icarus Verilog; an output with unknown bits is undefined. */
async function iverilogRows(
  design: Design,
  files: Readonly<Record<string, string>>,
  rows: readonly Row[],
): Promise<Record<string, bigint | undefined>[]> {
  const inputs = design.ports.filter((p) => p.direction === "input" && p.name !== design.clock);
  const outputs = design.ports.filter((p) => p.direction === "output");
  const width = inputs.reduce((sum, p) => sum + p.widthBits, 0);
  const packed = rows.map((row) => {
    let value = 0n;
    for (const p of inputs)
      value = (value << BigInt(p.widthBits)) | ((row[p.name] as bigint) & mask(p.widthBits));
    return value.toString(16);
  });
  const wires = design.ports.map(
    (p) => `${p.direction === "input" ? "reg" : "wire"} [${p.widthBits - 1}:0] ${p.name};`,
  );
  const clocked = design.clock === undefined ? "" : `#1 ${design.clock} = 1; #1 ${design.clock} = 0;`;
  const bench = `module bench; ${wires.join("\n")}
    ${design.top} dut(${design.ports.map((p) => `.${p.name}(${p.name})`).join(", ")});
    reg [${width - 1}:0] rows [0:${rows.length - 1}]; integer i;
    initial begin
      $readmemh("rows.mem", rows);
      ${design.clock === undefined ? "" : `${design.clock} = 0;`}
      for (i = 0; i < ${rows.length}; i = i + 1) begin
        {${inputs.map((p) => p.name).join(", ")}} = rows[i];
        #2 $display("row ${outputs.map(() => "%b").join(" ")}", ${outputs.map((p) => p.name).join(", ")});
        ${clocked}
      end
      $display("PASS"); $finish;
    end endmodule`;
  const result = await runExternal({
    tool: "iverilog",
    files: { ...files, "bench.v": bench, "rows.mem": packed.join("\n") },
    top: "bench",
  });
  if (result?.passed !== true) throw new Error(result?.log ?? "no iverilog");
  const lines = result.log.split("\n").filter((line) => line.startsWith("row "));
  return lines.map((line) => {
    const values = line.split(" ").slice(1);
    return Object.fromEntries(
      outputs.map((p, i) => [
        p.name,
        /^[01]+$/.test(values[i] ?? "x") ? BigInt(`0b${values[i]}`) : undefined,
      ]),
    );
  });
}

/** Fails unless both simulators give the same values in every row; returns how many values were known to both. */
export async function expectAgreement(
  design: Design,
  files: Readonly<Record<string, string>>,
  rows: readonly Row[],
): Promise<number> {
  const ours = simulateRows(design, rows);
  expect(simulateRows(design, rows, true)).toEqual(ours);
  const theirs = await iverilogRows(design, files, rows);
  expect(theirs.length).toBe(rows.length);
  let compared = 0;
  rows.forEach((row, i) => {
    for (const [name, value] of Object.entries(theirs[i] ?? {})) {
      if (value === undefined) continue;
      compared++;
      if (ours[i]?.[name] !== value) {
        expect.fail(
          `row ${i}, ${name}: ${ours[i]?.[name]}, but iverilog ${value}; inputs ${JSON.stringify(row, (_, v) => String(v))}`,
        );
      }
    }
  });
  return compared;
}
