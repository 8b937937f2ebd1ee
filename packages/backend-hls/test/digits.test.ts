import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createCompiler, evaluate, numbers, tensorFrom } from "@gatefold/core";
import { openNpz } from "@gatefold/datasets";
import { frontendOnnx } from "@gatefold/frontend-onnx";
import { fold } from "@gatefold/pass-fold";
import { streamline } from "@gatefold/pass-streamline";
import { expect, it } from "vitest";
import { hls, hostBuild, runHls } from "../src/index.js";
import { compilers, emitted } from "./build.js";

const digits = join(import.meta.dirname, "../../../examples/digits");

it.skipIf(compilers.length === 0)(
  "the digits network as compiled C++ gives the integers of 1000 images",
  async () => {
    const compiler = createCompiler({
      plugins: [
        frontendOnnx({ inputs: ["uint8:scale=1/255"] }),
        streamline(),
        fold({ clockMhz: 25, fps: 10_000 }),
        hls(),
      ],
    });
    const compilation = await compiler.import(join(digits, "digits.onnx"));
    await compiler.run(compilation);
    await compiler.emit(compilation);
    const { design, files } = emitted(compilation);
    const build = await hostBuild(design, files, { flags: ["-O2", "-Wall", "-Wextra"] });
    if ("skipped" in build) throw new Error(build.skipped);
    const { main } = compilation.module;
    const [input] = main.inputs;
    const { data } = openNpz(readFileSync(join(digits, "test.npz"))).get("input")!();
    const size = input!.type.shape.reduce((a, b) => a * b, 1);
    const rows = Array.from({ length: 1000 }, (_, i) => [
      tensorFrom(
        input!.type.elem,
        input!.type.shape,
        Array.from(data.slice(i * size, (i + 1) * size), Number),
      ),
    ]);
    const got = await runHls(build, rows).finally(() => build.close());
    expect(build.messages).toBe("");
    expect(got.map(([y]) => [...numbers(y!)])).toEqual(
      rows.map((row) => [...numbers(evaluate(main, row)[0]!)]),
    );
  },
  120_000,
);
