// Cycles per second of the netlist simulator on a matrix-vector unit, as a ratio to Icarus Verilog on the same source and
// stimulus, where it is installed. Run after `npm run build`: node bench/sim.mjs [pe] [simd]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileDesign, runStreams } from "@gatefold/sim";

const pe = Number(process.argv[2] ?? 16);
const simd = Number(process.argv[3] ?? 16);
const [rows, columns, weightBits, inputBits, accumulatorBits] = [pe * 4, simd * 8, 4, 4, 20];
const [neuronFolds, synapseFolds] = [rows / pe, columns / simd];

/** A folded matrix-vector unit that buffers its input vector, with requantization by seven thresholds. */
const source = `
module mvu(input aclk, input aresetn,
  input [${simd * inputBits - 1}:0] s_axis_tdata, input s_axis_tvalid, output s_axis_tready,
  output reg [${pe * 4 - 1}:0] m_axis_tdata, output reg m_axis_tvalid, input m_axis_tready);
  reg [${simd * inputBits - 1}:0] buffer [0:${synapseFolds - 1}];
  reg [15:0] nf, sf;
  wire first = nf == 0;
  wire go = (!m_axis_tvalid || m_axis_tready) && (!first || s_axis_tvalid);
  assign s_axis_tready = first && (!m_axis_tvalid || m_axis_tready);
  wire [${simd * inputBits - 1}:0] x = first ? s_axis_tdata : buffer[sf[7:0]];
  always @(posedge aclk) if (go && first) buffer[sf[7:0]] <= s_axis_tdata;
  wire last = sf == ${synapseFolds - 1};
  genvar p, s, t;
  generate for (p = 0; p < ${pe}; p = p + 1) begin : g
    reg [${simd * weightBits - 1}:0] weights [0:${neuronFolds * synapseFolds - 1}];
    localparam [7:0] tens = 48 + p / 10 % 10;
    localparam [7:0] units = 48 + p % 10;
    initial $readmemh({"w", tens, units, ".mem"}, weights);
    wire [${simd * weightBits - 1}:0] w = weights[nf * ${synapseFolds} + sf];
    wire signed [${accumulatorBits - 1}:0] part [0:${simd}];
    assign part[0] = 0;
    for (s = 0; s < ${simd}; s = s + 1) begin : m
      wire signed [${weightBits - 1}:0] ws = w[s*${weightBits} +: ${weightBits}];
      wire signed [${inputBits}:0] xs = {1'b0, x[s*${inputBits} +: ${inputBits}]};
      assign part[s+1] = part[s] + ws * xs;
    end
    reg signed [${accumulatorBits - 1}:0] acc;
    wire signed [${accumulatorBits - 1}:0] sum = (sf == 0 ? 0 : acc) + part[${simd}];
    wire [3:0] count [0:7];
    assign count[0] = 0;
    for (t = 0; t < 7; t = t + 1) begin : th
      assign count[t+1] = count[t] + (sum >= $signed((t - 3) * 50 + p));
    end
    always @(posedge aclk) if (go) begin
      acc <= sum;
      if (last) m_axis_tdata[p*4 +: 4] <= count[7];
    end
  end endgenerate
  always @(posedge aclk) if (!aresetn) begin nf <= 0; sf <= 0; m_axis_tvalid <= 0; end
    else begin
      if (m_axis_tready) m_axis_tvalid <= 0;
      if (go) begin
        m_axis_tvalid <= last;
        sf <= last ? 0 : sf + 1;
        if (last) nf <= nf == ${neuronFolds - 1} ? 0 : nf + 1;
      end
    end
endmodule`;

const time = async (label, work) => {
  const start = performance.now();
  const result = await work();
  const seconds = (performance.now() - start) / 1000;
  console.log(`${label.padEnd(34)} ${seconds.toFixed(3)} s`);
  return { result, seconds };
};
const rate = (cycles, seconds) => `${(cycles / seconds / 1e6).toFixed(4)} M cycles/s`;

const weightFile = (p) =>
  Array.from({ length: neuronFolds * synapseFolds }, (_, k) =>
    Array.from({ length: simd }, (_, j) => (((k * 7 + j * 5 + p * 3 + k * j) >> 1) & 15).toString(16)).join(
      "",
    ),
  ).join("\n");
const files = { "mvu.v": source };
for (let p = 0; p < pe; p++) files[`w${String(p).padStart(2, "0")}.mem`] = weightFile(p);
const { result: design } = await time("read, compile", () => compileDesign({ files, top: "mvu" }));
const cellCount = Object.values(design.cellCounts).reduce((a, b) => a + b, 0);
console.log(`${cellCount} word-level cells:`, design.cellCounts);

const vectors = Math.max(200, Math.floor(8e8 / cellCount / (neuronFolds * synapseFolds)));
const beatBytes = Math.ceil((simd * inputBits) / 8);
const beats = Uint8Array.from(
  { length: vectors * synapseFolds * beatBytes },
  (_, i) => (i * 73 + (i >> 5) * 31) & 255,
);
const input = { prefix: "s_axis", beats };
const output = { prefix: "m_axis", expectedBeats: vectors * neuronFolds };

const simulation = design.simulate();
simulation.reset();
simulation.poke("s_axis_tvalid", 1);
simulation.poke("m_axis_tready", 1);
const stimulus = 0x123456789abcdef0n & ((1n << BigInt(simd * inputBits)) - 1n);
simulation.poke("s_axis_tdata", stimulus);
simulation.step(20000);
const cycles = Math.floor(2e9 / cellCount);
const loop = await time("clock only, loop in WebAssembly", () => simulation.step(cycles));
console.log(rate(cycles, loop.seconds));
compareWithIcarus(loop.seconds / cycles);
const single = await time("clock only, one call a cycle", () => {
  for (let i = 0; i < cycles; i++) simulation.raw.step(1);
});
console.log(rate(cycles, single.seconds));
const free = await time("streams, no stalls", () => runStreams(design, { input, output }));
console.log(rate(free.result.cycles, free.seconds));
const stalled = await time("streams, 30 % stalls both sides", () =>
  runStreams(design, { input, output, stalls: { input: 0.3, output: 0.3, seed: 1 } }),
);
console.log(rate(stalled.result.cycles, stalled.seconds));
console.log("distinct output bytes:", new Set(free.result.outputs[0].beats).size);
const sum = (bytes) => bytes.reduce((a, b) => (Math.imul(a, 31) + b) | 0, 0);
if (sum(free.result.outputs[0].beats) !== sum(stalled.result.outputs[0].beats))
  throw new Error("stalls changed the result");

/** The same clock-only stimulus in Icarus; its start is timed apart, and left out of the rate. */
function compareWithIcarus(secondsPerCycle) {
  const folder = mkdtempSync(join(tmpdir(), "gatefold-bench-"));
  try {
    const bench = `
module bench;
  reg aclk = 0, aresetn = 0;
  wire s_ready, m_valid;
  wire [${pe * 4 - 1}:0] m_data;
  integer i, cycles;
  mvu dut (aclk, aresetn, ${simd * inputBits}'h${stimulus.toString(16)}, 1'b1, s_ready, m_data, m_valid, 1'b1);
  initial begin
    if (!$value$plusargs("cycles=%d", cycles)) $finish;
    for (i = 0; i < 4; i = i + 1) begin #1 aclk = 1; #1 aclk = 0; end
    aresetn = 1;
    for (i = 0; i < cycles; i = i + 1) begin #1 aclk = 1; #1 aclk = 0; end
    $finish;
  end
endmodule`;
    for (const [name, text] of Object.entries({ ...files, "bench.v": bench })) {
      writeFileSync(join(folder, name), text);
    }
    const options = { cwd: folder, encoding: "utf8" };
    const built = spawnSync(
      "iverilog",
      ["-g2005", "-s", "bench", "-o", "b.vvp", "bench.v", "mvu.v"],
      options,
    );
    if (built.error) {
      console.log("Icarus Verilog: not on the path, so there is no ratio");
      return;
    }
    if (built.status !== 0) throw new Error(`iverilog: ${built.stderr}`);
    const run = (count) => {
      const start = performance.now();
      const { status, stderr } = spawnSync("vvp", ["-n", "b.vvp", `+cycles=${count}`], options);
      if (status !== 0) throw new Error(`vvp: ${stderr}`);
      return (performance.now() - start) / 1000;
    };
    // The best of some runs: a busy machine only ever adds time.
    const best = (count) => Math.min(...Array.from({ length: 4 }, () => run(count)));
    const start = best(0);
    let count = 2000;
    let seconds = best(count) - start;
    while (seconds < 1) {
      count *= 2;
      seconds = best(count) - start;
    }
    console.log(`Icarus Verilog, ${count} cycles`.padEnd(34), `${seconds.toFixed(3)} s`);
    console.log(rate(count, seconds));
    console.log(`ratio to Icarus Verilog: ${(seconds / count / secondsPerCycle).toFixed(0)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
