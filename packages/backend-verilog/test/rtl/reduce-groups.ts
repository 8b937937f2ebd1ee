import { clog2, integerRange, packBeats, randomIntegers } from "./bits.js";
import { streamPorts, verilogParameters } from "./mvu-case.js";
import type { StreamCase } from "./stream-case.js";
import { drawFrames, frameBeats, windowsOf, windowVerilog } from "./window-groups.js";
import { type WindowParameters, windowGeometry } from "./window-times.js";

interface Groups {
  readonly c: number;
  readonly lanes: number;
  /** Groups of folds that become one. */
  readonly window: number;
}

/** When each output beat leaves, and how long a pixel takes. */
function groupTimes({ c, lanes, window }: Groups, cycles: number): Pick<StreamCase, "timing" | "interval"> {
  const folds = c / lanes;
  return {
    timing: (n) => ({ beat: (Math.floor(n / folds) * window + window - 1) * folds + (n % folds), cycles }),
    interval: { period: folds, cycles: window * folds },
  };
}

/** Pixels of a window, of some windows: `[window][k][channel]`, extremes as often as all else. */
function drawWindows(g: Groups, values: readonly number[], seed: number): readonly number[][][] {
  const random = randomIntegers(seed);
  const draw = () =>
    values[random(0, 3) === 0 ? 0 : random(0, 3) === 0 ? values.length - 1 : random(0, values.length - 1)]!;
  const list = <T>(length: number, make: () => T) => Array.from({ length }, make);
  return list(5, () => list(g.window, () => list(g.c, draw)));
}

function range(low: number, high: number): readonly number[] {
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}

export function poolCase(
  p: Groups & {
    readonly bits: number;
    readonly signed: boolean;
    readonly sum: boolean;
    readonly outBits?: number;
  },
  seed: number,
): StreamCase {
  const { c, lanes, window, bits, signed, sum } = p;
  const outBits = p.outBits ?? (sum ? bits + clog2(window) : bits);
  const windows = drawWindows(p, range(...integerRange(bits, signed)), seed);
  const reduce = (values: readonly number[]) =>
    sum ? values.reduce((total, x) => total + x, 0) : Math.max(...values);
  const parameters = {
    ...{ C: c, LANES: lanes, LANE_BITS: bits, IS_SIGNED: Number(signed) },
    ...{ WINDOW: window, MODE: Number(sum), OUT_BITS: outBits },
  };
  return {
    name: `gf_pool ${JSON.stringify(p)}`,
    body: `gf_pool #(${verilogParameters(parameters)}) dut (.aclk(aclk), .aresetn(aresetn), ${streamPorts});`,
    inBits: lanes * bits,
    outBits: lanes * outBits,
    input: windows.flatMap((pixels) => pixels.flatMap((x) => packBeats(x, lanes, bits))),
    expected: windows.flatMap((pixels) =>
      packBeats(
        range(0, c - 1).map((channel) => reduce(pixels.map((x) => x[channel]!))),
        lanes,
        outBits,
      ),
    ),
    ...groupTimes(p, 1),
  };
}

const modeNumbers = { xnor: 0, sign: 1, "bipolar-in": 2, ternary: 3, mul: 4 } as const;

interface VvuParameters extends Groups {
  readonly mode: keyof typeof modeNumbers;
  readonly inBits?: number;
  readonly inSigned?: boolean;
  readonly inBipolar?: boolean;
  readonly wBits?: number;
  readonly wSigned?: boolean;
  readonly productReg?: boolean;
  /** Taps a beat; above 1 the beats of a pixel come fold by fold. */
  readonly simd?: number;
}

/** The beats of a pixel's taps in the order that the unit reads, each a list of lanes. */
function vvuBeats({ c, lanes, window, simd = 1 }: VvuParameters, pixel: readonly number[][]): number[][] {
  const folds = range(0, c / lanes - 1);
  const groups = range(0, window / simd - 1);
  const lane = (fold: number, group: number) =>
    range(0, simd - 1).flatMap((k) => pixel[group * simd + k]!.slice(fold * lanes, (fold + 1) * lanes));
  return simd === 1
    ? groups.flatMap((group) => folds.map((fold) => lane(fold, group)))
    : folds.flatMap((fold) => groups.map((group) => lane(fold, group)));
}

/** When the output beats leave: a unit with SIMD > 1 sums one fold after the other. */
function vvuTimes(p: VvuParameters, cycles: number): Pick<StreamCase, "timing" | "interval"> {
  const { c, lanes, window, simd = 1 } = p;
  if (simd === 1) return groupTimes(p, cycles);
  const [groups, folds] = [window / simd, c / lanes];
  return {
    timing: (n) => ({ beat: n * groups + groups - 1, cycles }),
    interval: { period: folds, cycles: groups * folds },
  };
}

export function vvuCase(p: VvuParameters, seed: number): StreamCase {
  const { c, lanes, window, mode, simd = 1, inSigned = false, wSigned = false } = p;
  const bipolarX = mode === "xnor" || mode === "bipolar-in" || p.inBipolar === true;
  const bipolarW = mode === "xnor" || mode === "sign";
  const inBits = bipolarX ? 1 : (p.inBits ?? 1);
  const wBits = bipolarW ? 1 : mode === "ternary" ? 2 : (p.wBits ?? 1);
  const xs = bipolarX ? [-1, 1] : range(...integerRange(inBits, inSigned));
  const ws = bipolarW ? [-1, 1] : mode === "ternary" ? [-1, 0, 1] : range(...integerRange(wBits, wSigned));
  const code = (bipolar: boolean) => (value: number) => (bipolar ? (value > 0 ? 1 : 0) : value);
  const windows = drawWindows(p, xs, seed);
  const weights = drawWindows(p, ws, seed + 1)[0]!;
  const dots = windows.map((pixels) =>
    range(0, c - 1).map((channel) =>
      pixels.reduce((total, x, k) => total + x[channel]! * weights[k]![channel]!, 0),
    ),
  );
  const accBits = 2 + clog2(Math.max(...dots.flat().map(Math.abs)) + 1);
  const beat = lanes * simd;
  const words = vvuBeats(p, weights).flatMap((w) => packBeats(w.map(code(bipolarW)), beat, wBits));
  const oneBit = (bits: number, signed: boolean) => bits === 1 && !signed;
  const multiplies = mode === "mul" && !oneBit(inBits, inSigned) && !oneBit(wBits, wSigned);
  const product = multiplies && (simd > 1 || p.productReg === true) ? 1 : 0;
  const latency = 2 + product + (simd > 1 ? Math.floor(clog2(simd) / 2) : 0);
  const parameters = {
    ...{ C: c, PE: lanes, IN_BITS: inBits, IN_SIGNED: Number(inSigned), IN_BIPOLAR: Number(bipolarX) },
    ...{ W_BITS: wBits, W_SIGNED: Number(wSigned), MODE: modeNumbers[mode], WINDOW: window },
    ...{ ACC_BITS: accBits, PRODUCT_REG: Number(p.productReg ?? false) },
    ...{ SIMD: simd, TREE_LEVELS_PER_STAGE: simd > 1 ? 2 : 0 },
  };
  return {
    name: `gf_vvu ${JSON.stringify(p)}`,
    body: `
  wire w_en;
  wire [${Math.max(1, clog2(words.length)) - 1}:0] w_addr;
  wire [${beat * wBits - 1}:0] w_data;
  gf_rom #(.WIDTH(${beat * wBits}), .DEPTH(${words.length}), .FILE("w.mem")) rom (
    .aclk(aclk), .en(w_en), .addr(w_addr), .data(w_data));
  gf_vvu #(${verilogParameters(parameters)}) dut (
    .aclk(aclk), .aresetn(aresetn), ${streamPorts}, .w_en(w_en), .w_addr(w_addr), .w_data(w_data));`,
    memories: { "w.mem": words },
    inBits: beat * inBits,
    outBits: lanes * accBits,
    input: windows.flatMap((pixels) =>
      vvuBeats(p, pixels).flatMap((x) => packBeats(x.map(code(bipolarX)), beat, inBits)),
    ),
    expected: dots.flatMap((dot) => packBeats(dot, lanes, accBits)),
    ...vvuTimes(p, latency),
  };
}

/** A maximum pool of frames: `gf_window` and `gf_pool`, at full rate together. */
function windowPoolCase(p: WindowParameters): StreamCase {
  const bits = 4;
  const { c, lanes, kh, kw } = p;
  const frames = drawFrames(p, bits, 6, p.h);
  const { outH, outW, folds, inBeats, outBeats } = windowGeometry(p);
  const pooled = frames.flatMap((frame) =>
    windowsOf(frame, p).map((pixels) => range(0, c - 1).map((i) => Math.max(...pixels.map((x) => x[i]!)))),
  );
  const period = outH * outW * folds;
  return {
    name: `gf_window and gf_pool ${JSON.stringify(p)}`,
    body: `
  wire [${lanes * bits - 1}:0] x_tdata;
  wire x_tvalid, x_tready;
  gf_window #(${verilogParameters({ ...windowVerilog(p), LANE_BITS: bits })}) window (
    .aclk(aclk), .aresetn(aresetn),
    .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
    .m_axis_tdata(x_tdata), .m_axis_tvalid(x_tvalid), .m_axis_tready(x_tready));
  gf_pool #(${verilogParameters({ C: c, LANES: lanes, LANE_BITS: bits, WINDOW: kh * kw })}) pool (
    .aclk(aclk), .aresetn(aresetn), .s_axis_tdata(x_tdata), .s_axis_tvalid(x_tvalid), .s_axis_tready(x_tready),
    .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready));`,
    inBits: lanes * bits,
    outBits: lanes * bits,
    input: frameBeats(frames, lanes, bits),
    expected: pooled.flatMap((x) => packBeats(x, lanes, bits)),
    interval: { period, cycles: Math.max(inBeats, outBeats), from: 4 * period },
  };
}

const pools: readonly Parameters<typeof poolCase>[0][] = [
  { c: 4, lanes: 2, window: 4, bits: 4, signed: true, sum: false },
  { c: 4, lanes: 4, window: 9, bits: 3, signed: false, sum: false },
  { c: 6, lanes: 2, window: 4, bits: 1, signed: false, sum: false },
  { c: 1, lanes: 1, window: 3, bits: 1, signed: true, sum: false },
  { c: 20, lanes: 1, window: 2, bits: 5, signed: true, sum: false, outBits: 7 },
  { c: 3, lanes: 1, window: 1, bits: 4, signed: true, sum: false },
  { c: 4, lanes: 2, window: 4, bits: 4, signed: true, sum: true },
  { c: 2, lanes: 2, window: 6, bits: 3, signed: false, sum: true },
  { c: 19, lanes: 1, window: 3, bits: 1, signed: false, sum: true, outBits: 5 },
  { c: 3, lanes: 3, window: 1, bits: 4, signed: false, sum: true },
];

const vvus: readonly VvuParameters[] = [
  { c: 4, lanes: 2, window: 9, mode: "mul", inBits: 4, wBits: 4, wSigned: true },
  {
    c: 6,
    lanes: 3,
    window: 4,
    mode: "mul",
    inBits: 3,
    inSigned: true,
    wBits: 5,
    wSigned: true,
    productReg: true,
  },
  { c: 2, lanes: 2, window: 9, mode: "mul", inBits: 4, wBits: 3, wSigned: true, productReg: true },
  { c: 18, lanes: 1, window: 3, mode: "mul", inBits: 2, wBits: 3, wSigned: true },
  { c: 4, lanes: 1, window: 5, mode: "mul", inBits: 1, wBits: 4, wSigned: true, productReg: true },
  { c: 4, lanes: 4, window: 2, mode: "mul", inBits: 3, wBits: 1 },
  { c: 3, lanes: 1, window: 1, mode: "mul", inBits: 3, wBits: 3, wSigned: true },
  { c: 4, lanes: 2, window: 9, mode: "xnor" },
  { c: 3, lanes: 3, window: 4, mode: "xnor" },
  { c: 20, lanes: 1, window: 5, mode: "xnor" },
  { c: 4, lanes: 2, window: 9, mode: "sign", inBits: 4 },
  { c: 3, lanes: 1, window: 4, mode: "sign", inBits: 3, inSigned: true },
  { c: 4, lanes: 4, window: 9, mode: "bipolar-in", wBits: 4, wSigned: true },
  { c: 4, lanes: 2, window: 6, mode: "bipolar-in", wBits: 3 },
  { c: 4, lanes: 2, window: 9, mode: "ternary", inBits: 4 },
  { c: 5, lanes: 1, window: 3, mode: "ternary", inBipolar: true },
];

/** Several taps a beat: one fold and several, one group and several. */
const wideVvus: readonly VvuParameters[] = [
  { c: 4, lanes: 2, window: 9, simd: 9, mode: "mul", inBits: 4, wBits: 4, wSigned: true },
  { c: 4, lanes: 4, window: 9, simd: 3, mode: "mul", inBits: 3, inSigned: true, wBits: 5, wSigned: true },
  { c: 6, lanes: 2, window: 4, simd: 2, mode: "mul", inBits: 4, wBits: 3, wSigned: true },
  { c: 3, lanes: 1, window: 6, simd: 3, mode: "mul", inBits: 1, wBits: 4, wSigned: true },
  { c: 4, lanes: 2, window: 8, simd: 8, mode: "mul", inBits: 3, wBits: 1 },
  { c: 4, lanes: 2, window: 9, simd: 3, mode: "xnor" },
  { c: 2, lanes: 2, window: 9, simd: 9, mode: "xnor" },
  { c: 4, lanes: 1, window: 4, simd: 2, mode: "xnor" },
  { c: 4, lanes: 2, window: 9, simd: 3, mode: "sign", inBits: 4 },
  { c: 4, lanes: 2, window: 25, simd: 25, mode: "sign", inBits: 3, inSigned: true },
  { c: 4, lanes: 4, window: 9, simd: 9, mode: "bipolar-in", wBits: 4, wSigned: true },
  { c: 4, lanes: 2, window: 6, simd: 2, mode: "ternary", inBits: 4 },
  { c: 5, lanes: 1, window: 3, simd: 3, mode: "ternary", inBipolar: true },
];

/** Cases of the modules that make one group of beats of each window. */
export const reduceGroups: Readonly<Record<string, readonly StreamCase[]>> = {
  "gf_pool: maxima and sums": pools.map(poolCase),
  "gf_vvu: every mode": vvus.map((p, index) => vvuCase(p, 100 + 2 * index)),
  "gf_vvu: several taps a beat": wideVvus.map((p, index) => vvuCase(p, 200 + 2 * index)),
  "gf_window and gf_pool: frames at full rate": [
    windowPoolCase({ h: 6, w: 8, c: 4, lanes: 2, kh: 2, kw: 2, sh: 2, sw: 2 }),
    windowPoolCase({ h: 7, w: 7, c: 2, lanes: 1, kh: 3, kw: 3, sh: 2, sw: 2 }),
    windowPoolCase({ h: 1, w: 12, c: 2, lanes: 2, kh: 1, kw: 2, sw: 2 }),
  ],
};
