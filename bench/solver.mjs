// The folding solver against FINN's SetFolding: cost by one measure at SetFolding's interval, the rate that was asked
// for, the time to solve; and the fastest foldings that fit two devices. Prints tables; exits 1 where the solver costs more.
//
//   node bench/solver.mjs
//
// Networks are taken from the folder GATEFOLD_SHARED (or ../shared), models/; those that are not there are left out.
import { existsSync, readFileSync } from "node:fs";
import { cost } from "@gatefold/analysis-cost";
import { cloneModule, createCompiler } from "@gatefold/core";
import { frontendOnnx, parseInputEncoding } from "@gatefold/frontend-onnx";
import { fold, foldSummary } from "@gatefold/pass-fold";
import { streamline } from "@gatefold/pass-streamline";
import { ice40 } from "@gatefold/target-ice40";
import { xilinx7 } from "@gatefold/target-xilinx7";

const shared = process.env.GATEFOLD_SHARED ?? new URL("../../shared", import.meta.url).pathname;
const networks = {
  CNV: ["bnn-pynq__cnvW1A1_cifar10.onnx", "uint8"],
  TFC: ["finn__tfc_w1a1.onnx", "uint8"],
  "ResNet-8 A8W8": ["nn2fpga__resnet8_a8w8b16.onnx", undefined],
  "ResNet-8 A4W4": ["nn2fpga__resnet8_a4w4b32.onnx", undefined],
};

// What SetFolding finds at 100 MHz: PE × SIMD of the matrix units, SIMD of the windows, cycles a frame, PE of the input's
// thresholds. What is left out is chosen for it, at its best.
const setFolding = [
  ["CNV", 1000, "1x27 16x36 4x36 8x36 1x32 1x6 1x2 1x4 1x1", [1, 8, 1, 2, 1, 1], 98304],
  ["CNV", 3000, "2x27 32x36 16x36 16x36 4x36 1x18 1x4 1x8 1x1", [], 32768],
  ["CNV", 10000, "8x27 64x36 32x36 64x36 8x36 1x48 1x16 1x32 1x1", [], 12544],
  ["CNV (published)", 3000, "16x3 32x32 16x32 16x32 4x32 1x32 1x4 1x8 5x1", [3, 32, 32, 32, 32, 32], 32768],
  ["TFC", 1e5, "2x28 1x8 1x8 1x1", [], 896, 1],
  ["TFC", 1e6, "32x28 1x64 1x64 1x8", [], 98, 8],
];
const devices = [
  ["CNV", "xc7z020", 100],
  ["TFC", "xc7z020", 100],
  ["ResNet-8 A8W8", "xc7z020", 100],
  ["ResNet-8 A4W4", "xc7z020", 100],
  ["TFC", "ice40-up5k", 24],
  ["CNV", "ice40-up5k", 24],
];

const modules = new Map();
for (const [name, [file, encoding]] of Object.entries(networks)) {
  const path = `${shared}/models/${file}`;
  if (!existsSync(path)) {
    console.log(`${name}: ${file} is not there, left out`);
    continue;
  }
  const inputs = encoding ? [parseInputEncoding(encoding)] : [];
  const compiler = createCompiler({ plugins: [frontendOnnx({ inputs }), streamline()] });
  const compilation = await compiler.import({ name: file, bytes: readFileSync(path) });
  await compiler.run(compilation);
  modules.set(name, compilation.module);
}

/** Folds without FIFOs; the time is that of the folding pass, summary and next step and all. */
async function solve(name, options) {
  const plugin = fold({ clockMhz: 100, target: "xc7z020", ...options });
  let ms = 0;
  const passes = plugin.passes
    .filter((p) => p.phase !== "schedule")
    .map((p) => ({
      ...p,
      run(module, ctx) {
        const start = performance.now();
        p.run(module, ctx);
        if (p.phase === "fold") ms = performance.now() - start;
      },
    }));
  const compiler = createCompiler({ plugins: [cost(), xilinx7(), ice40(), { ...plugin, passes }] });
  const compilation = compiler.start(cloneModule(modules.get(name)));
  await compiler.run(compilation);
  return { ...compilation.facts.need(foldSummary), ms };
}

const number = (v) => Math.round(v).toLocaleString("en-US").replaceAll(",", " ");
const line = (cells) =>
  console.log(cells.map((c, i) => (i === 0 ? String(c).padEnd(18) : ` ${c}`.padStart(13))).join(""));
const figures = ({ cost: c }) => [number(c.units), number(c.resources.lutCount), c.resources.bramCount];

let isWorse = false;
for (const target of ["xc7z020", undefined]) {
  console.log(
    `\nAt SetFolding's interval, priced ${target ? `for ${target}` : "by the proxy alone"}; 100 MHz`,
  );
  line([
    "network",
    "asked fps",
    "cycles",
    "SetF. units",
    "LUT",
    "BRAM",
    "our cycles",
    "our units",
    "LUT",
    "BRAM",
    "ms",
    "fps if asked",
  ]);
  for (const [label, fps, units, windows, cycles, thresholds] of setFolding) {
    const name = label.split(" (")[0];
    if (!modules.has(name)) continue;
    const folding = Object.fromEntries([
      ...units.split(" ").map((u, i) => {
        const [PE, SIMD] = u.split("x").map(Number);
        return [`MVAU_hls_${i}`, { PE, SIMD }];
      }),
      ...windows.map((SIMD, i) => [`ConvolutionInputGenerator_rtl_${i}`, { SIMD }]),
      ...(thresholds ? [["Thresholding_rtl_0", { PE: thresholds }]] : []),
    ]);
    const theirs = await solve(name, { folding, targetCycles: cycles, target });
    const ours = await solve(name, { targetCycles: cycles, target });
    const asked = await solve(name, { fps, target });
    const worse =
      ours.cost.units > theirs.cost.units ||
      ours.intervalCycles > theirs.intervalCycles ||
      asked.inferencesPerSecond < fps;
    isWorse ||= worse;
    line([
      label,
      number(fps),
      number(theirs.intervalCycles),
      ...figures(theirs),
      number(ours.intervalCycles),
      ...figures(ours),
      number(ours.ms),
      `${number(asked.inferencesPerSecond)}${worse ? " WORSE" : ""}`,
    ]);
  }
}

console.log("\nThe fastest that fits: 80 % of the device");
line(["network", "device", "MHz", "cycles", "fps", "LUT", "BRAM", "DSP", "ms", "next step", "+LUT", "+BRAM"]);
for (const [name, target, clockMhz] of devices) {
  if (!modules.has(name)) continue;
  const start = performance.now();
  try {
    const s = await solve(name, { target, clockMhz, budgetShare: 0.8 });
    const { lutCount, bramCount, dspCount } = s.cost.resources;
    const step = s.nextStep;
    line([
      name,
      target,
      clockMhz,
      number(s.intervalCycles),
      number(s.inferencesPerSecond),
      number(lutCount),
      bramCount,
      dspCount,
      number(s.ms),
      step ? `${number(step.inferencesPerSecond)} fps` : "none",
      step ? number(step.addedResources.lutCount) : "",
      step?.addedResources.bramCount ?? "",
    ]);
  } catch (error) {
    const [diagnostic] = error.diagnostics ?? [];
    if (!diagnostic) throw error;
    console.log(
      `${name.padEnd(18)}${target}: ${diagnostic.message} (${Math.round(performance.now() - start)} ms)`,
    );
  }
}
process.exit(isWorse ? 1 : 0);
