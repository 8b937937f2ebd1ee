import { randomIntegers } from "./bits.js";
import { streamPorts, verilogParameters } from "./mvu-case.js";
import type { StreamCase } from "./stream-case.js";

function randomWords(count: number, bits: number, seed: number): readonly bigint[] {
  const random = randomIntegers(seed);
  return Array.from({ length: count }, () => {
    let word = 0n;
    for (let i = 0; i < bits; i++) word = (word << 1n) | BigInt(random(0, 1));
    return word;
  });
}

function bufferCase(
  module: string,
  parameters: Readonly<Record<string, number | string>>,
  cycles: number,
): StreamCase {
  const width = Number(parameters["WIDTH"]);
  const words = randomWords(80, width, width + cycles);
  const counts = module === "gf_fifo" ? ", .count(), .max_count()" : "";
  return {
    name: `${module} ${JSON.stringify(parameters)}`,
    body: `${module} #(${verilogParameters(parameters)}) dut (.aclk(aclk), .aresetn(aresetn), ${streamPorts}${counts});`,
    inBits: width,
    outBits: width,
    input: words,
    expected: words,
    timing: (k) => ({ beat: k, cycles }),
    interval: { period: 1, cycles: 1 },
  };
}

/** Regroups words of `inLanes` lanes; an incomplete last output word is not expected to appear. */
function converterCase(laneBits: number, inLanes: number, outLanes: number): StreamCase {
  let lcm = inLanes;
  while (lcm % outLanes !== 0) lcm += inLanes;
  const [inBeats, outBeats] = [lcm / inLanes, lcm / outLanes];
  const laneCount = lcm * Math.ceil(40 / Math.max(inBeats, outBeats)) + inLanes;
  const lanes = randomWords(laneCount, laneBits, inLanes * 100 + outLanes);
  const group = (size: number) =>
    Array.from({ length: Math.floor(laneCount / size) }, (_, i) =>
      lanes
        .slice(i * size, (i + 1) * size)
        .reduceRight((word, lane) => (word << BigInt(laneBits)) | lane, 0n),
    );
  return {
    name: `gf_width_converter ${inLanes} to ${outLanes} lanes of ${laneBits} bits`,
    body: `gf_width_converter #(.LANE_BITS(${laneBits}), .IN_LANES(${inLanes}), .OUT_LANES(${outLanes})) dut (
      .aclk(aclk), .aresetn(aresetn), ${streamPorts});`,
    inBits: laneBits * inLanes,
    outBits: laneBits * outLanes,
    input: group(inLanes),
    expected: group(outLanes),
    // An output that needs no new input waits for the outputs before it, so only the others have a latency.
    timing: (k) => {
      const beat = Math.ceil(((k + 1) * outLanes) / inLanes) - 1;
      const isFirst = Math.ceil((k * outLanes) / inLanes) - 1 !== beat;
      return inLanes <= outLanes || (isFirst && k === 0)
        ? { beat, cycles: inLanes === outLanes ? 0 : 1 }
        : undefined;
    },
    interval: {
      period: outBeats,
      cycles: Math.max(inBeats, outBeats),
      from: inLanes > outLanes ? 2 * outBeats : 0,
    },
  };
}

const ratios = [
  [1, 1],
  [1, 2],
  [2, 1],
  [1, 7],
  [7, 1],
  [4, 12],
  [12, 4],
  [2, 3],
  [3, 2],
  [5, 7],
  [7, 5],
  [8, 6],
  [6, 8],
  [3, 16],
  [16, 3],
  [9, 10],
  [10, 9],
] as const;

const { timing: _timing, ...sparseCase } = bufferCase("gf_skid", { WIDTH: 9, SPARSE: 1 }, 1);

/** Cases of the modules that pass beats on. */
export const streamGroups: Readonly<Record<string, readonly StreamCase[]>> = {
  "gf_skid and gf_fifo: order, latency, full throughput": [
    bufferCase("gf_skid", { WIDTH: 9 }, 1),
    bufferCase("gf_fifo", { WIDTH: 8, DEPTH: 2 }, 1),
    bufferCase("gf_fifo", { WIDTH: 1, DEPTH: 3 }, 1),
    bufferCase("gf_fifo", { WIDTH: 70, DEPTH: 4, TRACK: 1 }, 1),
    bufferCase("gf_fifo", { WIDTH: 5, DEPTH: 11, RAM_STYLE: '"registers"' }, 1),
    ...[5, 7, 8, 9, 16, 33, 64].map((DEPTH) => bufferCase("gf_fifo", { WIDTH: 12, DEPTH }, 2)),
    bufferCase("gf_fifo", { WIDTH: 12, DEPTH: 20, RAM_STYLE: '"block"', TRACK: 1 }, 2),
  ],
  "gf_skid SPARSE: a beat every second cycle": [{ ...sparseCase, interval: { period: 1, cycles: 2 } }],
  "gf_width_converter: any ratio": ratios.map(([inLanes, outLanes], i) =>
    converterCase([1, 4, 9][i % 3]!, inLanes, outLanes),
  ),
};

/** Depths whose capacity is tried. */
export const capacityDepths: readonly number[] = [2, 3, 4, 5, 6, 8, 9, 17, 32, 40];

/** FIFOs that nothing leaves: after 100 cycles `{max_count, count}` is the only beat out. */
export const capacityCases: readonly StreamCase[] = capacityDepths.flatMap((depth) =>
  ["auto", "registers"].map((style): StreamCase => {
    const bits = 1 + Math.floor(Math.log2(depth));
    // The sink behind the FIFO opens only after it has been full for long; then count and max_count go out.
    return {
      name: `gf_fifo of ${depth}, ${style}`,
      body: `
wire [${bits - 1}:0] count, max_count;
wire [7:0] data;
wire full, valid;
reg [7:0] wait_cycles = 0;
reg told = 0;
wire idle = wait_cycles == 100;
assign s_axis_tready = full;
assign m_axis_tdata = {max_count, count};
assign m_axis_tvalid = idle && !told;
gf_fifo #(.WIDTH(8), .DEPTH(${depth}), .RAM_STYLE("${style}"), .TRACK(1)) dut (.aclk(aclk), .aresetn(aresetn),
  .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(full),
  .m_axis_tdata(data), .m_axis_tvalid(valid), .m_axis_tready(1'b0), .count(count), .max_count(max_count));
always @(posedge aclk) begin
  if (aresetn && !idle) wait_cycles <= wait_cycles + 1;
  if (m_axis_tvalid && m_axis_tready) told <= 1;
end`,
      inBits: 8,
      outBits: 2 * bits,
      input: randomWords(depth + 5, 8, depth),
      expected: [BigInt(depth * 2 ** bits + depth)],
    };
  }),
);
