import { clog2, integerRange, packBeats, packLanes, randomIntegers } from "./bits.js";
import { streamPorts, verilogParameters } from "./mvu-case.js";
import type { StreamCase } from "./stream-case.js";
import { drawFrames, frameBeats } from "./window-groups.js";

const dut = (module: string, parameters: Readonly<Record<string, number>>): string =>
  `${module} #(${verilogParameters(parameters)}) dut (.aclk(aclk), .aresetn(aresetn), ${streamPorts});`;

const list = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i));

interface Matrices {
  readonly rows: number;
  readonly cols: number;
  readonly chunk: number;
  readonly count?: number;
}

/** The last matrix leaves though none follows it; addresses repeat after as many matrices as their order has. */
function transposeCase(p: Matrices): StreamCase {
  const { rows, cols, chunk, count = 5 } = p;
  const width = 12;
  const beats = rows * cols * chunk;
  const input = list(count * beats, (i) => BigInt((i * 37 + 11) % 2 ** width));
  const lag = (rows - 1) * (cols - 1) * chunk;
  return {
    name: `gf_transpose ${JSON.stringify(p)}`,
    body: dut("gf_transpose", { ROWS: rows, COLS: cols, CHUNK: chunk, WIDTH: width }),
    inBits: width,
    outBits: width,
    input,
    expected: list(count * beats, (i) => {
      const [matrix, place] = [Math.floor(i / beats), Math.floor((i % beats) / chunk)];
      const from = (place % rows) * cols + Math.floor(place / rows);
      return input[matrix * beats + from * chunk + (i % chunk)]!;
    }),
    timing: (n) =>
      n + lag < count * beats
        ? { beat: n + lag, cycles: 3 }
        : { beat: count * beats - 1, cycles: 3 + n + lag - (count * beats - 1) },
    interval: { period: beats, cycles: beats },
  };
}

function cropCase(p: {
  readonly h: number;
  readonly w: number;
  readonly c: number;
  readonly lanes: number;
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}): StreamCase {
  const { h, w, c, lanes, top, left, bottom, right } = p;
  const [laneBits, folds] = [5, c / lanes];
  const frames = drawFrames(p, laneBits, 3, h * 7 + w);
  const inner = frames.map((rows) => rows.slice(top, h - bottom).map((row) => row.slice(left, w - right)));
  const [keptH, keptW] = [h - top - bottom, w - left - right];
  return {
    name: `gf_crop ${JSON.stringify(p)}`,
    body: dut("gf_crop", {
      ...{ H: h, W: w, C: c, LANES: lanes, LANE_BITS: laneBits },
      ...{ TOP: top, LEFT: left, BOTTOM: bottom, RIGHT: right },
    }),
    inBits: lanes * laneBits,
    outBits: lanes * laneBits,
    input: frameBeats(frames, lanes, laneBits),
    expected: frameBeats(inner, lanes, laneBits),
    timing: (n) => {
      const pixel = Math.floor(n / folds);
      const [x, row] = [pixel % keptW, Math.floor(pixel / keptW)];
      const y = Math.floor(row / keptH) * h + (row % keptH) + top;
      return { beat: (y * w + x + left) * folds + (n % folds), cycles: 1 };
    },
    interval: { period: keptH * keptW * folds, cycles: h * w * folds },
  };
}

const modeNumbers = { xnor: 0, sign: 1, "bipolar-in": 2, ternary: 3, mul: 4 } as const;

interface GvuParameters {
  readonly groups: number;
  readonly channels: number;
  readonly filters: number;
  readonly taps: number;
  readonly pe: number;
  readonly simd: number;
  readonly mode: keyof typeof modeNumbers;
  readonly inBits?: number;
  readonly inSigned?: boolean;
  readonly inBipolar?: boolean;
  readonly wBits?: number;
  readonly wSigned?: boolean;
  readonly levels?: number;
}

function gvuCase(p: GvuParameters, seed: number): StreamCase {
  const { groups, channels, filters, taps, pe, simd, mode, levels = 2 } = p;
  const { inSigned = false, wSigned = false } = p;
  const bipolarX = mode === "xnor" || mode === "bipolar-in" || p.inBipolar === true;
  const bipolarW = mode === "xnor" || mode === "sign";
  const inBits = bipolarX ? 1 : (p.inBits ?? 1);
  const wBits = bipolarW ? 1 : mode === "ternary" ? 2 : (p.wBits ?? 1);
  const random = randomIntegers(seed);
  const draw = (bipolar: boolean, low: number, high: number): number =>
    bipolar ? 2 * random(0, 1) - 1 : random(0, 3) === 0 ? low : random(0, 3) === 0 ? high : random(low, high);
  const drawX = (): number => draw(bipolarX, ...integerRange(inBits, inSigned));
  const drawW = (): number =>
    mode === "ternary" ? random(-1, 1) : draw(bipolarW, ...integerRange(wBits, wSigned));
  // [window][tap][group][channel] and [group][filter][tap][channel].
  const windows = list(4, () => list(taps, () => list(groups, () => list(channels, drawX))));
  const weights = list(groups, () => list(filters, () => list(taps, () => list(channels, drawW))));
  const sums = windows.map((x) =>
    weights.flatMap((own, g) =>
      own.map((w) => w.flatMap((row, k) => row.map((v, c) => v * x[k]![g]![c]!)).reduce((a, b) => a + b)),
    ),
  );
  const accBits = 2 + clog2(Math.max(...sums.flat().map(Math.abs)) + 1);
  const code = (bipolar: boolean) => (value: number) => (bipolar ? (value > 0 ? 1 : 0) : value);
  const [sf, nf] = [channels / simd, filters / pe];
  const words = list(taps * groups * sf * nf, (at) => {
    const [fold, beat] = [at % nf, Math.floor(at / nf)];
    const [part, tapAndGroup] = [beat % sf, Math.floor(beat / sf)];
    const own = weights[tapAndGroup % groups]!.slice(fold * pe, (fold + 1) * pe);
    const rows = own.map((w) => w[Math.floor(tapAndGroup / groups)]!.slice(part * simd, (part + 1) * simd));
    return packLanes(rows.flat().map(code(bipolarW)), wBits);
  });
  const oneBit = (bits: number, signed: boolean): boolean => bits === 1 && !signed;
  const product =
    mode === "mul" && !oneBit(inBits, inSigned) && !oneBit(wBits, wSigned) && levels > 0 ? 1 : 0;
  const latency = 2 + product + (levels > 0 ? Math.floor(clog2(simd) / levels) : 0);
  const width = pe * simd * wBits;
  const parameters = {
    ...{ GROUPS: groups, CHANNELS: channels, FILTERS: filters, TAPS: taps, PE: pe, SIMD: simd },
    ...{ IN_BITS: inBits, IN_SIGNED: Number(inSigned), IN_BIPOLAR: Number(bipolarX) },
    ...{ W_BITS: wBits, W_SIGNED: Number(wSigned), MODE: modeNumbers[mode] },
    ...{ ACC_BITS: accBits, LEVELS_PER_STAGE: levels },
  };
  return {
    name: `gf_gvu ${JSON.stringify(p)}`,
    body: `
  wire w_en;
  wire [${Math.max(1, clog2(words.length)) - 1}:0] w_addr;
  wire [${width - 1}:0] w_data;
  gf_rom #(.WIDTH(${width}), .DEPTH(${words.length}), .FILE("w.mem")) rom (
    .aclk(aclk), .en(w_en), .addr(w_addr), .data(w_data));
  gf_gvu #(${verilogParameters(parameters)}) dut (
    .aclk(aclk), .aresetn(aresetn), ${streamPorts}, .w_en(w_en), .w_addr(w_addr), .w_data(w_data));`,
    memories: { "w.mem": words },
    inBits: simd * inBits,
    outBits: pe * accBits,
    input: windows.flat(2).flatMap((x) => packBeats(x.map(code(bipolarX)), simd, inBits)),
    expected: sums.flatMap((dot) => packBeats(dot, pe, accBits)),
    timing: (n) => {
      const [window, own] = [Math.floor(n / (groups * nf)), n % (groups * nf)];
      const [group, fold] = [Math.floor(own / nf), own % nf];
      const beat = (window * taps + taps - 1) * groups * sf + group * sf + sf - 1;
      return { beat, cycles: latency + fold };
    },
    interval: { period: groups * nf, cycles: taps * groups * sf * nf },
  };
}

const small = { groups: 2, channels: 4, filters: 4, taps: 4 };

const gvus: readonly GvuParameters[] = [
  { ...small, pe: 2, simd: 2, mode: "mul", inBits: 4, wBits: 4, wSigned: true },
  { ...small, pe: 4, simd: 4, mode: "mul", inBits: 3, inSigned: true, wBits: 5, wSigned: true },
  { ...small, pe: 4, simd: 1, mode: "mul", inBits: 4, wBits: 3, wSigned: true },
  { ...small, pe: 1, simd: 4, mode: "mul", inBits: 4, wBits: 3, wSigned: true, levels: 0 },
  { ...small, pe: 1, simd: 1, mode: "mul", inBits: 1, wBits: 4, wSigned: true },
  { ...small, groups: 3, taps: 1, pe: 4, simd: 4, mode: "mul", inBits: 3, wBits: 1 },
  { groups: 5, channels: 1, filters: 1, taps: 9, pe: 1, simd: 1, mode: "mul", inBits: 3, wBits: 3 },
  { groups: 3, channels: 1, filters: 2, taps: 3, pe: 1, simd: 1, mode: "sign", inBits: 4 },
  { groups: 2, channels: 3, filters: 1, taps: 1, pe: 1, simd: 1, mode: "sign", inBits: 3, inSigned: true },
  { ...small, pe: 2, simd: 2, mode: "xnor" },
  { groups: 2, channels: 3, filters: 3, taps: 3, pe: 3, simd: 3, mode: "xnor" },
  {
    groups: 2,
    channels: 3,
    filters: 3,
    taps: 3,
    pe: 1,
    simd: 1,
    mode: "bipolar-in",
    wBits: 4,
    wSigned: true,
  },
  { groups: 2, channels: 8, filters: 2, taps: 2, pe: 2, simd: 8, mode: "bipolar-in", wBits: 3 },
  { groups: 2, channels: 8, filters: 2, taps: 2, pe: 1, simd: 4, mode: "ternary", inBits: 4 },
  { groups: 4, channels: 2, filters: 6, taps: 2, pe: 2, simd: 1, mode: "ternary", inBipolar: true },
];

/** Cases of the modules that transposed convolutions, blocks of pixels and groups take. */
export const transposeGroups: Readonly<Record<string, readonly StreamCase[]>> = {
  "gf_transpose: any matrix": [
    transposeCase({ rows: 2, cols: 2, chunk: 1 }),
    transposeCase({ rows: 2, cols: 2, chunk: 3 }),
    transposeCase({ rows: 5, cols: 2, chunk: 2 }),
    transposeCase({ rows: 2, cols: 5, chunk: 1, count: 9 }),
    transposeCase({ rows: 3, cols: 3, chunk: 1, count: 7 }),
    transposeCase({ rows: 7, cols: 4, chunk: 1, count: 20 }),
    transposeCase({ rows: 4, cols: 3, chunk: 5 }),
    transposeCase({ rows: 16, cols: 4, chunk: 2 }),
  ],
  "gf_crop: any margins": [
    cropCase({ h: 4, w: 5, c: 4, lanes: 2, top: 1, left: 1, bottom: 1, right: 1 }),
    cropCase({ h: 3, w: 3, c: 3, lanes: 1, top: 0, left: 2, bottom: 2, right: 0 }),
    cropCase({ h: 5, w: 2, c: 2, lanes: 2, top: 3, left: 0, bottom: 0, right: 1 }),
    cropCase({ h: 1, w: 8, c: 1, lanes: 1, top: 0, left: 3, bottom: 0, right: 4 }),
    cropCase({ h: 2, w: 2, c: 1, lanes: 1, top: 0, left: 0, bottom: 0, right: 0 }),
    cropCase({ h: 4, w: 4, c: 2, lanes: 1, top: 2, left: 0, bottom: 1, right: 0 }),
  ],
  "gf_gvu: every mode": gvus.map((p, index) => gvuCase(p, 300 + index)),
};
