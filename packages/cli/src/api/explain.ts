import { DiagnosticError } from "@gatefold/core";
import { unknownCode } from "../diagnostics.js";
import { againstExplanations } from "../explain/against.js";
import { cliExplanations } from "../explain/cli.js";
import { compressExplanations } from "../explain/compress.js";
import { coreExplanations } from "../explain/core.js";
import { dataExplanations } from "../explain/data.js";
import { faultExplanations } from "../explain/fault.js";
import { loweringExplanations } from "../explain/lowering.js";
import { onnxExplanations } from "../explain/onnx.js";
import { projectExplanations } from "../explain/projects.js";
import { trainExplanations } from "../explain/train.js";

/** What each diagnostic code of the standard packages means, sorted by code. */
export const explanations: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    ...coreExplanations,
    ...onnxExplanations,
    ...loweringExplanations,
    ...dataExplanations,
    ...trainExplanations,
    ...compressExplanations,
    ...faultExplanations,
    ...projectExplanations,
    ...againstExplanations,
    ...cliExplanations,
  }).sort(([a], [b]) => (a < b ? -1 : 1)),
);

/** What a code, with or without its brackets, means and what to do. Throws `DiagnosticError` (`cli/unknown-code`). */
export function explain(code: string): { readonly code: string; readonly text: string } {
  const plain = code.replace(/^\[|\]$/g, "");
  const text = explanations[plain];
  if (text === undefined) throw new DiagnosticError([unknownCode(plain, Object.keys(explanations))]);
  return { code: plain, text };
}
