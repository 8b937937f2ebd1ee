import { foldedForm } from "@gatefold/pass-fold";
import { type Estimate, estimate } from "../api/estimate.js";
import { exitCodes } from "../exit-codes.js";
import { latencyText } from "../print/facts.js";
import { formSentence } from "../print/forms.js";
import { addedResources, foldText, resourceNames } from "../print/next-step.js";
import { counted, grouped } from "../print/numbers.js";
import type { Reporter } from "../print/reporter.js";
import { table } from "../print/table.js";
import type { CliCommand } from "./command.js";
import { pathAt, pipelineFlags, readOptions } from "./flags.js";

function print(result: Estimate, { line }: Reporter): void {
  const header = ["kernel", "fold", "cycles", "MAC", "BOP", "accumulator", "memory bits", "LUT"];
  const rows = result.layers.map((layer) => [
    layer.name,
    foldText(layer.fold),
    grouped(layer.intervalCycles.value),
    grouped(layer.macs.value),
    grouped(layer.bops.value),
    layer.accumulatorType ?? "",
    grouped(layer.memoryBits.value),
    lutOf(result, layer.name),
  ]);
  for (const row of table(header, rows)) line(`  ${row}`);
  const { intervalCycles, inferencesPerSecond, bottleneck, macs, bops, memoryBits, availableMemoryBits } =
    result;
  line(`  ${grouped(intervalCycles.value)} cycles an inference, by ${bottleneck}`);
  line(
    `  ${grouped(Math.floor(inferencesPerSecond.value))} inferences/s at ${grouped(result.clockMhz, 3)} MHz`,
  );
  if (result.nextStep) {
    const { inferencesPerSecond: rate, changes } = result.nextStep;
    const [change] = changes;
    const added = addedResources(result.nextStep);
    const fold = foldText(change?.to ?? {});
    line(
      `  next step ${grouped(Math.floor(rate))} inferences/s: ${change?.name} to ${fold}${added.length > 0 ? ` (${added.join(", ")})` : ""}`,
    );
  }
  if (result.implementations.some(({ chosen }) => chosen !== foldedForm)) {
    for (const each of result.implementations) line(`  ${formSentence(each)}`);
  }
  if (result.latencyCycles) line(`  ${latencyText(result.latencyCycles.value, result.clockMhz)}`);
  line(`  ${grouped(macs.value)} MAC, ${grouped(bops.value)} BOP an inference`);
  const { cost } = result;
  const sums = (["lutCount", "ffCount", "bramCount", "dspCount"] as const).map(
    (key) =>
      `${cost.totals[key].complete ? "" : ">= "}${grouped(cost.totals[key].count, 1)} ${resourceNames[key]}`,
  );
  line(`  ${sums.join(" · ")} by the cost rules for ${result.target}`);
  const deepest = result.fifos.reduce((most, { depth }) => Math.max(most, depth), 0);
  if (deepest > 0)
    line(
      `  ${counted(result.fifos.length, "FIFO")}, up to ${grouped(deepest)} beats, ${grouped(result.fifoBits.value)} bits`,
    );
  line(
    `  ${grouped(memoryBits.value)} memory bits; the block RAM of ${result.target} has ${grouped(availableMemoryBits.value)}`,
  );
}

/** The LUTs of a kernel, or nothing where no rule knows it. */
function lutOf({ cost }: Estimate, name: string): string {
  const lutCount = cost.kernels.find((k) => k.kernel === name)?.resources.lutCount;
  return lutCount === undefined ? "" : grouped(Math.round(lutCount));
}

export const estimateCommand: CliCommand = {
  name: "estimate",
  summary: "Cycles, rate, memory and work of each layer, by formulas; writes nothing.",
  argument: { name: "model", text: "an ONNX, QONNX or QCDQ file, or .gf text" },
  addFlags: pipelineFlags,
  run: async ({ io, reporter, flags }, model) => {
    const { onEvent } = reporter;
    const result = await estimate({ ...(await readOptions(io, flags)), model: pathAt(io, model), onEvent });
    print(result, reporter);
    return { exitCode: exitCodes.ok, json: result };
  },
};
