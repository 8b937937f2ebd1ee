import { describe, expect, it } from "vitest";
import { jsKernels, wasmKernels } from "../../src/index.js";

describe.each([
  { name: "js", create: () => jsKernels({ memoryMegabytes: 16 }) },
  { name: "wasm", create: () => wasmKernels({ memoryMegabytes: 16 }) },
])("memory of the $name engine", ({ create }) => {
  it("alloc gives zeros where scratch was before, and neither overlaps the other", () => {
    const kernels = create();
    const whole = 3_000_000;
    kernels.scratch(whole).fill(7);
    kernels.release();
    const kept = kernels.alloc(whole);
    expect(kept.every((v) => v === 0)).toBe(true);
    kernels.scratch(500_000).fill(9);
    expect(kept.every((v) => v === 0)).toBe(true);
    kernels.dispose();
  });

  it("says how much was asked for when it is full", () => {
    const kernels = create();
    expect(() => kernels.alloc(5_000_000)).toThrow(/5000000 floats \(19\.1 MB\).*train\/out-of-memory/s);
    expect(() => kernels.scratch(5_000_000)).toThrow(/train\/out-of-memory/);
    kernels.alloc(2_500_000);
    expect(() => kernels.scratch(2_500_000)).toThrow(/train\/out-of-memory/);
    kernels.dispose();
    kernels.dispose();
  });
});

describe("guards", () => {
  it("the WebAssembly engine takes only its own arrays, of the right size", () => {
    const kernels = wasmKernels({ memoryMegabytes: 16 });
    const mine = kernels.scratch(4);
    expect(() => kernels.axpy(1, new Float32Array(4), mine)).toThrow(/train\/foreign-array/);
    const args = { m: 2, n: 3, k: 2, a: mine, b: mine, c: mine };
    expect(() => kernels.gemm(args)).toThrow(/4 elements where a kernel needs 6/);
  });

  it.each([0, 1.5, 65])("threads: %d", (threads) => {
    expect(() => wasmKernels({ threads })).toThrow(/train\/bad-option/);
  });

  it.each([0, 15, 5000])("memoryMegabytes: %d", (memoryMegabytes) => {
    expect(() => wasmKernels({ memoryMegabytes })).toThrow(/train\/bad-option/);
    expect(() => jsKernels({ memoryMegabytes })).toThrow(/train\/bad-option/);
  });

  it("works after dispose, in the calling thread", () => {
    const kernels = wasmKernels({ threads: 2, memoryMegabytes: 16 });
    kernels.dispose();
    const x = kernels.alloc(200_000);
    kernels.fill(x, 3);
    expect(x.every((v) => v === 3)).toBe(true);
  });
});
