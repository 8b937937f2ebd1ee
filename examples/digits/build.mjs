// The main job, through the API that the command line stands on: a trained network becomes verified, synthesised
// Verilog in `out/digits`. The same on the command line:
//
//   gatefold build examples/digits/digits.onnx --input uint8:scale=1/255 --target ice40-hx8k --fps 10000 \
//     --data examples/digits/test.npz:input --labels examples/digits/test.npz:label -o out/digits

import { join } from "node:path";
import { build } from "@gatefold/cli";
import { DiagnosticError, printDiagnostic } from "@gatefold/core";

const here = import.meta.dirname;
const wanted = { fps: 10_000, integers: 1000, verilog: 50, accuracyPercent: 97 };

/** A line a stage, warnings on stderr. */
function show(event) {
  if (event.kind === "done")
    console.log(`  ${event.stage.padEnd(12)}${event.subject.padEnd(20)}${event.facts.join(" · ")}`);
  if (event.kind === "diagnostic") console.error(printDiagnostic(event.diagnostic));
}

/** What this example promises; each is a claim about the report. */
function check(report) {
  const { verification, synthesis, performance } = report;
  const samplesOf = (claim) => verification.checks.find((c) => c.claim === claim)?.samples.value ?? 0;
  const claims = [
    [`${wanted.integers} inputs in integers`, samplesOf("network = integers") >= wanted.integers],
    [`${wanted.verilog} inputs in Verilog`, samplesOf("integers = Verilog") >= wanted.verilog],
    ["every comparison equal", verification.checks.every((c) => c.equal)],
    [`${wanted.accuracyPercent} % right`, verification.accuracy.value >= wanted.accuracyPercent],
    [`${wanted.fps} inferences/s`, performance.inferencesPerSecond.value >= wanted.fps],
    [
      "measured interval = formula",
      verification.measuredIntervalCycles.value === performance.intervalCycles.value,
    ],
    ["fits the device", synthesis.fits],
    ["meets the clock", synthesis.meetsClock === true],
  ];
  return claims.filter(([, holds]) => !holds).map(([claim]) => claim);
}

try {
  const { report, out } = await build({
    model: join(here, "digits.onnx"),
    inputs: ["uint8:scale=1/255"],
    target: "ice40-hx8k",
    fps: wanted.fps,
    data: join(here, "test.npz:input"),
    labels: join(here, "test.npz:label"),
    verify: wanted.integers,
    rtlVerify: wanted.verilog,
    stalls: true,
    out: "out/digits",
    command: ["node", "examples/digits/build.mjs"],
    onEvent: show,
  });
  const broken = check(report);
  for (const claim of broken) console.error(`not so: ${claim}`);
  console.log(
    broken.length === 0 ? `\nThe circuit is in ${out}/rtl.` : "\nThe circuit does not hold what it should.",
  );
  process.exitCode = broken.length === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof DiagnosticError)) throw error;
  for (const diagnostic of error.diagnostics) console.error(printDiagnostic(diagnostic));
  process.exitCode = 1;
}
