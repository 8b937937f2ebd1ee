import {
  createCompiler,
  createModule,
  evaluate,
  Graph,
  numbers,
  type StreamType,
  seededRandom,
} from "@gatefold/core";
import { describe, expect, it } from "vitest";
import { type HostBuildOptions, hls, hostBuild, runHls } from "../src/index.js";
import { compilers, emitted, strict } from "./build.js";
import { Draw, frame, kernels } from "./kernels.js";

const kinds = Object.keys(kernels) as (keyof typeof kernels)[];

/** Every kind of kernel `copies` times in one graph, none connected to another. */
function graphOf(seed: number, copies: number): Graph {
  const graph = new Graph("main");
  const draw = new Draw(graph, seededRandom(seed));
  const outputs = kinds.flatMap((kind) => Array.from({ length: copies }, () => draw.kernel(kind)).flat());
  graph.setOutputs(outputs);
  return graph;
}

/** Compiles the kernels of a seed, and compares five frames of each. */
async function expectEqual(seed: number, options: HostBuildOptions): Promise<void> {
  const graph = graphOf(seed, 3);
  const compiler = createCompiler({ plugins: [hls({ testFrames: 1 })] });
  const compilation = compiler.start(createModule("kernels", graph));
  await compiler.emit(compilation);
  const { design, files } = emitted(compilation);
  const build = await hostBuild(design, files, { compiler: compilers[seed % compilers.length], ...options });
  if ("skipped" in build) throw new Error(build.skipped);
  try {
    if (!options.includes) expect(build.messages).toBe("");
    const random = seededRandom(seed);
    const rows = Array.from({ length: 5 }, () =>
      graph.inputs.map((v) => frame(v.type as StreamType, random)),
    );
    const got = await runHls(build, rows);
    rows.forEach((row, r) => {
      evaluate(graph, row).forEach((expected, i) => {
        const { op } = graph.outputs[i]!;
        const what = `${op?.def.name} ${JSON.stringify(op?.attrs)}`;
        expect([...numbers(got[r]![i]!)], what).toEqual([...numbers(expected)]);
      });
    });
  } finally {
    await build.close();
  }
}

const runs = Number(process.env["GATEFOLD_RUNS"] ?? 1);
const seeds = Array.from({ length: runs }, (_, i) => i + Number(process.env["GATEFOLD_SEED"] ?? 1));
/** A folder with Xilinx's own `ap_int.h` and `hls_stream.h`. */
const vendor = process.env["GATEFOLD_AP_TYPES"];

describe.skipIf(compilers.length === 0)("kernels as compiled C++ = their evaluators", () => {
  it.each(seeds)(
    "of random types, sizes and foldings, without a word from compiler and sanitizers, seed %i",
    (seed) => expectEqual(seed, { flags: strict }),
    240_000,
  );

  it.skipIf(vendor === undefined).each(seeds)(
    "with the vendor's types instead of the shim, seed %i",
    (seed) => expectEqual(seed, { flags: ["-O0", "-w"], includes: [vendor!] }),
    400_000,
  );
});
