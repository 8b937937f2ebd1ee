import { describeCases } from "./check.js";
import { type MvuParameters, mvuCase } from "./mvu-case.js";

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

/** Every mode meets some shapes, every shape some modes: `stride` 1 is the full product. */
function checkMode(modes: readonly Partial<MvuParameters>[], mode: MvuParameters["mode"], stride = 1): void {
  const cases = modes.flatMap((parameters, row) =>
    shapes
      .filter((_, column) => (row + column) % stride === 0)
      .map((shape) => ({ mode, ...shape, ...parameters })),
  );
  checkCases(cases.map((parameters, index) => mvuCase(parameters, 100 + index)));
}

describe.skipIf(!hasIcarus)("gf_mvu", () => {
  it("XNOR: signed dot products and raw counts", () => checkMode([{}, { popcountOut: true }], "xnor"));

  it("XNOR with wide rows", () =>
    checkCases([
      mvuCase({ mode: "xnor", mw: 128, mh: 4, pe: 2, simd: 64 }, 1),
      mvuCase({ mode: "xnor", mw: 98, mh: 2, pe: 1, simd: 49, popcountOut: true }, 2),
    ]));

  it("SIGN: bipolar weights, with pairs shared and without", () =>
    checkMode(
      [
        { inBits: 4 },
        { inBits: 3, inSigned: true, pairs: true },
        { inBits: 8, inSigned: true, pairs: false },
        { inBits: 1, pairs: true },
      ],
      "sign",
      2,
    ));

  it("BIPOLAR_IN: bipolar inputs", () =>
    checkMode([{ wBits: 4, wSigned: true }, { wBits: 3 }, { wBits: 1 }], "bipolar-in"));

  it("TERNARY: integer and bipolar inputs", () =>
    checkMode([{ inBits: 4 }, { inBits: 5, inSigned: true }, { inBits: 1, inBipolar: true }], "ternary"));

  it("MUL: every signedness, 1-bit operands", () =>
    checkMode(
      [
        { inBits: 4, wBits: 4, wSigned: true },
        { inBits: 3, inSigned: true, wBits: 5, wSigned: true },
        { inBits: 3, inSigned: true, wBits: 2 },
        { inBits: 3, wBits: 3 },
        { inBits: 1, wBits: 4, wSigned: true },
        { inBits: 6, inSigned: true, wBits: 1 },
        { inBits: 1, wBits: 1 },
        { inBits: 1, inSigned: true, wBits: 1, wSigned: true },
        { inBits: 8, wBits: 8, wSigned: true },
      ],
      "mul",
      2,
    ));

  it("pipelined trees: values, latency formula, interval", () => {
    const perStage = [1, 2, 5];
    const modes: readonly Partial<MvuParameters>[] = [
      { mode: "xnor" },
      { mode: "sign", inBits: 4, pairs: true },
      { mode: "sign", inBits: 2, pairs: false },
      { mode: "ternary", inBits: 3, inSigned: true },
      { mode: "mul", inBits: 4, wBits: 3, wSigned: true },
      { mode: "mul", inBits: 1, wBits: 3, wSigned: true },
    ];
    const shape = { mw: 32, mh: 4, pe: 2, simd: 16 };
    const odd = { mw: 22, mh: 4, pe: 4, simd: 11 };
    const cases = perStage.flatMap((levelsPerStage) =>
      modes.flatMap((mode) =>
        [shape, odd].map((size) => ({ mode: "xnor" as const, ...size, ...mode, levelsPerStage })),
      ),
    );
    checkCases(cases.map((parameters, index) => mvuCase(parameters, 500 + index)));
  });

  it("replay buffers: ring and RAM", () => {
    const sizes = [
      { mw: 8, mh: 3, pe: 1, simd: 4 },
      { mw: 20, mh: 6, pe: 2, simd: 4 },
      { mw: 40, mh: 2, pe: 1, simd: 1 },
    ];
    const cases = sizes.flatMap((size) =>
      ["shift", "block", "distributed", "auto"].map((bufStyle) => ({
        ...size,
        bufStyle,
        mode: "mul" as const,
      })),
    );
    checkCases(cases.map((c, index) => mvuCase({ ...c, inBits: 3, wBits: 3, wSigned: true }, 900 + index)));
  });
});
