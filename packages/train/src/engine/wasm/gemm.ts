import type { Kernels } from "../kernels.js";
import type { Fork } from "./fork.js";

/** Columns of B in a panel. */
const panelWidth = 8;
/** Depth of the tiles in assembly/gemm.ts; B is packed in multiples of it. */
const tileDepth = 256;
/** Most floats of B that are packed at once, 1 MB: they stay in the second-level cache. */
const packedFloats = 262144;
/** Below this many multiplications, waking another thread costs more than it saves. */
const smallProduct = 500_000;

/** Rows of C in a chunk: by the shape alone, so that no sum depends on the number of threads. */
function rowsInChunk(m: number): number {
  if (m >= 512) return 64;
  return m >= 128 ? 32 : 16;
}

export function gemmOf(fork: Fork): Kernels["gemm"] {
  const { ints, arena } = fork;
  const pack = fork.kind("packPanels");
  const multiply = fork.kind("gemm");
  return ({ m, n, k, a, b, c, transposeA = false, transposeB = false, accumulate = false }) => {
    if (k === 0 && !accumulate) c.fill(0, 0, m * n);
    if (m === 0 || n === 0 || k === 0) return;
    const panels = Math.ceil(n / panelWidth);
    const perBlock = Math.floor(packedFloats / (panels * panelWidth * tileDepth)) * tileDepth;
    const block = Math.min(k, Math.max(tileDepth, perBlock));
    const rows = rowsInChunk(m);
    const alone = m * n * block < smallProduct;
    arena.lend(panels * panelWidth * block, (packed) => {
      for (let p = 0; p < k; p += block) {
        const depth = Math.min(block, k - p);
        ints[0] = n;
        ints[1] = depth;
        fork.put(2, b, n * k);
        ints[2]! += (transposeB ? p : p * n) * 4;
        ints[3] = transposeB ? k : n;
        fork.put(4, packed, 0);
        ints[5] = Number(transposeB);
        const panelsInChunk = Math.max(1, Math.floor(16384 / (depth * panelWidth)));
        ints[6] = panelsInChunk;
        fork.run(pack, Math.ceil(panels / panelsInChunk), n * depth < 65536);
        ints[0] = m;
        ints[1] = n;
        ints[2] = depth;
        fork.put(3, a, m * k);
        ints[3]! += (transposeA ? p * m : p) * 4;
        ints[4] = transposeA ? m : k;
        fork.put(5, packed, 0);
        fork.put(6, c, m * n);
        ints[7] = Number(transposeA);
        ints[8] = Number(accumulate || p > 0);
        ints[9] = rows;
        fork.run(multiply, Math.ceil(m / rows), alone);
      }
    });
  };
}
