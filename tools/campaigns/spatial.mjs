// One network built three ways: of kernels, as one spatial circuit, and each layer as costs least (a hybrid). The three Verilogs are
// compared with the integers on the recorded digits and on MNIST images, and what they take is put side by side.
//
//   npm run campaign:spatial [-- --cycles 7 --target ecp5-85k --images 12 --budget 0.35 --synth]
//
// Reads the sample networks folder (GATEFOLD_SHARED, or `shared` beside the repository); says so when it is not there. With --synth
// Yosys counts LUTs too, which takes minutes. Exits 1 when a claim does not hold.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, estimate, verify } from "@gatefold/cli";
import { loadArray, writeNpz } from "@gatefold/datasets";
import { shared } from "./samples.mjs";
import { checker, option } from "./train/common.mjs";

const model = `${shared}/models/finn__tfc_w1a1.onnx`;
const mnist = `${shared}/data/mnist/t10k-images-idx3-ubyte.gz`;
if (!existsSync(model) || !existsSync(mnist)) {
  console.log(`TFC or MNIST is not in ${shared}: nothing was run`);
  process.exit(0);
}
const [cycles] = option("cycles", ["7"]).map(Number);
const [images] = option("images", ["12"]).map(Number);
const [budgetShare] = option("budget", ["0.35"]).map(Number);
const [target] = option("target", ["ecp5-85k"]);
const synth = process.argv.includes("--synth");
const pixels = 784;

const recorded = loadArray(`${shared}/models/finn__tfc_w1a1_input.npy`);
const classes = loadArray(`${shared}/models/finn__tfc_w1a1_expected.npy`);
const digits = classes.data.length;
const drawn = loadArray(mnist).data.subarray(0, images * pixels);
const folder = mkdtempSync(join(tmpdir(), "gatefold-spatial-"));
const data = join(folder, "images.npz");
const input = Uint8Array.from([...recorded.data, ...drawn], Number);
writeFileSync(
  data,
  writeNpz({ input: { dtype: "uint8", shape: [digits + images, 1, 28, 28], data: input } }),
);

const common = { model, inputs: ["uint8"], target };
const checks = checker();
const rows = [];
try {
  const known = await verify({
    ...common,
    data: `${shared}/models/finn__tfc_w1a1_input.npy`,
    labels: `${shared}/models/finn__tfc_w1a1_expected.npy`,
    rtlVerify: 0,
  });
  checks.claim(
    "the integers give the recorded classes",
    known.verification.accuracy.right === digits && known.verification.difference === undefined,
  );
  const units = {};
  for (const [name, implementation] of [
    ["folded", "folded"],
    ["spatial", "spatial"],
    ["hybrid", "auto"],
  ]) {
    const start = performance.now();
    const count = digits + images;
    const { report, emitted } = await build({
      ...common,
      cycles,
      implementation,
      data: `${data}:input`,
      verify: count,
      rtlVerify: count,
      synth,
    });
    const { verification, performance: figures, synthesis } = report;
    const inVerilog = verification.checks.find(({ claim }) => claim === "integers = Verilog");
    checks.claim(
      `${name}: Verilog = integers on ${count} images`,
      inVerilog?.samples.value === count && verification.checks.every(({ equal }) => equal),
    );
    checks.claim(
      `${name}: an inference in the predicted ${figures.intervalCycles.value} cycles`,
      verification.measuredIntervalCycles.value === figures.intervalCycles.value,
    );
    checks.claim(
      `${name}: the first answer after the predicted ${figures.latencyCycles.value} cycles`,
      verification.measuredLatencyCycles.value === figures.latencyCycles.value,
    );
    units[name] = emitted.fold.cost.units;
    const forms = emitted.fold.layers.map(({ chosen }) => chosen);
    rows.push({
      way: name,
      "cycles an inference": figures.intervalCycles.value,
      "latency, cycles": figures.latencyCycles.value,
      "LUT, estimate": Math.round(emitted.fold.cost.resources.lutCount),
      ...(synth ? { "LUT, Yosys": Object.values(synthesis.resources)[0].value } : {}),
      "spatial layers": forms.filter((form) => form !== "folded").length,
      seconds: Math.round((performance.now() - start) / 1000),
    });
  }
  console.table(rows);
  checks.claim(`at ${cycles} cycles the hybrid costs less than kernels`, units.hybrid < units.folded);
  checks.claim(
    `at ${cycles} cycles the hybrid costs less than one spatial circuit`,
    units.hybrid < units.spatial,
  );

  const within = async (implementation) =>
    (await estimate({ ...common, budgetShare, implementation })).intervalCycles.value;
  const [kernels, mixed] = [await within("folded"), await within("auto")];
  console.log(
    `within ${100 * budgetShare} % of ${target}: ${kernels} cycles of kernels, ${mixed} as a hybrid`,
  );
  checks.claim("within the budget the hybrid is no slower than kernels", mixed <= kernels);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
checks.exit();
