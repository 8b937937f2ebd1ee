import {
  DiagnosticError,
  isInt,
  numbers,
  printType,
  product,
  type Tensor,
  type ValueType,
} from "@gatefold/core";
import { noClasses } from "../diagnostics.js";

/**
 * The class of each sample of a frame: a lone integer is the class, several numbers are scores of which the highest
 * wins, the lowest index among equals. Throws `DiagnosticError` (`cli/no-classes`) for anything else.
 */
export function classesOf(
  outputs: readonly Tensor[],
  declared: readonly { readonly name?: string | undefined; readonly type: ValueType }[],
  samplesPerFrame: number,
): readonly number[] {
  const [output] = outputs;
  const perSample = output ? product(output.shape) / samplesPerFrame : 0;
  const usable = outputs.length === 1 && Number.isInteger(perSample) && perSample >= 1;
  if (!output || !usable || (perSample === 1 && !isInt(output.elem))) {
    const [first] = declared;
    throw new DiagnosticError([noClasses(first?.name ?? "", first ? printType(first.type) : "none")]);
  }
  const data = numbers(output);
  return Array.from({ length: samplesPerFrame }, (_, sample) => {
    const start = sample * perSample;
    if (perSample === 1) return data[start]!;
    let best = 0;
    for (let i = 1; i < perSample; i++) if (data[start + i]! > data[start + best]!) best = i;
    return best;
  });
}
