import { divisors, type Graph, type Random, randomInteger, seededRandom } from "@gatefold/core";
import { type FoldingFile, foldSummary } from "@gatefold/pass-fold";
import { type Built, buildVerilog } from "./simulate.js";

/**
 * Some axes of some kernels at random: windows with all taps in a beat, vector units with several taps, matrix units
 * with several inputs and neurons. What is left open follows, so that every window's order fits its reader.
 */
function randomFolding(built: Built, random: Random): FoldingFile {
  const { kernels } = built.compilation.facts.need(foldSummary);
  const divisor = (extent: number | undefined): number => {
    const legal = divisors(extent ?? 1).filter((v) => v <= 9);
    return legal[randomInteger(random, 0, legal.length - 1)]!;
  };
  const drawn: Record<string, Record<string, number>> = {};
  for (const { name, kind, extents } of kernels) {
    if (random() < 0.3) continue;
    if (kind === "ConvolutionInputGenerator") drawn[name] = { parallel_window: randomInteger(random, 0, 1) };
    if (kind === "VVAU") drawn[name] = { SIMD: divisor(extents["SIMD"]) };
    if (kind === "MVAU") drawn[name] = { SIMD: divisor(extents["SIMD"]), PE: divisor(extents["PE"]) };
  }
  return drawn;
}

/** The graph folded for a rate between the lowest and four times that, where that many kernels allow it, or at random. */
export async function folded(graph: Graph, seed: number): Promise<Built> {
  const options = {
    memories: seed % 2 === 0 ? "files" : "inline",
    multipliers: seed % 3 === 0 ? "logic" : "auto",
  } as const;
  const slow = await buildVerilog(graph, options);
  const random = seededRandom(seed);
  const share = [1, 2, 3, 4][Math.floor(random() * 4)]!;
  if (random() < 0.6) return buildVerilog(graph, { ...options, folding: randomFolding(slow, random) });
  if (share === 1) return slow;
  const targetCycles = Math.ceil(slow.intervalCycles / share);
  return buildVerilog(graph, { ...options, targetCycles }).catch((error: Error) => {
    if (!error.message.includes("fold/unreachable-rate")) throw error;
    return slow;
  });
}
