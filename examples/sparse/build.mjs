// A sparse network of 2-bit codes from training to a placed circuit, in `out/sparse`: every layer a spatial circuit, an image a clock.
//
//   node examples/sparse/build.mjs [--no-synth]
//
// On the command line:
//
//   gatefold train examples/sparse/train.config.ts -o out/sparse-training
//   gatefold build out/sparse-training/model.onnx --spatial --target ice40-hx8k --clock 50 -o out/sparse
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, train } from "@gatefold/cli";
import { DiagnosticError, printDiagnostic } from "@gatefold/core";
import { digits, writeNpz } from "@gatefold/datasets";

const here = import.meta.dirname;
const wanted = { integers: 2000, verilog: 200, accuracyPercent: 82 };
const size = 8;

function show(event) {
  if (event.kind === "done")
    console.log(`  ${event.stage.padEnd(12)}${event.subject.padEnd(20)}${event.facts.join(" · ")}`);
  if (event.kind === "diagnostic") console.error(printDiagnostic(event.diagnostic));
}

/** What this example promises; each is a claim about the report. */
function check({ verification, synthesis, performance, implementations }) {
  const samplesOf = (claim) => verification.checks.find((c) => c.claim === claim)?.samples.value ?? 0;
  const claims = [
    [`${wanted.integers} images in integers`, samplesOf("network = integers") >= wanted.integers],
    [`${wanted.verilog} images in Verilog`, samplesOf("integers = Verilog") >= wanted.verilog],
    ["every comparison equal", verification.checks.every((c) => c.equal)],
    [`${wanted.accuracyPercent} % right`, verification.accuracy.value >= wanted.accuracyPercent],
    ["an image a cycle", verification.measuredIntervalCycles.value === 1],
    [
      "measured latency = formula",
      verification.measuredLatencyCycles.value === performance.latencyCycles.value,
    ],
    ["no layer folded", implementations.every(({ chosen }) => chosen !== "folded")],
    ...(synthesis
      ? [
          ["fits the device", synthesis.fits],
          ["meets the clock", synthesis.meetsClock === true],
        ]
      : []),
  ];
  return claims.filter(([, holds]) => !holds).map(([claim]) => claim);
}

try {
  const { folder } = await train({
    config: join(here, "train.config.ts"),
    out: "out/sparse-training",
    force: true,
  });
  // The test set of data.ts.
  const { images, labels } = digits({ seed: 3, count: wanted.integers, size });
  const pixels = Float32Array.from(images.data, (v) => v / 255);
  const data = "out/sparse-training/test.npz";
  mkdirSync("out", { recursive: true });
  writeFileSync(
    data,
    writeNpz({
      input: { dtype: "float32", shape: [wanted.integers, size * size], data: pixels },
      label: { dtype: "uint8", shape: [wanted.integers], data: labels.data },
    }),
  );
  const { report, out } = await build({
    model: join(folder, "model.onnx"),
    target: "ice40-hx8k",
    clockMhz: 50,
    implementation: "spatial",
    data: `${data}:input`,
    labels: `${data}:label`,
    verify: wanted.integers,
    rtlVerify: wanted.verilog,
    stalls: true,
    synth: !process.argv.includes("--no-synth"),
    out: "out/sparse",
    command: ["node", "examples/sparse/build.mjs"],
    onEvent: show,
  });
  const broken = check(report);
  for (const claim of broken) console.error(`not so: ${claim}`);
  const { latencyCycles } = report.performance;
  const clock = report.synthesis?.maxClockMhz?.value;
  if (clock !== undefined)
    console.log(
      `\n${latencyCycles.value} cycles, ${((latencyCycles.value * 1000) / clock).toFixed(1)} ns at ${clock} MHz.`,
    );
  process.exitCode = broken.length === 0 ? 0 : 1;
  if (broken.length === 0) console.log(`The circuit is in ${out}/rtl.`);
} catch (error) {
  if (!(error instanceof DiagnosticError)) throw error;
  for (const diagnostic of error.diagnostics) console.error(printDiagnostic(diagnostic));
  process.exitCode = 1;
}
