import { integerRange, packBeats, packLanes, randomIntegers } from "./bits.js";
import { verilogParameters } from "./mvu-case.js";
import type { StreamCase } from "./stream-case.js";

/** One bit of a small generator, different for each seed; high about half of the time. */
function randomBit(name: string, seed: number): string {
  return `
  reg [15:0] ${name}_state = 16'd${1000 + 7919 * (seed % 8)};
  always @(posedge aclk) ${name}_state <= {${name}_state[14:0], ${name}_state[15] ^ ${name}_state[13] ^ ${name}_state[12] ^ ${name}_state[10]};
  wire ${name} = ${name}_state[0];`;
}

/** How the input beats become the streams `a` and `b`: beats of `width` bits from `data` while `valid` is high. */
interface Branch {
  readonly name: "a" | "b";
  readonly width: number;
  readonly data: string;
  readonly valid: string;
}

/**
 * A stream `<name>_*` that takes a beat when `valid` and `<name>_room` are high; `stalls` puts a FIFO and random pauses
 * before it, so that two streams come apart. A pause begins behind each beat and ends at a random time.
 */
function branch({ name, width, data, valid }: Branch, stalls: boolean): string {
  const wires = `
  wire [${width - 1}:0] ${name}_tdata;
  wire ${name}_tvalid, ${name}_tready, ${name}_room;`;
  if (!stalls)
    return `${wires}
  assign ${name}_tdata = ${data};
  assign ${name}_tvalid = ${valid};
  assign ${name}_room = ${name}_tready;`;
  return `${wires}
  wire ${name}_there;
  reg ${name}_open = 0;${randomBit(`${name}_random`, name === "a" ? 1 : 2)}
  gf_fifo #(.WIDTH(${width}), .DEPTH(9)) ${name}_fifo (.aclk(aclk), .aresetn(aresetn),
    .s_axis_tdata(${data}), .s_axis_tvalid(${valid}), .s_axis_tready(${name}_room),
    .m_axis_tdata(${name}_tdata), .m_axis_tvalid(${name}_there), .m_axis_tready(${name}_tready && ${name}_open),
    .count(), .max_count());
  assign ${name}_tvalid = ${name}_there && ${name}_open;
  always @(posedge aclk) ${name}_open <= ${name}_open && !(${name}_there && ${name}_tready) || ${name}_random;`;
}

/** Streams `a` and `b`, both of whose beats are in each input beat, `a` in the low bits. */
function twoSources(aBits: number, bBits: number, stalls: boolean): string {
  const valid = stalls ? "s_axis_tvalid && s_axis_tready" : "s_axis_tvalid";
  const a = { name: "a", width: aBits, data: `s_axis_tdata[0 +: ${aBits}]`, valid } as const;
  const b = { name: "b", width: bBits, data: `s_axis_tdata[${aBits} +: ${bBits}]`, valid } as const;
  return `${branch(a, stalls)}${branch(b, stalls)}
  assign s_axis_tready = a_room && b_room;`;
}

const twoPorts = ["tdata", "tvalid", "tready"]
  .flatMap((port) => [
    `.s_axis_0_${port}(a_${port})`,
    `.s_axis_1_${port}(b_${port})`,
    `.m_axis_${port}(m_axis_${port})`,
  ])
  .join(", ");

interface AddParameters {
  readonly lanes: number;
  readonly a: readonly [bits: number, signed: boolean, factor: number];
  readonly b: readonly [bits: number, signed: boolean, factor: number];
  readonly outBits: number;
  readonly stalls?: boolean;
}

function addCase(p: AddParameters): StreamCase {
  const { lanes, a, b, outBits, stalls = false } = p;
  const random = randomIntegers(outBits * 10 + lanes);
  const draw = ([bits, signed]: AddParameters["a"]) =>
    Array.from({ length: lanes }, () => random(...integerRange(bits, signed)));
  const beats = Array.from({ length: 60 }, () => ({ a: draw(a), b: draw(b) }));
  const parameters = {
    ...{ LANES: lanes, A_BITS: a[0], A_SIGNED: Number(a[1]), B_BITS: b[0], B_SIGNED: Number(b[1]) },
    ...{ A_FACTOR: a[2], B_FACTOR: b[2], OUT_BITS: outBits },
  };
  const [aBits, bBits] = [lanes * a[0], lanes * b[0]];
  return {
    name: `gf_add_streams ${JSON.stringify(p)}`,
    body: `${twoSources(aBits, bBits, stalls)}
  gf_add_streams #(${verilogParameters(parameters)}) dut (.aclk(aclk), .aresetn(aresetn), ${twoPorts});`,
    inBits: aBits + bBits,
    outBits: lanes * outBits,
    input: beats.map((beat) => packLanes(beat.a, a[0]) | (packLanes(beat.b, b[0]) << BigInt(aBits))),
    expected: beats.map((beat) =>
      packLanes(
        beat.a.map((x, lane) => a[2] * x + b[2] * beat.b[lane]!),
        outBits,
      ),
    ),
    ...(stalls
      ? {}
      : { timing: (n: number) => ({ beat: n, cycles: 1 }), interval: { period: 1, cycles: 1 } }),
  };
}

/** `gf_concat`; the streams come in turn without stalls, and apart with them. */
function concatCase(c0: number, c1: number, lanes: number, stalls: boolean): StreamCase {
  const bits = 4;
  const random = randomIntegers(c0 * 10 + c1);
  const draw = (count: number) => Array.from({ length: count }, () => random(0, 2 ** bits - 1));
  const pixels = Array.from({ length: 12 }, () => [
    packBeats(draw(c0), lanes, bits),
    packBeats(draw(c1), lanes, bits),
  ]);
  const folds = (c0 + c1) / lanes;
  const width = lanes * bits;
  // A tag above the word says whose it is.
  const tagged = pixels.flatMap((pixel) =>
    pixel.flatMap((beats, stream) => beats.map((beat) => beat | (BigInt(stream) << BigInt(width)))),
  );
  const tag = `s_axis_tdata[${width}]`;
  const data = `s_axis_tdata[${width - 1}:0]`;
  const a = { name: "a", width, data, valid: `s_axis_tvalid && !${tag}` } as const;
  const b = { name: "b", width, data, valid: `s_axis_tvalid && ${tag}` } as const;
  return {
    name: `gf_concat ${c0} and ${c1} channels, ${lanes} lanes${stalls ? ", streams apart" : ""}`,
    body: `${branch(a, stalls)}${branch(b, stalls)}
  assign s_axis_tready = s_axis_tvalid && (${tag} ? b_room : a_room);
  gf_concat #(.C0(${c0}), .C1(${c1}), .LANES(${lanes}), .LANE_BITS(${bits})) dut (.aclk(aclk), .aresetn(aresetn), ${twoPorts});`,
    inBits: width + 1,
    outBits: width,
    input: tagged,
    expected: pixels.flat(2),
    ...(stalls
      ? {}
      : { timing: (n: number) => ({ beat: n, cycles: 1 }), interval: { period: folds, cycles: folds } }),
  };
}

/**
 * `gf_fork`, whose outputs are joined again: at once; behind FIFOs that pause at random and apart; or "in turn", where
 * an output takes a beat only when the output before it has, which a fork that moves all outputs at once never does.
 */
function forkCase(width: number, count: number, kind: "together" | "apart" | "in turn"): StreamCase {
  const stalls = kind !== "together";
  const random = randomIntegers(width * 10 + count);
  const words = Array.from({ length: 70 }, () => BigInt(random(0, 2 ** width - 1)));
  const outputs = Array.from({ length: count }, (_, i) =>
    stalls
      ? `
${kind === "apart" ? openRegister(i) : ""}
  wire room_${i};
  wire go_${i} = ${kind === "apart" ? `open_${i}` : i === 0 ? "1'b1" : `there[${i - 1}]`};
  assign tready[${i}] = room_${i} && go_${i};
  gf_fifo #(.WIDTH(${width}), .DEPTH(6)) fifo_${i} (.aclk(aclk), .aresetn(aresetn),
    .s_axis_tdata(tdata[${i * width} +: ${width}]), .s_axis_tvalid(tvalid[${i}] && go_${i}), .s_axis_tready(room_${i}),
    .m_axis_tdata(m_axis_tdata[${i * width} +: ${width}]), .m_axis_tvalid(there[${i}]), .m_axis_tready(taken),
    .count(), .max_count());`
      : `
  assign m_axis_tdata[${i * width} +: ${width}] = tdata[${i * width} +: ${width}];
  assign there[${i}] = tvalid[${i}];
  assign tready[${i}] = taken;`,
  );
  return {
    name: `gf_fork ${width} bits to ${count}, ${kind}`,
    body: `
  wire [${count * width - 1}:0] tdata;
  wire [${count - 1}:0] tvalid, tready, there;
  assign m_axis_tvalid = &there;
  wire taken = m_axis_tready && m_axis_tvalid;${outputs.join("")}
  gf_fork #(.WIDTH(${width}), .COUNT(${count})) dut (.aclk(aclk), .aresetn(aresetn),
    .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
    .m_axis_tdata(tdata), .m_axis_tvalid(tvalid), .m_axis_tready(tready));`,
    inBits: width,
    outBits: width * count,
    input: words,
    expected: words.map((word) =>
      packWords(
        Array.from({ length: count }, () => word),
        width,
      ),
    ),
    ...(stalls
      ? {}
      : { timing: (n: number) => ({ beat: n, cycles: 1 }), interval: { period: 1, cycles: 1 } }),
  };
}

/** `open_<i>`, high about half of the time. */
function openRegister(i: number): string {
  return `
  reg open_${i} = 0;${randomBit(`random_${i}`, i)}
  always @(posedge aclk) open_${i} <= random_${i};`;
}

function packWords(words: readonly bigint[], width: number): bigint {
  return words.reduceRight((all, word) => (all << BigInt(width)) | word, 0n);
}

const unsigned4 = [4, false] as const;
const adds: readonly AddParameters[] = [
  { lanes: 2, a: [...unsigned4, 1], b: [...unsigned4, 1], outBits: 5 },
  { lanes: 3, a: [4, true, 1], b: [3, false, 4], outBits: 8 },
  { lanes: 1, a: [5, true, 3], b: [2, true, -2], outBits: 9 },
  { lanes: 2, a: [3, false, -1], b: [6, true, 7], outBits: 10 },
  { lanes: 2, a: [3, true, -5], b: [3, false, -8], outBits: 9 },
  { lanes: 4, a: [1, false, 2], b: [1, true, 1], outBits: 3 },
  { lanes: 1, a: [8, true, 100], b: [8, true, 1], outBits: 16 },
  { lanes: 1, a: [4, true, 0], b: [4, false, -1], outBits: 6 },
];

const concats = [
  [4, 2, 2],
  [2, 6, 2],
  [3, 3, 3],
  [1, 5, 1],
] as const;

const forks = [
  [8, 2],
  [3, 3],
  [5, 1],
  [1, 4],
] as const;

/** Cases of the modules with several streams in or out. */
export const joinGroups: Readonly<Record<string, readonly StreamCase[]>> = {
  "gf_fork: outputs together, apart, in turn": forks.flatMap(([width, count]) =>
    (["together", "apart", "in turn"] as const).map((kind) => forkCase(width, count, kind)),
  ),
  "gf_add_streams: factors of any sign": adds.flatMap((p) => [addCase(p), addCase({ ...p, stalls: true })]),
  "gf_concat: any channels": concats.flatMap(([c0, c1, lanes]) => [
    concatCase(c0, c1, lanes, false),
    concatCase(c0, c1, lanes, true),
  ]),
};
