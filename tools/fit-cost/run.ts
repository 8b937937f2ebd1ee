// Makes the runs of one family that are missing: `run.ts <family> [workers]`.
import type { SynthesisTarget } from "@gatefold/synth";
import { createToolchain } from "@gatefold/toolchain";
import { fitted, heldOut } from "./designs.js";
import type { KernelSpec } from "./kernel-graph.js";
import { measure, readRuns, writeRuns } from "./measure.js";

/** Kernels in one run of the tool. */
const perRun = 4;
const [family, workers = "2"] = process.argv.slice(2) as [SynthesisTarget, string?];
let { yosys, runs } = readRuns(family);

/** Kinds that have fewest runs first, and the held-out kernels among the others: an interrupted session is worth something. */
function spread(): KernelSpec[] {
  const made = Object.keys(runs).map((key) => (JSON.parse(key) as KernelSpec).op);
  const count = (spec: KernelSpec): number => made.filter((op) => op === spec.op).length;
  const pairs = fitted.flatMap((spec, i) => [spec, heldOut[i]].filter((s) => s !== undefined));
  return pairs.sort((a, b) => count(a) - count(b));
}

const missing = spread().filter((spec) => !runs[JSON.stringify(spec)]);
const toolchain = createToolchain({ maxWorkers: Number(workers) });
let next = 0;

async function work(): Promise<void> {
  while (next < missing.length) {
    const specs = missing.slice(next, next + perRun);
    next += perRun;
    const made = await measure(specs, family, toolchain).catch((error: unknown) => {
      console.error(`${family}: ${JSON.stringify(specs)}: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
      return undefined;
    });
    if (!made) continue;
    yosys = made.yosys;
    specs.forEach((spec, i) => {
      runs = { ...runs, [JSON.stringify(spec)]: made.runs[i]! };
    });
    writeRuns(family, { yosys, runs });
    console.log(
      `${family}: ${Object.keys(runs).length} kernels, the last ${specs.length} in ${made.seconds.toFixed(1)} s`,
    );
  }
}

await Promise.all(Array.from({ length: Number(workers) }, work));
await toolchain.close();
