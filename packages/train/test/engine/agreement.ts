import { type Random, random } from "@gatefold/datasets";
import { afterAll, expect } from "vitest";
import { jsKernels, type Kernels, wasmKernels } from "../../src/index.js";

export const reference: Kernels = jsKernels({ memoryMegabytes: 256 });
const engines = [1, 2, 3].map((threads) => wasmKernels({ threads, memoryMegabytes: 256 }));
export const [single] = engines as [Kernels, ...Kernels[]];

afterAll(() => {
  for (const each of engines) each.dispose();
});

/** Runs something on an engine and gives the arrays that it wrote. */
export type Run = (kernels: Kernels, array: (length: number) => Float32Array, rng: Random) => Float32Array[];

export function results(kernels: Kernels, seed: number, run: Run): Float32Array[] {
  kernels.release();
  const rng = random(seed);
  const array = (length: number): Float32Array => {
    const data = kernels.scratch(length);
    for (let i = 0; i < length; i++) data[i] = 2 * rng.uniform() - 1;
    return data;
  };
  return run(kernels, array, rng).map((each) => each.slice());
}

/** `terms`: how many products of ±1 a sum has, which bounds its error. */
export function checkAgreement(seed: number, run: Run, terms = 1): void {
  const expected = results(reference, seed, run);
  const found = results(single, seed, run);
  const tolerance = 1e-5 * Math.max(1, Math.sqrt(terms));
  for (const [which, { length }] of expected.entries()) {
    for (let i = 0; i < length; i++) {
      const [a, b] = [expected[which]![i]!, found[which]![i]!];
      if (a === b || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a))) continue;
      expect.fail(`result ${which}, element ${i} of ${length}: js ${a}, wasm ${b}`);
    }
  }
  for (const engine of engines.slice(1)) {
    for (const [which, array] of results(engine, seed, run).entries()) {
      const same = Buffer.compare(Buffer.from(array.buffer), Buffer.from(found[which]!.buffer)) === 0;
      if (!same) expect.fail(`result ${which} differs with ${engine.threads} threads`);
    }
  }
}
