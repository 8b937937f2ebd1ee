import { clog2, integerRange, packBeats, packLanes, randomIntegers } from "./bits.js";
import { streamPorts, verilogParameters } from "./mvu-case.js";
import type { StreamCase } from "./stream-case.js";

/** What the channel-wise cases have in common; `vectors` of `c` channels, `pe` a beat. */
interface ChannelParameters {
  readonly c: number;
  readonly pe: number;
  readonly inBits: number;
  readonly inSigned: boolean;
  readonly vectors?: number;
}

export interface ThresholdParameters extends ChannelParameters {
  readonly n: number;
  /** One bit more than the input lets a threshold say "never". */
  readonly tBits: number;
  readonly bias: number;
  readonly outBits: number;
  readonly style: 0 | 1;
}

/** A memory of one word a fold, and the wires between it and a kernel's `t_*` ports. */
function foldMemory(words: readonly bigint[], width: number): string {
  return `
  wire t_en;
  wire [${Math.max(1, clog2(words.length)) - 1}:0] t_addr;
  wire [${width - 1}:0] t_data;
  gf_rom #(.WIDTH(${width}), .DEPTH(${words.length}), .FILE("t.mem")) rom (
    .aclk(aclk), .en(t_en), .addr(t_addr), .data(t_data));`;
}

const memoryPorts = ".t_en(t_en), .t_addr(t_addr), .t_data(t_data)";

function drawVectors(
  { c, inBits, inSigned, vectors = 8 }: ChannelParameters,
  seed: number,
): readonly number[][] {
  const random = randomIntegers(seed);
  const [low, high] = integerRange(inBits, inSigned);
  return Array.from({ length: vectors }, () => Array.from({ length: c }, () => random(low, high)));
}

export function thresholdCase(p: ThresholdParameters, seed: number): StreamCase {
  const { c, pe, inBits, inSigned, n, tBits, bias, outBits, style } = p;
  const random = randomIntegers(seed);
  const [low, high] = integerRange(inBits, inSigned);
  const never = tBits > inBits ? high + 1 : high;
  const thresholds = Array.from({ length: c }, () =>
    Array.from({ length: n }, () => random(low, random(0, 3) === 0 ? never : high)).sort((a, b) => a - b),
  );
  const vectors = drawVectors(p, seed + 1).map((vector) =>
    // Half of the inputs lie on a threshold or next to it.
    vector.map((x, channel) => {
      const near = thresholds[channel]![random(0, n - 1)]! + random(-1, 0);
      return random(0, 1) === 0 && near >= low && near <= high ? near : x;
    }),
  );
  const results = vectors.map((vector) =>
    vector.map((x, channel) => bias + thresholds[channel]!.filter((t) => x >= t).length),
  );
  const words = Array.from({ length: c / pe }, (_, fold) =>
    packLanes(thresholds.slice(fold * pe, (fold + 1) * pe).flat(), tBits),
  );
  const parameters = {
    C: c,
    PE: pe,
    IN_BITS: inBits,
    IN_SIGNED: Number(inSigned),
    N: n,
    T_BITS: tBits,
    OUT_BITS: outBits,
    BIAS: bias,
    STYLE: style,
  };
  return {
    name: `gf_threshold ${JSON.stringify(p)}`,
    body: `${foldMemory(words, pe * n * tBits)}
  gf_threshold #(${verilogParameters(parameters)}) dut (.aclk(aclk), .aresetn(aresetn), ${streamPorts}, ${memoryPorts});`,
    memories: { "t.mem": words },
    inBits: pe * inBits,
    outBits: pe * outBits,
    input: vectors.flatMap((vector) => packBeats(vector, pe, inBits)),
    expected: results.flatMap((result) => packBeats(result, pe, outBits)),
    timing: (k) => ({ beat: k, cycles: style === 0 ? 2 : 1 + clog2(n + 1) }),
    interval: { period: 1, cycles: 1 },
  };
}

export function argmaxCase(p: ChannelParameters, seed: number): StreamCase {
  const { c, pe, inBits, inSigned } = p;
  const indexBits = Math.max(1, clog2(c));
  const vectors = drawVectors({ ...p, vectors: p.vectors ?? 20 }, seed);
  const folds = c / pe;
  const parameters = {
    C: c,
    PE: pe,
    IN_BITS: inBits,
    IN_SIGNED: Number(inSigned),
    IDX_BITS: indexBits,
  };
  return {
    name: `gf_argmax ${JSON.stringify(p)}`,
    body: `gf_argmax #(${verilogParameters(parameters)}) dut (.aclk(aclk), .aresetn(aresetn), ${streamPorts});`,
    inBits: pe * inBits,
    outBits: indexBits,
    input: vectors.flatMap((vector) => packBeats(vector, pe, inBits)),
    expected: vectors.map((vector) => BigInt(vector.indexOf(Math.max(...vector)))),
    timing: (k) => ({ beat: (k + 1) * folds - 1, cycles: pe > 1 && folds > 1 ? 2 : 1 }),
    interval: { period: 1, cycles: folds },
  };
}

/** A table over `low .. low + depth - 1` for each channel. */
export function lookupCase(
  p: ChannelParameters & { readonly outBits: number; readonly low: number; readonly depth: number },
  seed: number,
): StreamCase {
  const { c, pe, inBits, outBits, low, depth, vectors: count = 8 } = p;
  const random = randomIntegers(seed);
  const tables = Array.from({ length: c }, () =>
    Array.from({ length: depth }, () => random(0, 2 ** outBits - 1)),
  );
  const vectors = Array.from({ length: count }, () =>
    Array.from({ length: c }, () => random(low, low + depth - 1)),
  );
  const folds = c / pe;
  const addressBits = Math.max(1, clog2(folds * depth));
  const memories = Object.fromEntries(
    Array.from({ length: pe }, (_, lane) => [
      `lane${lane}.mem`,
      tables.filter((_, channel) => channel % pe === lane).flatMap((table) => table.map(BigInt)),
    ]),
  );
  const roms = Object.keys(memories).map(
    (file, lane) => `
  gf_rom #(.WIDTH(${outBits}), .DEPTH(${folds * depth}), .FILE("${file}")) rom_${lane} (.aclk(aclk), .en(l_en),
    .addr(l_addr[${lane * addressBits} +: ${addressBits}]), .data(l_data[${lane * outBits} +: ${outBits}]));`,
  );
  const parameters = { C: c, PE: pe, IN_BITS: inBits, OUT_BITS: outBits, DEPTH: depth, LO: low };
  return {
    name: `gf_lookup ${JSON.stringify(p)}`,
    body: `
  wire l_en;
  wire [${pe * addressBits - 1}:0] l_addr;
  wire [${pe * outBits - 1}:0] l_data;${roms.join("")}
  gf_lookup #(${verilogParameters(parameters)}) dut (.aclk(aclk), .aresetn(aresetn), ${streamPorts},
    .l_en(l_en), .l_addr(l_addr), .l_data(l_data));`,
    memories,
    inBits: pe * inBits,
    outBits: pe * outBits,
    input: vectors.flatMap((vector) => packBeats(vector, pe, inBits)),
    expected: vectors.flatMap((vector) =>
      packBeats(
        vector.map((x, channel) => tables[channel]![x - low]!),
        pe,
        outBits,
      ),
    ),
    timing: (k) => ({ beat: k, cycles: 2 }),
    interval: { period: 1, cycles: 1 },
  };
}

export function affineCase(
  p: ChannelParameters & { readonly aBits: number; readonly bBits: number; readonly outBits: number },
  seed: number,
): StreamCase {
  const { c, pe, inBits, inSigned, aBits, bBits, outBits } = p;
  const random = randomIntegers(seed);
  const factors = Array.from({ length: c }, () => random(...integerRange(aBits, true)));
  const offsets = Array.from({ length: c }, () => random(...integerRange(bBits, true)));
  const vectors = drawVectors(p, seed + 1);
  const words = Array.from({ length: c / pe }, (_, fold) =>
    Array.from({ length: pe }, (_, lane) => fold * pe + lane).reduceRight(
      (word, channel) =>
        (word << BigInt(aBits + bBits)) |
        (packLanes([offsets[channel]!], bBits) << BigInt(aBits)) |
        packLanes([factors[channel]!], aBits),
      0n,
    ),
  );
  const parameters = {
    C: c,
    PE: pe,
    IN_BITS: inBits,
    IN_SIGNED: Number(inSigned),
    A_BITS: aBits,
    B_BITS: bBits,
    OUT_BITS: outBits,
  };
  return {
    name: `gf_affine ${JSON.stringify(p)}`,
    body: `${foldMemory(words, pe * (aBits + bBits))}
  gf_affine #(${verilogParameters(parameters)}) dut (.aclk(aclk), .aresetn(aresetn), ${streamPorts}, ${memoryPorts});`,
    memories: { "t.mem": words },
    inBits: pe * inBits,
    outBits: pe * outBits,
    input: vectors.flatMap((vector) => packBeats(vector, pe, inBits)),
    expected: vectors.flatMap((vector) =>
      packBeats(
        vector.map((x, channel) => factors[channel]! * x + offsets[channel]!),
        pe,
        outBits,
      ),
    ),
    timing: (k) => ({ beat: k, cycles: 3 }),
    interval: { period: 1, cycles: 1 },
  };
}

export interface RequantizeParameters extends ChannelParameters {
  /** Of all channels; −1 gives each its own. */
  readonly factor: number;
  readonly mBits: number;
  readonly bBits: number;
  readonly drop: number;
  readonly shift: number;
  readonly tiesEven: boolean;
  readonly low: number;
  readonly high: number;
  readonly offset: number;
  readonly outBits: number;
}

export function requantizeCase(p: RequantizeParameters, seed: number): StreamCase {
  const { c, pe, inBits, inSigned, factor, mBits, bBits, drop, shift, tiesEven, low, high, outBits } = p;
  const random = randomIntegers(seed);
  const factors = Array.from({ length: c }, () => (factor >= 0 ? factor : random(0, 2 ** mBits - 1)));
  const offsets = Array.from({ length: c }, () => random(...integerRange(bBits, true)));
  const floor = (v: number, bits: number): bigint => BigInt(v) >> BigInt(bits);
  const code = (x: number, channel: number): number => {
    const sum = floor(factors[channel]! * x, drop) + BigInt(offsets[channel]!);
    let q = sum >> BigInt(shift);
    if (tiesEven && (sum & ((1n << BigInt(shift)) - 1n)) === 0n && (q & 1n) === 1n) q -= 1n;
    return p.offset + Math.min(Math.max(Number(q), low), high);
  };
  const own = factor >= 0 ? 0 : mBits;
  const words = Array.from({ length: c / pe }, (_, fold) =>
    Array.from({ length: pe }, (_, lane) => fold * pe + lane).reduceRight(
      (word, channel) =>
        (word << BigInt(bBits + own)) |
        (packLanes([offsets[channel]!], bBits) << BigInt(own)) |
        (own > 0 ? packLanes([factors[channel]!], mBits) : 0n),
      0n,
    ),
  );
  const parameters = {
    C: c,
    PE: pe,
    IN_BITS: inBits,
    IN_SIGNED: Number(inSigned),
    FACTOR: factor,
    M_BITS: mBits,
    B_BITS: bBits,
    DROP: drop,
    SHIFT: shift,
    TIES_EVEN: Number(tiesEven),
    LOW: low,
    HIGH: high,
    OFFSET: p.offset,
    OUT_BITS: outBits,
  };
  const vectors = drawVectors({ vectors: 24, ...p }, seed + 1);
  return {
    name: `gf_requantize ${JSON.stringify(p)}`,
    body: `${foldMemory(words, pe * (bBits + own))}
  gf_requantize #(${verilogParameters(parameters)}) dut (.aclk(aclk), .aresetn(aresetn), ${streamPorts}, ${memoryPorts});`,
    memories: { "t.mem": words },
    inBits: pe * inBits,
    outBits: pe * outBits,
    input: vectors.flatMap((vector) => packBeats(vector, pe, inBits)),
    expected: vectors.flatMap((vector) => packBeats(vector.map(code), pe, outBits)),
    timing: (k) => ({ beat: k, cycles: factor > 0 && Number.isInteger(Math.log2(factor)) ? 3 : 4 }),
    interval: { period: 1, cycles: 1 },
  };
}
