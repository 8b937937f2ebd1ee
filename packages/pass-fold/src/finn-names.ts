import type { FoldAxis, NamedKernel } from "@gatefold/dialect-hw";
import type { Fold } from "./refold.js";

/** FINN's names of a kind over the years; the suffixes `_hls`, `_rtl` and `_Batch` say only how it is made. */
const kinds: Readonly<Record<string, string>> = {
  MVAU: "MVAU",
  MatrixVectorActivation: "MVAU",
  StreamingFCLayer: "MVAU",
  VVAU: "VVAU",
  VectorVectorActivation: "VVAU",
  Vector_Vector_Activate: "VVAU",
  Thresholding: "Thresholding",
  LabelSelect: "LabelSelect",
  ChannelwiseOp: "ChannelwiseOp",
  ConvolutionInputGenerator: "ConvolutionInputGenerator",
  ConvolutionInputGenerator1D: "ConvolutionInputGenerator",
  FMPadding: "FMPadding",
  StreamingMaxPool: "StreamingMaxPool",
  Pool: "Pool",
  AddStreams: "AddStreams",
  StreamingConcat: "StreamingConcat",
  StreamingSplit: "StreamingSplit",
  UpsampleNearestNeighbour: "UpsampleNearestNeighbour",
};

/** Keys of a FINN folding that say nothing about PE or SIMD. */
const onlyAxes = new Set([
  "ram_style",
  "ram_style_thresholds",
  "mem_mode",
  "resType",
  "runtime_writeable_weights",
  "inFIFODepths",
  "outFIFODepths",
  "depth",
  "impl_style",
  "slr",
  "preferred_impl_style",
  "depth_trigger_uram",
  "depth_trigger_bram",
  "pumpedMemory",
  "pumpedCompute",
  "partition_id",
  "cpp_interface",
  "hls_style",
  "inputDataType",
  "outputDataType",
]);

const plumbing =
  /^(StreamingFIFO|StreamingDataWidthConverter|StreamingDataflowPartition|IODMA|TLastMarker|DuplicateStreams)/;

const form = /^([A-Za-z][A-Za-z0-9_]*?)(_Batch)?(_hls|_rtl)?_(\d+)$/;

/** Whether a key is a node that FINN puts between kernels, and that this project finds for itself. */
export function isFinnPlumbing(key: string): boolean {
  return plumbing.test(key);
}

/** Whether a key can only come from FINN: by its suffix, or by a name that this project has not. */
export function isFinnName(key: string): boolean {
  const [, kind, batch, style] = form.exec(key) ?? [];
  if (kind === undefined || kinds[kind] === undefined) return plumbing.test(key);
  return batch !== undefined || style !== undefined || kinds[kind] !== kind || kind === "StreamingMaxPool";
}

/** Axes of FINN's that are off at a value: there they say nothing to a kernel without them. */
const off: Readonly<Record<string, number>> = { parallel_window: 0, SIMD: 1, PE: 1, M: 1 };

/** Whether an entry says nothing about folding here: an axis of FINN's own, or one of its features that is off. */
export function isFinnOnly(axis: string, value: unknown, isFinn: boolean): boolean {
  return onlyAxes.has(axis) || (isFinn && off[axis] !== undefined && off[axis] === value);
}

/** PE and SIMD are one where a kernel works on channels only: FINN calls it now the one, now the other. */
export function finnAxis(name: string, axes: readonly FoldAxis[]): FoldAxis | undefined {
  const other = name === "PE" ? "SIMD" : name === "SIMD" ? "PE" : undefined;
  const channels = axes.filter((a) => a.operands.length > 0);
  return channels.length === 1 && channels[0]!.name === other ? channels[0] : undefined;
}

/** What FINN takes where its file is silent about a kernel that it folds: a tap a beat, by kind. */
export const finnDefaults: Readonly<Record<string, Fold>> = {
  ConvolutionInputGenerator: { parallel_window: 0 },
  VVAU: { SIMD: 1 },
};

/**
 * The kernels that a FINN key names, counted as FINN counts. Its max-pool is one node where here it is a sliding window
 * and a pool, and that window is not counted among the convolutions'; all its quantizers are thresholds, where here
 * some are tables. Empty for an unknown name; `undefined` for the
 * label selection that FINN's build adds to networks that end in logits.
 */
export function finnKernels(key: string, kernels: readonly NamedKernel[]): NamedKernel[] | undefined {
  const own = kernels.find((k) => k.name === key);
  const [, name, , , index] = form.exec(key) ?? [];
  const kind = name && kinds[name];
  if (!kind) return own ? [own] : [];
  const pools = kernels.filter((k) => k.model.kind === "Pool" && k.op.attrs["mode"] === "max");
  const windowOf = (pool: NamedKernel): NamedKernel | undefined =>
    kernels.find((k) => k.op === pool.op.operand(0).op && k.model.kind === "ConvolutionInputGenerator");
  const at = Number(index);
  if (kind === "StreamingMaxPool") {
    const pool = pools[at];
    return pool ? [windowOf(pool), pool].filter((k) => k !== undefined) : [];
  }
  const ofPools = new Set(pools.flatMap((p) => [p, windowOf(p)]));
  const counted = kernels.filter((k) => {
    const own = k.model.kind;
    const asFinn = own === "Lookup" ? "Thresholding" : own;
    return asFinn === kind && k.name.startsWith(`${own}_`) && !ofPools.has(k);
  });
  if (kind === "LabelSelect" && counted.length === 0) return undefined;
  return counted[at] ? [counted[at]!] : own ? [own] : [];
}
