import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { verilog, verilogDesign } from "@gatefold/backend-verilog";
import { createCompiler, createModule } from "@gatefold/core";
import { countResources, type SynthesizeOptions } from "@gatefold/synth";
import type { Toolchain } from "@gatefold/toolchain";
import type { FittedVariant } from "../../packages/analysis-cost/src/family.js";
import { synthesizeNetlist } from "../../packages/synth/src/synthesize.js";
import { type KernelSpec, kernelGraph } from "./kernel-graph.js";

/** What one synthesis run of one kernel gave. */
export interface Run {
  readonly lutCount: number;
  readonly ffCount: number;
  readonly bramCount: number;
  readonly dspCount: number;
}

/** How each variant is synthesised. On ECP5 without tables wider than a LUT: see the README of `analysis-cost`. */
const setups: Readonly<Record<FittedVariant, Pick<SynthesizeOptions, "target" | "device" | "flags">>> = {
  ice40: { target: "ice40" },
  ice40up: { target: "ice40", device: "up5k" },
  ecp5: { target: "ecp5", flags: ["-nowidelut"] },
  xilinx7: { target: "xilinx7" },
};

/** Runs of one variant, by the kernel's spec as JSON. Our own measurements; a run is never made twice. */
export interface RunFile {
  readonly yosys: string;
  /** The synthesis command, without its top. */
  readonly command: string;
  readonly runs: Readonly<Record<string, Run>>;
}

const runFile = (name: string): string => fileURLToPath(new URL(`runs/${name}.json`, import.meta.url));

/** Runs by the name of their file: a variant, or a variant and what was drawn. */
export function readRuns(name: string): RunFile {
  const path = runFile(name);
  if (!existsSync(path)) return { yosys: "", command: "", runs: {} };
  return JSON.parse(readFileSync(path, "utf8")) as RunFile;
}

/** One line a run, so that a difference is readable. */
export function writeRuns(name: string, { yosys, command, runs }: RunFile): void {
  const lines = Object.entries(runs).map(
    ([key, run]) => `    ${JSON.stringify(key)}: ${JSON.stringify(run)}`,
  );
  const head = `  "yosys": ${JSON.stringify(yosys)},\n  "command": ${JSON.stringify(command)},`;
  writeFileSync(runFile(name), `{\n${head}\n  "runs": {\n${lines.join(",\n")}\n  }\n}\n`);
}

/** Sources of a design of one kernel, its memories included, under names that begin with `top`. */
export async function kernelFiles(spec: KernelSpec, top: string): Promise<Record<string, string>> {
  const multipliers = spec["multipliers"] === "logic" ? "logic" : "auto";
  const compiler = createCompiler({ plugins: [verilog({ testFrames: 0, top, multipliers })] });
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
  variant: FittedVariant,
  toolchain: Toolchain,
): Promise<RunFile & { readonly seconds: number }> {
  const setup = setups[variant];
  const { target } = setup;
  const files: Record<string, string> = {};
  for (const [i, spec] of specs.entries()) Object.assign(files, await kernelFiles(spec, `kernel_${i}`));
  const instances = specs.map((_, i) => `  (* keep *) kernel_${i} k${i} ();`);
  files["all_kernels.v"] = ["module all_kernels;", ...instances, "endmodule", ""].join("\n");
  const { result, json } = await synthesizeNetlist({ ...setup, files, top: "all_kernels" }, toolchain);
  const { modules } = JSON.parse(json) as JsonNetlist;
  const runs = specs.map((spec, i): [string, Run] => {
    const cells: Record<string, number> = {};
    for (const { type } of Object.values(modules[`kernel_${i}`]!.cells)) cells[type] = (cells[type] ?? 0) + 1;
    const { lutCount, ffCount, bramCount, dspCount, unknownCells } = countResources(target, cells);
    if (unknownCells.length > 0)
      throw new Error(`${target} has cells that nobody counts: ${unknownCells.join(", ")}`);
    // Synthesis counts 18 Kbit on 7-series, targets 36 Kbit.
    const blocks = target === "xilinx7" ? bramCount / 2 : bramCount;
    return [JSON.stringify(spec), { lutCount, ffCount, bramCount: blocks, dspCount }];
  });
  const command = result.sourceCommand.replace(/ -top \S+/, "");
  return { yosys: result.toolVersion, command, runs: Object.fromEntries(runs), seconds: result.wallSeconds };
}
