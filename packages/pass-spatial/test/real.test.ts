import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Compilation, createCompiler, type Graph, numbers } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { netlistOf } from "@gatefold/dialect-q";
import { createExecutor } from "@gatefold/exec";
import { frontendOnnx, parseInputEncoding } from "@gatefold/frontend-onnx";
import { costOf, simulate } from "@gatefold/netlist";
import { fold } from "@gatefold/pass-fold";
import { streamline } from "@gatefold/pass-streamline";
import { describe, expect, it } from "vitest";
import { implementations, type SpatialOptions, spatial } from "../src/index.js";

const shared = process.env["GATEFOLD_SHARED"] ?? join(import.meta.dirname, "../../../../shared");
const tfc = join(shared, "models/finn__tfc_w1a1.onnx");
const images = join(shared, "data/mnist/t10k-images-idx3-ubyte.gz");

/** Compiled to integers, and from there to circuits. */
async function compiled(options: SpatialOptions): Promise<{ integers: Graph; circuit: Compilation }> {
  const fresh = async (extra: Parameters<typeof createCompiler>[0]["plugins"]): Promise<Compilation> => {
    const compiler = createCompiler({
      plugins: [frontendOnnx({ inputs: [parseInputEncoding("uint8")] }), streamline(), ...extra],
    });
    const compilation = await compiler.import({ name: tfc, bytes: readFileSync(tfc) });
    await compiler.run(compilation);
    return compilation;
  };
  const circuit = await fresh([
    fold({ clockMhz: 100, implementation: "spatial", implementations: implementations(options) }),
    spatial(options),
  ]);
  return { integers: (await fresh([])).module.main, circuit };
}

describe.skipIf(!existsSync(tfc) || !existsSync(images))("FINN's TFC as one circuit", () => {
  it("gives the classes of 500 digits", async () => {
    const { integers, circuit } = await compiled({ effort: 0, stages: 4 });
    const ops = [...circuit.module.main.ops()].filter((op) => hw.Netlist.is(op));
    expect(ops).toHaveLength(1);
    const netlist = netlistOf(ops[0]!);
    expect(costOf(netlist, 6).lutCount).toBeLessThan(45_000);
    const count = 500;
    const data = gunzipSync(readFileSync(images)).subarray(16, 16 + count * 784);
    const expected = numbers({
      elem: "u4",
      shape: [count],
      data: createExecutor(integers).run({ data, count }).outputs[0]!,
    });
    const columns = Array.from({ length: 784 }, (_, i) =>
      Float64Array.from({ length: count }, (_, v) => data[v * 784 + i]!),
    );
    const outputs = simulate(netlist, columns);
    const classes = Array.from({ length: count }, (_, v) => {
      const sums = outputs.map((column) => column[v]!);
      return sums.length === 1 ? sums[0]! : sums.indexOf(Math.max(...sums));
    });
    expect(classes).toEqual(Array.from(expected, Number));
    expect(new Set(classes).size).toBe(10);
  });
});
