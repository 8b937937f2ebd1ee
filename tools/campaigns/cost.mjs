// Estimated against synthesised resources of whole networks, per device family: what errors of single kernels come to.
//
//   npm run campaign:cost [-- <part of a network's name> …] [--family <family>] [--large]
//
// The digits demo is in the repository; the others are read from the sample networks folder (GATEFOLD_SHARED, or `shared`
// beside the repository), and the campaign says so when it is not there. `--large` adds networks whose synthesis takes
// many minutes. Writes `cost.json` beside this file. Exits 1 when an estimate is unknown, block RAMs or DSP blocks are
// far from what synthesis made, or LUTs are off by more than a quarter.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cost, estimateCost } from "@gatefold/analysis-cost";
import { verilog, verilogDesign } from "@gatefold/backend-verilog";
import { createCompiler } from "@gatefold/core";
import { frontendOnnx } from "@gatefold/frontend-onnx";
import { fold, foldSummary } from "@gatefold/pass-fold";
import { streamline } from "@gatefold/pass-streamline";
import { synthesize } from "@gatefold/synth";
import { createToolchain } from "@gatefold/toolchain";

const local = (path) => new URL(path, import.meta.url).pathname;
const shared = process.env.GATEFOLD_SHARED ?? local("../../../shared");
const model = (name) => `${shared}/models/${name}.onnx`;

/** Largest relative error of the LUTs of a network. */
const lutTolerance = 0.25;

/** How each family is built. `multipliers` as the command line takes them, for the device that is named. */
const families = [
  { family: "ice40", device: "hx8k", multipliers: "logic", dspCount: 0 },
  { family: "ecp5", device: "25k", multipliers: "auto", dspCount: 28, flags: ["-nowidelut"] },
  { family: "xilinx7", device: "a35t", multipliers: "auto", dspCount: 90 },
];

const networks = [
  {
    name: "digits",
    file: local("../../examples/digits/digits.onnx"),
    inputs: ["uint8:scale=1/255"],
    targetCycles: 2500,
  },
  { name: "TFC w1a1", file: model("finn__tfc_w1a1"), inputs: ["uint8"], targetCycles: 1000 },
  {
    name: "KWS w3a3",
    file: model("mlperftiny__kws_w3a3_QONNX_model"),
    inputs: ["int8:scale=0.33674246072769165"],
    targetCycles: 32_768,
  },
  {
    name: "ResNet-8 a4w4",
    file: model("nn2fpga__resnet8_a4w4b32"),
    inputs: [],
    targetCycles: 1_000_000,
    large: true,
  },
];

const resources = ["lutCount", "ffCount", "bramCount", "dspCount"];
const toolchain = createToolchain();

/** The kernels of a network as Verilog, and what they are estimated to take. */
async function compile({ file, inputs, targetCycles }, { family, multipliers, dspCount }) {
  const compiler = createCompiler({
    plugins: [
      frontendOnnx({ inputs }),
      streamline(),
      fold({ clockMhz: 100, targetCycles }),
      verilog({ testFrames: 0, multipliers }),
      cost({ multipliers, dspCount }),
    ],
  });
  const compilation = await compiler.import(file);
  await compiler.run(compilation);
  await compiler.emit(compilation);
  const { top } = compilation.facts.need(verilogDesign);
  const rtl = compilation.outputs.filter((f) => f.path.startsWith("rtl/"));
  return {
    top,
    files: Object.fromEntries(rtl.map((f) => [f.path.slice(4), f.content])),
    report: estimateCost(compilation.module.main, family, compiler.costRules, compiler.interfaces),
    intervalCycles: compilation.facts.need(foldSummary).intervalCycles,
  };
}

async function compare(network, family) {
  const { top, files, report, intervalCycles } = await compile(network, family);
  const { device, flags = [] } = family;
  const result = await synthesize({ files, top, target: family.family, device, flags, toolchain });
  // synthesis counts blocks of 18 Kbit on 7-series, targets of 36
  const measured = { ...result, bramCount: result.bramCount / (family.family === "xilinx7" ? 2 : 1) };
  const figures = resources.map((key) => {
    const { count, complete } = report.totals[key];
    return [key, { estimated: count, complete, measured: measured[key] }];
  });
  return {
    network: network.name,
    family: family.family,
    intervalCycles,
    kernelCount: report.kernels.length,
    ...Object.fromEntries(figures),
    tool: result.toolVersion.replace(/ \(.*$/, ""),
    command: result.sourceCommand.replace(/ -top \S+/, ""),
    seconds: Math.round(result.wallSeconds),
  };
}

const good = ({ lutCount, bramCount, dspCount }) =>
  [lutCount, bramCount, dspCount].every(({ complete }) => complete) &&
  Math.abs(lutCount.estimated / lutCount.measured - 1) <= lutTolerance &&
  [bramCount, dspCount].every(
    ({ estimated, measured }) => Math.abs(estimated - measured) <= 1 + measured / 10,
  );

const args = process.argv.slice(2);
const at = args.indexOf("--family");
const onlyFamily = at >= 0 ? args[at + 1] : undefined;
const parts = args.filter((arg, i) => !arg.startsWith("--") && (at < 0 || i !== at + 1));
const store = local("cost.json");
const rows = existsSync(store) ? JSON.parse(readFileSync(store, "utf8")) : [];
let failures = 0;
console.log(
  "network         family     cycles      LUT          FF         BRAM      DSP   LUT error  seconds",
);
for (const network of networks) {
  if (network.large && !args.includes("--large")) continue;
  if (parts.length > 0 && !parts.some((part) => network.name.toLowerCase().includes(part.toLowerCase())))
    continue;
  if (!existsSync(network.file)) {
    console.log(`${network.name}: ${network.file} is not there: skipped`);
    continue;
  }
  for (const family of families) {
    if (onlyFamily !== undefined && family.family !== onlyFamily) continue;
    const row = await compare(network, family);
    const same = rows.findIndex((r) => r.network === row.network && r.family === row.family);
    if (same >= 0) rows[same] = row;
    else rows.push(row);
    writeFileSync(store, `${JSON.stringify(rows, undefined, 2)}\n`);
    const pair = (key) => `${row[key].complete ? "" : ">="}${row[key].estimated}/${row[key].measured}`;
    const error = 100 * (row.lutCount.estimated / row.lutCount.measured - 1);
    const columns = [
      network.name.padEnd(15),
      family.family.padEnd(8),
      String(row.intervalCycles).padStart(9),
      ...resources.map((key, i) => pair(key).padStart([14, 13, 10, 8][i])),
      `${error > 0 ? "+" : ""}${error.toFixed(1)} %`.padStart(10),
      String(row.seconds).padStart(7),
    ];
    console.log(columns.join(" "));
    if (!good(row)) failures++;
  }
}
await toolchain.close();
process.exitCode = failures === 0 ? 0 : 1;
