import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CaseResult,
  caseModule,
  hexLines,
  memoryFiles,
  rtlFolder,
  type Simulate,
  type StreamCase,
} from "./stream-case.js";

/** Whether Icarus Verilog is on the path. */
export const hasIcarus: boolean = spawnSync("iverilog", ["-V"]).error === undefined;

/** Icarus Verilog: four states, so that a register without a reset that is read too early is seen. */
export const simulateIcarus: Simulate = async (cases, runs) => {
  const folder = mkdtempSync(join(tmpdir(), "gatefold-rtl-"));
  try {
    const cyclesLimit = Math.max(...cases.map((c) => 2000 + 200 * (c.input.length + c.expected.length)));
    const modules = cases.flatMap((testCase, index) => [
      caseModule(testCase, index),
      sourceAndSink(testCase, index),
    ]);
    writeFileSync(join(folder, "bench.v"), [bench(cases.length, cyclesLimit), ...modules].join("\n"));
    cases.forEach(({ input }, index) => {
      writeFileSync(join(folder, `input_${index}.mem`), hexLines(input));
    });
    for (const [file, text] of Object.entries(memoryFiles(cases))) writeFileSync(join(folder, file), text);
    const options = ["-g2005", "-s", "bench", "-o", "bench.vvp", "-y", rtlFolder, "bench.v"];
    const compiled = spawnSync("iverilog", options, { cwd: folder, encoding: "utf8" });
    if (compiled.status !== 0) throw new Error(`iverilog: ${compiled.stderr}`);
    return runs.map(({ source, sink, shySink = false, seed }) => {
      const percent = (probability: number) => Math.round(100 * probability);
      const stalls = [
        `+source=${percent(source)}`,
        `+sink=${percent(sink)}`,
        `+shy=${Number(shySink)}`,
        `+seed=${seed}`,
      ];
      const log = execFileSync("vvp", ["-n", "bench.vvp", ...stalls], {
        cwd: folder,
        encoding: "utf8",
        maxBuffer: 1 << 28,
      });
      return readLog(log, cases.length);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

function readLog(log: string, count: number): readonly CaseResult[] {
  const results = Array.from({ length: count }, () => ({
    accepted: [] as number[],
    outputs: [] as { cycle: number; word: bigint | undefined }[],
    violations: [] as string[],
  }));
  for (const line of log.split("\n")) {
    const [kind, index, cycle, ...rest] = line.split(" ");
    const result = results[Number(index)];
    if (kind === "I") result?.accepted.push(Number(cycle));
    else if (kind === "O") result?.outputs.push({ cycle: Number(cycle), word: wordOf(rest[0] ?? "") });
    else if (kind === "E") result?.violations.push(`cycle ${cycle}: ${rest.join(" ")}`);
  }
  return results;
}

function wordOf(hex: string): bigint | undefined {
  return /^[0-9a-f]+$/.test(hex) ? BigInt(`0x${hex}`) : undefined;
}

function bench(count: number, cyclesLimit: number): string {
  return `\`timescale 1ns/1ps
module bench;
  reg aclk = 0, aresetn = 0;
  reg [31:0] cycle = 0;
  wire [${count - 1}:0] done;
  always #5 aclk = !aclk;
  always @(posedge aclk) begin
    cycle <= cycle + 1;
    aresetn <= cycle >= 3;
    if (&done || cycle > ${cyclesLimit}) $finish;
  end
${Array.from({ length: count }, (_, i) => `  source_sink_${i} run_${i} (aclk, aresetn, cycle, done[${i}]);`).join("\n")}
endmodule`;
}

/** The case's source and sink, which write what happens to the log. */
function sourceAndSink({ inBits, outBits, input, expected }: StreamCase, index: number): string {
  return `
module source_sink_${index} (input wire aclk, input wire aresetn, input wire [31:0] cycle, output wire done);
  reg [${inBits - 1}:0] data [0:${input.length}];
  initial $readmemh("input_${index}.mem", data, 0, ${input.length - 1});
  integer next = 0, got = 0, after = 0, seed, source, sink, shy;
  initial begin
    if (!$value$plusargs("seed=%d", seed)) $finish;
    if (!$value$plusargs("source=%d", source)) $finish;
    if (!$value$plusargs("sink=%d", sink)) $finish;
    if (!$value$plusargs("shy=%d", shy)) $finish;
    seed = seed * 1000 + ${index};
  end
  reg s_valid = 0, m_ready = 0, held = 0;
  reg [${inBits - 1}:0] s_data;
  wire s_ready, m_valid;
  wire [${outBits - 1}:0] m_data;
  reg [${outBits - 1}:0] held_data;
  // Some cycles after the last beat, so that a beat too many is seen.
  assign done = after > 40;
  case_${index} dut (aclk, aresetn, s_data, s_valid, s_ready, m_data, m_valid, m_ready);
  always @(posedge aclk) if (aresetn) begin
    if (s_valid && s_ready) $display("I ${index} %0d", cycle);
    if (!s_valid || s_ready) begin
      s_valid <= 0;
      if (next < ${input.length} && $unsigned($random(seed)) % 100 >= source) begin
        s_valid <= 1;
        s_data <= data[next];
        next <= next + 1;
      end
    end
    if (m_valid && m_ready) begin
      $display("O ${index} %0d %h", cycle, m_data);
      got <= got + 1;
    end
    m_ready <= ($unsigned($random(seed)) % 100 >= sink) && (shy == 0 || (m_valid && !m_ready));
    held <= m_valid && !m_ready;
    held_data <= m_data;
    if (got >= ${expected.length}) after <= after + 1;
    if (held && !m_valid) $display("E ${index} %0d tvalid withdrawn", cycle);
    if (held && m_data !== held_data) $display("E ${index} %0d tdata changed under tvalid", cycle);
    if ((^{s_ready, m_valid}) === 1'bx) $display("E ${index} %0d unknown handshake", cycle);
  end
endmodule`;
}
