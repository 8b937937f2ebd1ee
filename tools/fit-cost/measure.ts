import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { verilog, verilogDesign } from "@gatefold/backend-verilog";
import { createCompiler, createModule } from "@gatefold/core";
import { countResources, type SynthesisTarget } from "@gatefold/synth";
import type { Toolchain } from "@gatefold/toolchain";
import { synthesizeNetlist } from "../../packages/synth/src/synthesize.js";
import { type KernelSpec, kernelGraph } from "./kernel-graph.js";

/** What one synthesis run of one kernel gave. */
export interface Run {
  readonly lutCount: number;
  readonly ffCount: number;
  readonly bramCount: number;
  readonly dspCount: number;
}

/** Runs of one family, by the kernel's spec as JSON. Our own measurements; a run is never made twice. */
export interface RunFile {
  readonly yosys: string;
  readonly runs: Readonly<Record<string, Run>>;
}

const runFile = (family: string): string => fileURLToPath(new URL(`runs/${family}.json`, import.meta.url));

export function readRuns(family: string): RunFile {
  const path = runFile(family);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as RunFile) : { yosys: "", runs: {} };
}

/** One line a run, so that a difference is readable. */
export function writeRuns(family: string, { yosys, runs }: RunFile): void {
  const lines = Object.entries(runs).map(
    ([key, run]) => `    ${JSON.stringify(key)}: ${JSON.stringify(run)}`,
  );
  const text = `{\n  "yosys": ${JSON.stringify(yosys)},\n  "runs": {\n${lines.join(",\n")}\n  }\n}\n`;
  writeFileSync(runFile(family), text);
}

/** Sources of a design of one kernel, its memories included, under names that begin with `top`. */
async function kernelFiles(spec: KernelSpec, top: string): Promise<Record<string, string>> {
  const compiler = createCompiler({ plugins: [verilog({ testFrames: 0, top })] });
  const compilation = compiler.start(createModule("kernel", kernelGraph(spec).graph));
  await compiler.emit(compilation);
  const memories = compilation.facts.need(verilogDesign).memories.map((path) => path.replace(/^rtl\//, ""));
  const own = (text: string): string => {
    let named = text;
    for (const name of memories) named = named.replaceAll(`"${name}"`, `"${top}_${name}"`);
    return named.replace(`module ${top}`, `(* keep_hierarchy *) module ${top}`);
  };
  return Object.fromEntries(
    compilation.outputs.map(({ path, content }) => {
      const name = path.replace(/^rtl\//, "");
      if (memories.includes(name)) return [`${top}_${name}`, content as string];
      return [name, name === `${top}.v` ? own(content as string) : (content as string)];
    }),
  );
}

interface JsonNetlist {
  readonly modules: Readonly<
    Record<string, { readonly cells: Readonly<Record<string, { readonly type: string }>> }>
  >;
}

/**
 * Synthesises several kernels in one run of the tool, which starts slowly: each stands in a module that keeps its
 * hierarchy, so each is optimised by itself, as if it were alone.
 */
export async function measure(
  specs: readonly KernelSpec[],
  target: SynthesisTarget,
  toolchain: Toolchain,
): Promise<{ readonly runs: readonly Run[]; readonly yosys: string; readonly seconds: number }> {
  const files: Record<string, string> = {};
  for (const [i, spec] of specs.entries()) Object.assign(files, await kernelFiles(spec, `kernel_${i}`));
  const instances = specs.map((_, i) => `  (* keep *) kernel_${i} k${i} ();`);
  files["all_kernels.v"] = ["module all_kernels;", ...instances, "endmodule", ""].join("\n");
  const { result, json } = await synthesizeNetlist({ files, top: "all_kernels", target }, toolchain);
  const { modules } = JSON.parse(json) as JsonNetlist;
  const runs = specs.map((_, i): Run => {
    const cells: Record<string, number> = {};
    for (const { type } of Object.values(modules[`kernel_${i}`]!.cells)) cells[type] = (cells[type] ?? 0) + 1;
    const { lutCount, ffCount, bramCount, dspCount, unknownCells } = countResources(target, cells);
    if (unknownCells.length > 0)
      throw new Error(`${target} has cells that nobody counts: ${unknownCells.join(", ")}`);
    // Synthesis counts 18 Kbit on 7-series, targets 36 Kbit.
    return { lutCount, ffCount, bramCount: target === "xilinx7" ? bramCount / 2 : bramCount, dspCount };
  });
  return { runs, yosys: result.toolVersion, seconds: result.wallSeconds };
}
