import { type ElemType, elemInfo } from "@gatefold/core";
import { type FoldSummary, foldedForm, type KernelSummary } from "@gatefold/pass-fold";
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

/**
 * The spatial layers in each kernel that was made of such: neighbours are merged, and stand where the last of them did. Of the kernels
 * of one layer it is the last, behind pads and windows.
 */
function spatialLayers({ kernels, layers }: FoldSummary): ReadonlyMap<string, readonly string[]> {
  let left = layers.filter(({ chosen }) => chosen !== foldedForm).map(({ layer }) => layer);
  const merged = new Map<string, readonly string[]>();
  const foldable = kernels.filter(({ extents }) => Object.keys(extents).length > 0);
  for (const [i, { name, loc, macs }] of foldable.entries()) {
    const at = left.indexOf(loc.node ?? "");
    if (at < 0 || macs > 0 || foldable.slice(i + 1).some((k) => k.loc.node === loc.node)) continue;
    merged.set(name, left.slice(0, at + 1));
    left = left.slice(at + 1);
  }
  return merged;
}

/** What the layers of a spatial circuit were as products: their weights and work together. */
function spatialWork(
  nodes: readonly string[],
  left: readonly LayerNote[],
): Pick<LayerReport, "nodes" | "weights" | "weightType" | "macs" | "bops"> {
  const notes = left.filter(({ loc, macs }) => macs !== undefined && nodes.includes(loc.node ?? ""));
  const sum = (of: (note: LayerNote) => number): number => notes.reduce((total, note) => total + of(note), 0);
  const types = new Set(notes.map(({ weightElem }) => weightElem));
  const width = (elem: ElemType | undefined): number => (elem === undefined ? 0 : bitsOf(elem));
  return {
    nodes,
    ...defined({ weightType: types.size === 1 ? [...types][0] : undefined }),
    weights: figure(
      sum((n) => n.weightCount ?? 0),
      "weights",
      "model",
    ),
    macs: figure(
      sum((n) => n.macs ?? 0),
      "MAC",
      "model",
    ),
    bops: figure(
      sum((n) => (n.macs ?? 0) * width(n.weightElem) * width(n.inputElem)),
      "bit operations",
      "formula",
    ),
  };
}

const bitsOf = (elem: ElemType): number => elemInfo(elem).widthBits;

/** One row a kernel, in the order of the data: what streamlining and folding know of it. */
export function layerReports(
  streamline: StreamlineSummary | undefined,
  fold: FoldSummary,
): readonly LayerReport[] {
  const left = [...(streamline?.layers ?? [])];
  const spatial = spatialLayers(fold);
  return fold.kernels.map((kernel) => {
    const nodes = spatial.get(kernel.name);
    const work = nodes && spatialWork(nodes, streamline?.layers ?? []);
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
      ...work,
    };
  });
}
