import { clog2, integerRange, packBeats, packLanes, type RandomInteger, randomIntegers } from "./bits.js";
import type { StreamCase } from "./stream-case.js";

/** Parameters of `gf_mvu`, with the names of its Verilog parameters in camel case. */
export interface MvuParameters {
  readonly mode: "xnor" | "sign" | "bipolar-in" | "ternary" | "mul";
  readonly mw: number;
  readonly mh: number;
  readonly pe: number;
  readonly simd: number;
  readonly inBits?: number;
  readonly inSigned?: boolean;
  readonly inBipolar?: boolean;
  readonly wBits?: number;
  readonly wSigned?: boolean;
  readonly popcountOut?: boolean;
  readonly levelsPerStage?: number;
  readonly bufStyle?: string;
  readonly pairs?: boolean;
  readonly radix4?: boolean;
  readonly vectors?: number;
}

const modeNumbers = { xnor: 0, sign: 1, "bipolar-in": 2, ternary: 3, mul: 4 } as const;

/** What a lane may hold, and how many bits code it. */
interface Lane {
  readonly bits: number;
  readonly signed: boolean;
  readonly draw: (random: RandomInteger) => number;
  readonly code: (value: number) => number;
}

const bipolarLane: Lane = {
  bits: 1,
  signed: false,
  draw: (random) => 2 * random(0, 1) - 1,
  code: (value) => (value > 0 ? 1 : 0),
};

/** Integers, extremes drawn as often as all others together. */
function integerLane(bits: number, signed: boolean, range = integerRange(bits, signed)): Lane {
  const [low, high] = range;
  return {
    bits,
    signed,
    draw: (random) => [low, high, random(low, high), random(low, high)][random(0, 3)]!,
    code: (value) => value,
  };
}

function lanes({
  mode,
  inBits = 1,
  inSigned = false,
  inBipolar = false,
  wBits = 1,
  wSigned = false,
}: MvuParameters): {
  readonly x: Lane;
  readonly w: Lane;
} {
  const integerX = integerLane(inBits, inSigned);
  switch (mode) {
    case "xnor":
      return { x: bipolarLane, w: bipolarLane };
    case "sign":
      return { x: integerX, w: bipolarLane };
    case "bipolar-in":
      return { x: bipolarLane, w: integerLane(wBits, wSigned) };
    case "ternary":
      return { x: inBipolar ? bipolarLane : integerX, w: integerLane(2, true, [-1, 1]) };
    case "mul":
      return { x: integerX, w: integerLane(wBits, wSigned) };
  }
}

/** Registers in the adder tree, as `gf_mvu.v` states them. */
function treeLatency(p: MvuParameters, pairs: boolean): number {
  const perStage = p.levelsPerStage ?? 0;
  if (perStage === 0) return 0;
  const levels = clog2(pairs ? Math.ceil(p.simd / 2) : p.simd);
  const oneBit = (bits = 1, signed = false) => bits === 1 && !signed;
  const multiplies = p.mode === "mul" && !oneBit(p.inBits, p.inSigned) && !oneBit(p.wBits, p.wSigned);
  return Math.floor(levels / perStage) + (multiplies ? 1 : 0);
}

/** A matrix-vector unit with its weight memory, random weights and vectors, and the dot products expected of it. */
export function mvuCase(p: MvuParameters, seed: number): StreamCase {
  const random = randomIntegers(seed);
  const { x, w } = lanes(p);
  const { mw, mh, pe, simd, vectors = 6 } = p;
  const foldsIn = mw / simd;
  const foldsOut = mh / pe;
  const weights = Array.from({ length: mh }, () => Array.from({ length: mw }, () => w.draw(random)));
  const inputs = Array.from({ length: vectors }, () => Array.from({ length: mw }, () => x.draw(random)));
  const results = inputs.map((input) =>
    weights.map((row) => {
      const dot = row.reduce((sum, weight, i) => sum + weight * input[i]!, 0);
      return p.popcountOut === true ? (dot + mw) / 2 : dot;
    }),
  );
  const accBits = bitsFor(results.flat());
  const words = Array.from({ length: foldsOut * foldsIn }, (_, address) => {
    const rows = weights.slice(Math.floor(address / foldsIn) * pe).slice(0, pe);
    const first = (address % foldsIn) * simd;
    return packLanes(rows.flatMap((row) => row.slice(first, first + simd)).map(w.code), w.bits);
  });
  const pairs = p.mode === "sign" && simd > 1 && (p.pairs ?? pe > 1);
  const parameters = {
    MW: mw,
    MH: mh,
    PE: pe,
    SIMD: simd,
    IN_BITS: x.bits,
    IN_SIGNED: Number(x.signed),
    W_BITS: w.bits,
    W_SIGNED: Number(w.signed),
    MODE: modeNumbers[p.mode],
    ACC_BITS: accBits,
    ACC_SIGNED: 1,
    POPCOUNT_OUT: Number(p.popcountOut ?? false),
    IN_BIPOLAR: Number(p.inBipolar ?? false),
    TREE_LEVELS_PER_STAGE: p.levelsPerStage ?? 0,
    BUF_STYLE: `"${p.bufStyle ?? "auto"}"`,
    RADIX4: Number(p.radix4 ?? false),
    ...(p.pairs === undefined ? {} : { PAIRS: Number(p.pairs) }),
  };
  const addressBits = Math.max(1, clog2(words.length));
  return {
    name: `gf_mvu ${JSON.stringify(p)}`,
    body: `
  wire w_en;
  wire [${addressBits - 1}:0] w_addr;
  wire [${pe * simd * w.bits - 1}:0] w_data;
  gf_rom #(.WIDTH(${pe * simd * w.bits}), .DEPTH(${words.length}), .FILE("w.mem")) rom (
    .aclk(aclk), .en(w_en), .addr(w_addr), .data(w_data));
  gf_mvu #(${verilogParameters(parameters)}) dut (
    .aclk(aclk), .aresetn(aresetn), ${streamPorts}, .w_en(w_en), .w_addr(w_addr), .w_data(w_data));`,
    memories: { "w.mem": words },
    inBits: simd * x.bits,
    outBits: pe * accBits,
    input: inputs.flatMap((input) => packBeats(input.map(x.code), simd, x.bits)),
    expected: results.flatMap((result) => packBeats(result, pe, accBits)),
    timing: (k) => ({
      beat: (Math.floor(k / foldsOut) + 1) * foldsIn - 1,
      cycles: 2 + treeLatency(p, pairs) + (k % foldsOut) * foldsIn,
    }),
    interval: { period: 1, cycles: foldsIn },
  };
}

/** Bits of the narrowest two's complement type that holds all values, at least 2. */
function bitsFor(values: readonly number[]): number {
  let bits = 2;
  while (values.some((value) => value < -(2 ** (bits - 1)) || value >= 2 ** (bits - 1))) bits++;
  return bits;
}

/** `.NAME(value), …` */
export function verilogParameters(parameters: Readonly<Record<string, number | string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `.${name}(${value})`)
    .join(", ");
}

/** Connections of a module's stream ports to wires of the same names. */
export const streamPorts: string = ["s_axis", "m_axis"]
  .flatMap((side) => ["tdata", "tvalid", "tready"].map((port) => `.${side}_${port}(${side}_${port})`))
  .join(", ");
