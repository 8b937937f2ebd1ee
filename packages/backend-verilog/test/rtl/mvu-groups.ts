import { type MvuParameters, mvuCase } from "./mvu-case.js";
import type { StreamCase } from "./stream-case.js";

/** Shapes: ordinary, SF = 1, NF = 1, both, one lane of everything, odd lanes, a long vector. */
const shapes: readonly Pick<MvuParameters, "mw" | "mh" | "pe" | "simd">[] = [
  { mw: 16, mh: 8, pe: 2, simd: 4 },
  { mw: 8, mh: 12, pe: 3, simd: 8 },
  { mw: 24, mh: 4, pe: 4, simd: 8 },
  { mw: 9, mh: 5, pe: 5, simd: 9 },
  { mw: 1, mh: 1, pe: 1, simd: 1 },
  { mw: 5, mh: 3, pe: 1, simd: 1 },
  { mw: 21, mh: 6, pe: 2, simd: 7 },
  { mw: 60, mh: 4, pe: 2, simd: 3 },
];

/** Every mode meets some shapes, every shape some modes: one of `stride` pairs is taken. */
function inShapes(
  mode: MvuParameters["mode"],
  stride: number,
  variants: readonly Partial<MvuParameters>[],
): readonly StreamCase[] {
  const cases = variants.flatMap((parameters, row) =>
    shapes
      .filter((_, column) => (row + column) % stride === 0)
      .map((shape) => ({ mode, ...shape, ...parameters })),
  );
  return cases.map((parameters, index) => mvuCase(parameters, 100 + index));
}

const treeModes: readonly (Partial<MvuParameters> & Pick<MvuParameters, "mode">)[] = [
  { mode: "xnor" },
  { mode: "sign", inBits: 4, pairs: true },
  { mode: "sign", inBits: 2, pairs: false },
  { mode: "ternary", inBits: 3, inSigned: true },
  { mode: "mul", inBits: 4, wBits: 3, wSigned: true },
  { mode: "mul", inBits: 1, wBits: 3, wSigned: true },
  { mode: "mul", inBits: 4, wBits: 5, wSigned: true, radix4: true },
];

const treeSizes = [
  { mw: 32, mh: 4, pe: 2, simd: 16 },
  { mw: 22, mh: 4, pe: 4, simd: 11 },
];

function trees(): readonly StreamCase[] {
  return [1, 2, 5]
    .flatMap((levelsPerStage) =>
      treeModes.map((mode, i) => ({ ...treeSizes[(i + levelsPerStage) % 2]!, ...mode, levelsPerStage })),
    )
    .map((parameters, index) => mvuCase(parameters, 500 + index));
}

const bufferSizes = [
  { mw: 8, mh: 3, pe: 1, simd: 4 },
  { mw: 40, mh: 6, pe: 3, simd: 2 },
];

function buffers(): readonly StreamCase[] {
  return bufferSizes
    .flatMap((size) => ["shift", "block", "auto"].map((bufStyle) => ({ ...size, bufStyle })))
    .map((c, index) => mvuCase({ mode: "mul", ...c, inBits: 3, wBits: 3, wSigned: true }, 900 + index));
}

const digitVariants: readonly Partial<MvuParameters>[] = [
  { inBits: 4, wBits: 4, wSigned: true, radix4: true },
  { inBits: 3, inSigned: true, wBits: 5, wSigned: true, radix4: true },
  { inBits: 3, inSigned: true, wBits: 2, radix4: true },
  { inBits: 3, wBits: 3, radix4: true },
  { inBits: 1, inSigned: true, wBits: 1, wSigned: true, radix4: true },
  { inBits: 8, wBits: 8, wSigned: true, radix4: true },
  { inBits: 2, wBits: 6, radix4: true },
];

/** PE = MH and SIMD = MW: the weights are a word that never changes. */
const unfoldedShapes: readonly Pick<MvuParameters, "mw" | "mh" | "pe" | "simd">[] = [
  { mw: 9, mh: 5, pe: 5, simd: 9 },
  { mw: 1, mh: 1, pe: 1, simd: 1 },
  { mw: 12, mh: 3, pe: 3, simd: 12 },
];

/** Cases of `gf_mvu`. */
export const mvuGroups: Readonly<Record<string, readonly StreamCase[]>> = {
  "XNOR: signed dot products and raw counts": inShapes("xnor", 2, [{}, { popcountOut: true }]),
  "XNOR with wide rows": [
    mvuCase({ mode: "xnor", mw: 128, mh: 4, pe: 2, simd: 64 }, 1),
    mvuCase({ mode: "xnor", mw: 98, mh: 2, pe: 1, simd: 49, popcountOut: true }, 2),
  ],
  "SIGN: bipolar weights, with pairs shared and without": inShapes("sign", 2, [
    { inBits: 4 },
    { inBits: 3, inSigned: true, pairs: true },
    { inBits: 8, inSigned: true, pairs: false },
    { inBits: 1, pairs: true },
  ]),
  "BIPOLAR_IN: bipolar inputs": inShapes("bipolar-in", 3, [
    { wBits: 4, wSigned: true },
    { wBits: 3 },
    { wBits: 1 },
  ]),
  "TERNARY: integer and bipolar inputs": inShapes("ternary", 3, [
    { inBits: 4 },
    { inBits: 5, inSigned: true },
    { inBits: 1, inBipolar: true },
  ]),
  "MUL: every signedness, 1-bit operands": inShapes("mul", 3, [
    { inBits: 4, wBits: 4, wSigned: true },
    { inBits: 3, inSigned: true, wBits: 5, wSigned: true },
    { inBits: 3, inSigned: true, wBits: 2 },
    { inBits: 3, wBits: 3 },
    { inBits: 1, wBits: 4, wSigned: true },
    { inBits: 6, inSigned: true, wBits: 1 },
    { inBits: 1, wBits: 1 },
    { inBits: 1, inSigned: true, wBits: 1, wSigned: true },
    { inBits: 8, wBits: 8, wSigned: true },
  ]),
  "MUL in LUTs: digits of the weights": inShapes("mul", 3, digitVariants),
  "MUL in LUTs by constants: Booth's digits": digitVariants.flatMap((variant, row) =>
    unfoldedShapes.map((shape, column) =>
      mvuCase({ mode: "mul", ...shape, ...variant, levelsPerStage: column }, 700 + 10 * row + column),
    ),
  ),
  "pipelined trees: values, latency formula, interval": trees(),
  "replay buffers: ring and RAM": buffers(),
};
