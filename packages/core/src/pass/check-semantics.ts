import type { Diagnostic } from "../diag/diagnostic.js";
import { inputTypeChanged, semanticsBroken, semanticsUnchecked } from "../diagnostics.js";
import { EvaluateError, evaluateModule } from "../eval/evaluate.js";
import { isInt } from "../ir/elem.js";
import type { Module } from "../ir/module.js";
import type { Tensor } from "../ir/tensor-data.js";
import { printType, sameShape, type ValueType } from "../ir/type.js";
import { type DrawOptions, drawInputs } from "./draw-inputs.js";
import type { Pass, Semantics } from "./pass.js";

/** Reals of a bit-exact pass agree within this, relative to the larger: regrouped float64 scales differ in the last places. */
export const bitExactRelative = 1e-9;

export interface CheckOptions extends Partial<DrawOptions> {
  /** Rows to evaluate instead of drawn ones; each has one tensor per network input. */
  readonly inputs?: readonly (readonly Tensor[])[];
}

type Element = number | bigint;

function agrees(a: Element, b: Element, exact: boolean, semantics: Semantics): boolean {
  if (typeof a === "bigint" && typeof b === "bigint") {
    if (a === b) return true;
    return typeof semantics === "object" && Number(a > b ? a - b : b - a) <= semantics.maxAbsError;
  }
  const [x, y] = [Number(a), Number(b)];
  if (x === y || (Number.isNaN(x) && Number.isNaN(y))) return true;
  if (typeof semantics === "object") return Math.abs(x - y) <= semantics.maxAbsError;
  return !exact && Math.abs(x - y) <= bitExactRelative * Math.max(Math.abs(x), Math.abs(y));
}

/** Where `after` breaks the promise, in words; `undefined` when it keeps it. */
export function compareTensors(before: Tensor, after: Tensor, semantics: Semantics): string | undefined {
  if (!sameShape(before.shape, after.shape)) return `has shape [${after.shape}], and had [${before.shape}]`;
  const exact = isInt(before.elem) || isInt(after.elem);
  const [was, is] = [before.data, after.data];
  let count = 0;
  let first = -1;
  for (let i = 0; i < was.length; i++) {
    if (agrees(was[i]!, is[i]!, exact, semantics)) continue;
    if (first < 0) first = i;
    count++;
  }
  if (first < 0) return undefined;
  const more = count > 1 ? `, and ${count - 1} more of ${was.length} elements differ` : "";
  return `element ${first} is ${is[first]} and was ${was[first]}${more}`;
}

function inputTypesDiffer(before: Module, after: Module): string | undefined {
  const was = (before.head ?? before.main).inputs;
  const is = (after.head ?? after.main).inputs;
  // A stream is the same tensor in motion: only what the elements are and how they lie counts.
  const same = was.length === is.length && was.every((v, i) => sameFrame(v.type, is[i]!.type));
  const print = (values: typeof was): string => `(${values.map((v) => printType(v.type)).join(", ")})`;
  return same ? undefined : `${print(was)} became ${print(is)}`;
}

function tryEvaluate(module: Module, inputs: readonly Tensor[]): readonly Tensor[] | EvaluateError {
  try {
    return evaluateModule(module, inputs);
  } catch (error) {
    if (error instanceof EvaluateError) return error;
    throw error;
  }
}

/**
 * Evaluates a module before and after a pass, network inputs to network outputs, and says where the pass breaks
 * its promise. What cannot be evaluated is a note, never a silent pass.
 */
export function checkSemantics(
  pass: Pass,
  before: Module,
  after: Module,
  options: CheckOptions = {},
): readonly Diagnostic[] {
  const types = inputTypesDiffer(before, after);
  if (types !== undefined) return [inputTypeChanged(pass.name, types)];
  if (pass.semantics === "changes-numerics") return [];
  const seed = options.seed ?? 1;
  const rows = options.inputs ?? drawInputs(before, { rows: 16, ...options, seed });
  const broken: string[] = [];
  let failed = 0;
  for (const [row, inputs] of rows.entries()) {
    const was = tryEvaluate(before, inputs);
    if (was instanceof EvaluateError) return [semanticsUnchecked(pass.name, `before it, ${was.message}`)];
    const is = tryEvaluate(after, inputs);
    if (is instanceof EvaluateError) {
      if (!is.op.def.evaluate) return [semanticsUnchecked(pass.name, `after it, ${is.message}`)];
      failed++;
      broken.push(`row ${row}: evaluation stops: ${is.message}`);
      continue;
    }
    const found = was.flatMap((tensor, i) => {
      const why = is[i] ? compareTensors(tensor, is[i], pass.semantics) : "is gone";
      return why === undefined ? [] : [`row ${row}: output ${i} ${why}`];
    });
    if (is.length > was.length)
      found.push(`row ${row}: there are ${is.length} outputs, and were ${was.length}`);
    if (found.length > 0) failed++;
    broken.push(...found);
  }
  return failed === 0
    ? []
    : [semanticsBroken(pass.name, pass.semantics, failed, rows.length, broken.slice(0, 4), seed)];
}

function sameFrame(a: ValueType, b: ValueType): boolean {
  return a.elem === b.elem && sameShape(a.shape, b.shape);
}
