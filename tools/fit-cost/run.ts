// Makes the runs of one variant that are missing: `run.ts <variant> [workers] [seed]`. With a seed: of the kernels that
// `draw.ts` draws from it, into a file of their own.
import { createToolchain } from "@gatefold/toolchain";
import type { FittedVariant } from "../../packages/analysis-cost/src/family.js";
import { fitted } from "./designs.js";
import { drawKernels } from "./draw.js";
import { measure, readRuns, writeRuns } from "./measure.js";
import { concerns, runsName } from "./sets.js";

/** Kernels in one run of the tool. */
const perRun = 4;
const [variant, workers = "2", seed] = process.argv.slice(2) as [FittedVariant, string?, string?];
const name = runsName(variant, seed === undefined ? undefined : Number(seed));
const wanted = seed === undefined ? fitted : drawKernels(Number(seed));
let made = readRuns(name);

const missing = wanted.filter((spec) => concerns(variant, spec) && !made.runs[JSON.stringify(spec)]);
const toolchain = createToolchain({ maxWorkers: Number(workers) });
let next = 0;

async function work(): Promise<void> {
  while (next < missing.length) {
    const specs = missing.slice(next, next + perRun);
    next += perRun;
    const more = await measure(specs, variant, toolchain).catch((error: unknown) => {
      console.error(`${name}: ${JSON.stringify(specs)}: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
      return undefined;
    });
    if (!more) continue;
    made = { yosys: more.yosys, command: more.command, runs: { ...made.runs, ...more.runs } };
    writeRuns(name, made);
    const count = Object.keys(made.runs).length;
    console.log(`${name}: ${count} kernels, the last ${specs.length} in ${more.seconds.toFixed(1)} s`);
  }
}

await Promise.all(Array.from({ length: Number(workers) }, work));
await toolchain.close();
