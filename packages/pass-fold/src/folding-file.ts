import { type Diagnostic, divisors, throwIfErrors } from "@gatefold/core";
import type { NamedKernel } from "@gatefold/dialect-hw";
import { badFolding, illegalFold, unknownFoldAxis, unknownFoldKernel } from "./diagnostics.js";
import type { Fold } from "./refold.js";

/** A folding as JSON: kernel name → axis → value. FINN's own files (`folding_config.json`) are read as they are. */
export type FoldingFile = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** FINN's names of a kind over the years; the suffixes `_hls`, `_rtl` and `_Batch` say only how it is made. */
const finnNames: Readonly<Record<string, string>> = {
  MVAU: "MVAU",
  MatrixVectorActivation: "MVAU",
  StreamingFCLayer: "MVAU",
  Thresholding: "Thresholding",
  LabelSelect: "LabelSelect",
  ChannelwiseOp: "ChannelwiseOp",
  Lookup: "Lookup",
};

/** Keys of a FINN folding that say nothing about PE or SIMD. */
const finnOnlyAxes = new Set([
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
]);

const finnPlumbing =
  /^(StreamingFIFO|StreamingDataWidthConverter|StreamingDataflowPartition|IODMA|TLastMarker|DuplicateStreams)/;

/** `MVAU_hls_0` → `MVAU_0`. Undefined for a name of another form. */
function normalize(key: string): string | undefined {
  const match = /^([A-Za-z]+?)(?:_Batch)?(?:_hls|_rtl)?_(\d+)$/.exec(key);
  const kind = match && (finnNames[match[1]!] ?? match[1]);
  return kind ? `${kind}_${match[2]}` : undefined;
}

/**
 * Reads a folding against the kernels of a graph. Every unknown kernel, unknown axis and value that does not divide
 * is an error; all are reported together.
 */
export function readFolding(file: unknown, kernels: readonly NamedKernel[]): Map<string, Fold> {
  if (typeof file !== "object" || file === null || Array.isArray(file)) {
    throwIfErrors([badFolding(`it is ${Array.isArray(file) ? "a list" : typeof file}`)]);
  }
  const errors: Diagnostic[] = [];
  const folds = new Map<string, Fold>();
  for (const [key, entry] of Object.entries(file as FoldingFile)) {
    if (key === "Defaults" || finnPlumbing.test(key)) continue;
    if (typeof entry !== "object" || entry === null) {
      errors.push(badFolding(`\`${key}\` is ${JSON.stringify(entry)}`));
      continue;
    }
    const named = kernels.find((k) => k.name === key) ?? kernels.find((k) => k.name === normalize(key));
    if (!named) {
      errors.push(
        unknownFoldKernel(
          key,
          kernels.filter((k) => k.model.axes(k.op).length > 0).map((k) => k.name),
        ),
      );
      continue;
    }
    const axes = named.model.axes(named.op);
    const fold: Record<string, number> = {};
    for (const [axisName, value] of Object.entries(entry)) {
      if (finnOnlyAxes.has(axisName)) continue;
      const axis = axes.find((a) => a.name === axisName);
      if (!axis)
        errors.push(
          unknownFoldAxis(
            key,
            axisName,
            axes.map((a) => a.name),
          ),
        );
      else if (typeof value !== "number" || !divisors(axis.extent).includes(value)) {
        errors.push(
          illegalFold(named.op, named.name, axisName, Number(value), axis.extent, divisors(axis.extent)),
        );
      } else fold[axisName] = value;
    }
    folds.set(named.name, fold);
  }
  throwIfErrors(errors);
  return folds;
}

/** The folding of a graph as a file that `readFolding` and FINN read. */
export function writeFolding(kernels: readonly NamedKernel[]): FoldingFile {
  const entries = kernels
    .map(
      ({ op, name, model }) =>
        [name, Object.fromEntries(model.axes(op).map((a) => [a.name, a.value]))] as const,
    )
    .filter(([, fold]) => Object.keys(fold).length > 0);
  return { Defaults: {}, ...Object.fromEntries(entries) };
}
