import type { AnyOpDef } from "@gatefold/core";
import { qOps } from "@gatefold/dialect-q";
import { workerData } from "piscina";
import { ExecKernel } from "./kernel.js";
import type { WorkerSetup, WorkerTask } from "./pool.js";
import { Runner } from "./runner.js";

function isOpDef(value: unknown): value is AnyOpDef {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    "infer" in value &&
    "interfaces" in value
  );
}

/** The dialect's ops and those that the given modules export. */
async function loadOps(modules: readonly string[]): Promise<Map<string, AnyOpDef>> {
  const ops = new Map<string, AnyOpDef>(qOps.map((def) => [def.name, def]));
  for (const url of modules) {
    const exported: Record<string, unknown> = await import(url);
    for (const value of Object.values(exported).flat()) if (isOpDef(value)) ops.set(value.name, value);
  }
  return ops;
}

async function start(): Promise<Runner> {
  const { program, opModules } = workerData as WorkerSetup;
  const ops = await loadOps(opModules);
  return new Runner(program, (name) => {
    const def = ops.get(name);
    if (!def) throw new Error(`\`opModules\` export no op \`${name}\``);
    const kernel = def.interfaces.find((i) => i.key === ExecKernel)?.implementation;
    return { def, kernel: kernel as ReturnType<typeof ExecKernel.of>["implementation"] | undefined };
  });
}

let runner: Promise<Runner> | undefined;

/** Runs one task; piscina calls it. */
export async function runTask({ inputs, outputs, from, to }: WorkerTask): Promise<void> {
  runner ??= start();
  (await runner).run(inputs, outputs, from, to);
}
