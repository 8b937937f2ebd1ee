import { fileURLToPath } from "node:url";
import { type VerilogDesign, verilog, verilogDesign } from "@gatefold/backend-verilog";
import {
  type Compilation,
  createCompiler,
  definePlugin,
  type EmittedFiles,
  type PluginInput,
} from "@gatefold/core";
import { hwOps } from "@gatefold/dialect-hw";
import { nnOps } from "@gatefold/dialect-nn";
import { qOps } from "@gatefold/dialect-q";
import { frontendOnnx } from "@gatefold/frontend-onnx";
import { fold } from "@gatefold/pass-fold";
import { streamline } from "@gatefold/pass-streamline";

export interface Built {
  readonly compilation: Compilation;
  readonly files: EmittedFiles;
  readonly design: VerilogDesign;
}

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** The network that ships with the project. */
export const digits: string = at("examples/digits/digits.onnx");
export const digitsTest: string = at("examples/digits/test.npz");

/** Two bipolar layers, 4 → 4 → 2, on codes 0 … 15. */
export const tiny: string = at("packages/cli/test/models/tiny.gf");

/** Compiles a model to Verilog with more plugins. */
export async function build(
  model: string,
  plugins: readonly PluginInput[],
  fps = 1000,
  folding: unknown = undefined,
  weights: "constant" | "writable" = "constant",
): Promise<Built> {
  const compiler = createCompiler({
    plugins: [
      frontendOnnx(model === digits ? { inputs: ["uint8:scale=1/255"] } : {}),
      definePlugin({ name: "dialects", ops: [...nnOps, ...qOps, ...hwOps] }),
      streamline(),
      fold({ clockMhz: 25, fps, folding }),
      verilog({ multipliers: "logic", testFrames: 0, weights }),
      ...plugins,
    ],
  });
  const { compilation, files } = await compiler.compile(model);
  return { compilation, files, design: compilation.facts.need(verilogDesign) };
}

/** Files of an output by path, those that a tool needs. */
export function filesOf(
  { files }: Built,
  paths: readonly string[],
): Readonly<Record<string, string | Uint8Array>> {
  return Object.fromEntries(paths.map((path) => [path, files.get(path)!]));
}
