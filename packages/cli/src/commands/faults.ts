import { writeFileSync } from "node:fs";
import { printManifest } from "@gatefold/fault";
import { type FaultsResult, faults } from "../api/faults.js";
import { exitCodes } from "../exit-codes.js";
import { counted } from "../print/numbers.js";
import type { Reporter } from "../print/reporter.js";
import { table } from "../print/table.js";
import type { CliCommand } from "./command.js";
import { faultFlags, faultOptions } from "./fault-flags.js";
import { dataFlags, pathAt, pipelineFlags, readOptions } from "./flags.js";

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const shown = 10;

function print({ campaign, redundant, scenarios }: FaultsResult, { line }: Reporter): void {
  const { cleanAccuracy, worst, percentile5, mean } = campaign;
  line(`  ${percent(cleanAccuracy)} right without faults`);
  line(
    `  ${counted(scenarios.length, "scenario")}: worst ${percent(worst)} · 5th percentile ${percent(percentile5)} · mean ${percent(mean)}`,
  );
  const critical = [...campaign.outcomes].sort((a, b) => a.accuracy - b.accuracy).slice(0, shown);
  const rows = critical.map(({ scenario, accuracy, changedCount }) => [
    scenario.faults.map(({ site, mode }) => describe(site, mode)).join(" + "),
    percent(accuracy),
    String(changedCount),
  ]);
  for (const row of table(["worst faults", "right", "classes changed"], rows)) line(`  ${row}`);
  if (!redundant) return;
  const channels = Object.entries(redundant.channels).map(([layer, list]) => `${layer} ${list.join(" ")}`);
  line(`  three times: ${channels.join("; ")}`);
  line(
    `  with that, every stuck channel: worst ${percent(redundant.campaign.worst)} · mean ${percent(redundant.campaign.mean)}`,
  );
}

function describe(
  site: FaultsResult["scenarios"][number]["faults"][number]["site"],
  mode: FaultsResult["scenarios"][number]["faults"][number]["mode"],
): string {
  const place = Object.entries(site)
    .filter(([key]) => key !== "kind" && key !== "layer" && key !== "lanes")
    .map(([key, value]) => `${key} ${value}`)
    .join(" ");
  return `${site.layer} ${place} ${happens(mode)}`;
}

function happens(mode: FaultsResult["scenarios"][number]["faults"][number]["mode"]): string {
  if (mode.kind === "stuck-at") return `stuck at ${mode.value}`;
  return mode.kind === "flip" ? "flipped" : "random";
}

export const faultsCommand: CliCommand = {
  name: "faults",
  summary: "Accuracy under faults: every stuck channel, PE or bit, with and without redundancy.",
  argument: { name: "model", text: "an ONNX, QONNX or QCDQ file, or .gf text" },
  addFlags: (command) => {
    pipelineFlags(command);
    dataFlags(command);
    faultFlags(command);
  },
  run: async ({ io, reporter, flags }, model) => {
    const { onEvent } = reporter;
    const { save, ...own } = faultOptions(io, flags);
    const result = await faults({
      ...(await readOptions(io, flags)),
      ...own,
      model: pathAt(io, model),
      onEvent,
    });
    print(result, reporter);
    if (save !== undefined) {
      const { scenarios } = result;
      writeFileSync(
        save,
        printManifest({ format: "gatefold-faults", version: 1, when: "evaluation", scenarios }),
      );
    }
    return { exitCode: exitCodes.ok, json: result };
  },
};
