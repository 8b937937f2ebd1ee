import type { FoldAxis, NamedKernel } from "@gatefold/dialect-hw";

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

/** Whether an entry says nothing about folding here: an axis of FINN's own, or one of its features that is off. */
export function isFinnOnly(axis: string, value: unknown, isFinn: boolean): boolean {
  const isOff = (axis === "parallel_window" && value === 0) || (axis === "SIMD" && value === 1);
  return onlyAxes.has(axis) || (isFinn && isOff);
}

/** FINN calls the one axis of a pool PE where here it is SIMD. */
export function finnAxis(name: string, axes: readonly FoldAxis[]): FoldAxis | undefined {
  return name === "PE" && axes.length === 1 && axes[0]!.name === "SIMD" ? axes[0] : undefined;
}

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
