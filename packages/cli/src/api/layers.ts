import { type ElemType, elemInfo } from "@gatefold/core";
import type { FoldSummary, KernelSummary } from "@gatefold/pass-fold";
import type { LayerNote, StreamlineSummary } from "@gatefold/pass-streamline";
import { figure, type LayerReport } from "@gatefold/report";
import { defined } from "../defined.js";

/**
 * Gives a kernel the note of the integer op that it came from: of the same node, and with work of its own exactly when
 * the kernel has. Plumbing, which shares its reader's node, has no folding and gets none.
 */
function noteFor(kernel: KernelSummary, fold: FoldSummary, left: LayerNote[]): LayerNote | undefined {
  if (!Object.hasOwn(fold.folding, kernel.name)) return undefined;
  const at = left.findIndex(
    (note) => note.loc.node === kernel.loc.node && (note.macs !== undefined) === kernel.macs > 0,
  );
  return at < 0 ? undefined : left.splice(at, 1)[0];
}

const bitsOf = (elem: ElemType): number => elemInfo(elem).widthBits;

/** One row a kernel, in the order of the data: what streamlining and folding know of it. */
export function layerReports(
  streamline: StreamlineSummary | undefined,
  fold: FoldSummary,
): readonly LayerReport[] {
  const left = [...(streamline?.layers ?? [])];
  return fold.kernels.map((kernel) => {
    const note = noteFor(kernel, fold, left);
    const bits = (elem: ElemType | undefined, source: "model" | "formula") =>
      elem === undefined ? undefined : figure(bitsOf(elem), "bits", source);
    const count = (value: number | undefined, unit: string) =>
      value === undefined ? undefined : figure(value, unit, "model");
    return {
      name: kernel.name,
      kind: kernel.kind,
      ...defined({
        node: kernel.loc.node,
        weights: count(note?.weightCount, "weights"),
        weightType: note?.weightElem,
        inputType: note?.inputElem,
        accumulatorType: note?.accumulatorElem,
        accumulatorBits: bits(note?.accumulatorElem, "model"),
        worstCaseAccumulatorBits: bits(note?.worstCaseAccumulatorElem, "formula"),
        thresholdsPerChannel: count(note?.thresholdCount, "thresholds"),
        nearTies: count(note?.nearTieCount, "thresholds"),
      }),
      macs: figure(kernel.macs, "MAC", "model"),
      bops: figure(kernel.macs * kernel.weightBits * kernel.activationBits, "bit operations", "formula"),
      fold: kernel.fold,
      extents: kernel.extents,
      intervalCycles: figure(kernel.intervalCycles, "cycles", "formula"),
      latencyCycles: figure(kernel.latencyCycles, "cycles", "formula"),
      memoryBits: figure(kernel.memoryBits, "bits", "formula"),
    };
  });
}
