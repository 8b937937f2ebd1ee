import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type Kernels, wasmKernels } from "../../src/index.js";

/** Where thread 1 packs its part of a transposed operand (assembly/layout.ts); no other thread writes there. */
const workspace = 65536 + 131072;

function product(kernels: Kernels, m: number): Float32Array {
  kernels.release();
  const [a, b, c] = [kernels.scratch(m * m), kernels.scratch(m * m), kernels.scratch(m * m)];
  for (let i = 0; i < a.length; i++) {
    a[i] = Math.sin(i);
    b[i] = Math.cos(3 * i);
  }
  kernels.gemm({ m, n: m, k: m, a, b, c, transposeA: true });
  return c.slice();
}

function same(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((v, i) => Object.is(v, b[i]));
}

describe("threads of the WebAssembly engine", () => {
  it("workers take chunks, and the result stays the same to the bit", async () => {
    const alone = wasmKernels({ memoryMegabytes: 64 });
    const expected = product(alone, 200);
    const kernels = wasmKernels({ threads: 2, memoryMegabytes: 64 });
    const used = new Float32Array(kernels.alloc(1).buffer, workspace, 4);
    const tookPart = (): boolean => used.some((v) => v !== 0);
    for (let tries = 0; tries < 2000 && !tookPart(); tries++) {
      expect(same(product(kernels, 200), expected)).toBe(true);
      await setTimeout(1);
    }
    expect(tookPart()).toBe(true);
    for (let m = 64; m < 164; m++) expect(same(product(kernels, m), product(alone, m))).toBe(true);
    kernels.dispose();
  });

  it("is back only when every thread is done", async () => {
    const kernels = wasmKernels({ threads: 2, memoryMegabytes: 64 });
    const m = 512;
    const [a, b, c] = [kernels.alloc(m * m), kernels.alloc(m * m), kernels.alloc(m * m)];
    kernels.fill(a, 1);
    kernels.fill(b, 1);
    await setTimeout(50);
    for (let i = 0; i < 30; i++) {
      kernels.fill(c, 0);
      kernels.gemm({ m, n: m, k: m, a, b, c });
      // From the end: what a thread that is still at work has not written is 0 or a partial sum.
      let right = true;
      for (let row = m - 1; row >= 0; row--) right &&= c[row * m + m - 1] === m;
      expect(right).toBe(true);
    }
    kernels.dispose();
  });

  it("a thread that comes late takes nothing of the next kernel", async () => {
    const kernels = wasmKernels({ threads: 3, memoryMegabytes: 64 });
    const [x, y, z] = [kernels.alloc(70_000), kernels.alloc(70_000), kernels.alloc(150_000)];
    kernels.fill(x, 1);
    for (let i = 1; i <= 2000; i++) {
      kernels.axpy(1, x, y);
      kernels.fill(z, i);
      if (i % 100 !== 0) continue;
      expect(y.every((v) => v === i) && z.every((v) => v === i)).toBe(true);
      await setTimeout(1);
    }
    kernels.dispose();
  });
});
