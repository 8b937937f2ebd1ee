import { type Diagnostic, throwIfErrors } from "@gatefold/core";
import { axisValues, type NamedKernel } from "@gatefold/dialect-hw";
import { badFolding, illegalFold, unknownFoldAxis, unknownFoldKernel } from "./diagnostics.js";
import { finnAxis, finnDefaults, finnKernels, isFinnName, isFinnOnly, isFinnPlumbing } from "./finn-names.js";
import type { LayerForms } from "./implementation-summary.js";
import { foldedForm } from "./implementations.js";
import type { Fold } from "./refold.js";

/** A folding as JSON: kernel name → axis → value. FINN's own files (`folding_config.json`) are read as they are. */
export type FoldingFile = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The entry that says which layers are built in which form; no kernel has such a name. */
const formsKey = "Forms";

/** The forms of layers that a folding asks for: layer → form. Throws a `DiagnosticError` when that is no such object. */
export function readForms(file: unknown): Readonly<Record<string, string>> {
  const forms = (file as FoldingFile | undefined | null)?.[formsKey];
  if (forms === undefined) return {};
  if (
    typeof forms !== "object" ||
    forms === null ||
    Object.values(forms).some((f) => typeof f !== "string")
  ) {
    throwIfErrors([badFolding(`\`${formsKey}\` is ${JSON.stringify(forms)}, not a form for each layer`)]);
  }
  return forms as Readonly<Record<string, string>>;
}

/**
 * Reads a folding against the kernels of a graph. Every unknown kernel, unknown axis and value that does not divide
 * is an error; all are reported together. What FINN alone knows (FIFOs, RAM styles, a feature that is off) is passed
 * over.
 */
export function readFolding(file: unknown, kernels: readonly NamedKernel[]): Map<string, Fold> {
  if (typeof file !== "object" || file === null || Array.isArray(file)) {
    throwIfErrors([badFolding(`it is ${Array.isArray(file) ? "a list" : typeof file}`)]);
  }
  const errors: Diagnostic[] = [];
  const folds = new Map<string, Fold>();
  const entries = Object.entries(file as FoldingFile).filter(
    ([key]) => key !== "Defaults" && key !== formsKey,
  );
  const isFinn = entries.some(([key]) => isFinnName(key));
  for (const [key, entry] of entries) {
    if (isFinnPlumbing(key)) continue;
    if (typeof entry !== "object" || entry === null) {
      errors.push(badFolding(`\`${key}\` is ${JSON.stringify(entry)}`));
      continue;
    }
    const named = isFinn ? finnKernels(key, kernels) : kernels.filter((k) => k.name === key);
    if (!named) continue;
    if (named.length === 0) {
      const foldable = kernels.filter((k) => k.model.axes(k.op).length > 0);
      errors.push(
        unknownFoldKernel(
          key,
          foldable.map((k) => k.name),
        ),
      );
    }
    for (const kernel of named) folds.set(kernel.name, readFold(key, entry, kernel, isFinn, errors));
  }
  throwIfErrors(errors);
  return folds;
}

function readFold(
  key: string,
  entry: Readonly<Record<string, unknown>>,
  { op, name, model }: NamedKernel,
  isFinn: boolean,
  errors: Diagnostic[],
): Fold {
  const axes = model.axes(op);
  const fold: Record<string, number> = {};
  for (const [axisName, value] of Object.entries(entry)) {
    const axis = axes.find((a) => a.name === axisName) ?? (isFinn ? finnAxis(axisName, axes) : undefined);
    if (!axis) {
      if (isFinnOnly(axisName, value, isFinn)) continue;
      const known = axes.map((a) => a.name);
      errors.push(unknownFoldAxis(key, axisName, known));
      continue;
    }
    const legal = axisValues(axis);
    if (typeof value === "number" && legal.includes(value)) fold[axis.name] = value;
    else errors.push(illegalFold(op, name, axis.name, Number(value), axis.extent, legal));
  }
  return isFinn && Object.keys(fold).length > 0 ? { ...finnDefaults[model.kind], ...fold } : fold;
}

/** The folding of a graph as a file that `readFolding` and FINN read, with the forms of layers where some are not folded. */
export function writeFolding(
  kernels: readonly NamedKernel[],
  layers: readonly LayerForms[] = [],
): FoldingFile {
  const entries = kernels
    .map(
      ({ op, name, model }) =>
        [name, Object.fromEntries(model.axes(op).map((a) => [a.name, a.value]))] as const,
    )
    .filter(([, fold]) => Object.keys(fold).length > 0);
  const isUsual = layers.every(({ chosen }) => chosen === foldedForm);
  const forms = Object.fromEntries(layers.map(({ layer, chosen }) => [layer, chosen]));
  return { Defaults: {}, ...(isUsual ? {} : { [formsKey]: forms }), ...Object.fromEntries(entries) };
}
