import type { FoldChange } from "@gatefold/pass-fold";
import type { LayerReport } from "@gatefold/report";
import { formSentence } from "../print/forms.js";
import { addedResources, foldText } from "../print/next-step.js";
import { counted, grouped } from "../print/numbers.js";
import { type Estimate, estimate } from "./estimate.js";
import type { PipelineOptions } from "./options.js";

/** What sets the rate of a network, and what more would cost. */
export interface RateExplanation
  extends Pick<Estimate, "target" | "clockMhz" | "bottleneck" | "nextStep" | "implementations"> {
  readonly intervalCycles: number;
  readonly inferencesPerSecond: number;
  /** The slowest kernel. */
  readonly kernel: LayerReport | undefined;
  /** Other kernels that take at least nine tenths of its cycles. */
  readonly near: readonly string[];
  /** The same in sentences. */
  readonly text: string;
}

/** Share of the slowest kernel's cycles from which on a kernel is near it. */
const nearShare = 0.9;

/** Says which kernel sets the rate and what the next step up would cost. Emits nothing. Throws `DiagnosticError`. */
export async function explainRate(options: PipelineOptions): Promise<RateExplanation> {
  const { target, clockMhz, bottleneck, nextStep, ...result } = await estimate(options);
  const intervalCycles = result.intervalCycles.value;
  const kernel = result.layers.find(({ name }) => name === bottleneck);
  const near = result.layers
    .filter(({ name, intervalCycles: own }) => name !== bottleneck && own.value >= nearShare * intervalCycles)
    .map(({ name }) => name);
  const said = {
    target,
    clockMhz,
    bottleneck,
    nextStep,
    intervalCycles,
    inferencesPerSecond: result.inferencesPerSecond.value,
    kernel,
    near,
    implementations: result.implementations,
  };
  return { ...said, text: sentences(said).join("\n") };
}

function sentences(said: Omit<RateExplanation, "text">): readonly string[] {
  const { kernel, bottleneck, intervalCycles, inferencesPerSecond, clockMhz, near, nextStep } = said;
  const node = kernel?.node === undefined ? "" : ` (node ${kernel.node})`;
  const fold = foldText(kernel?.fold ?? {});
  return [
    `${bottleneck}${node} sets the rate: ${fold === "" ? "it" : `with ${fold} it`} takes ${counted(intervalCycles, "cycle")} an inference, ` +
      `${grouped(Math.floor(inferencesPerSecond))} inferences/s at ${grouped(clockMhz, 3)} MHz.`,
    near.length === 0
      ? "No other kernel takes nine tenths of that."
      : `At least nine tenths of that take ${near.join(", ")}.`,
    ...(nextStep ? stepSentences(nextStep) : ["No folding is faster: every kernel that could be wider is."]),
    ...said.implementations.map(formSentence),
  ];
}

function stepSentences(step: NonNullable<RateExplanation["nextStep"]>): readonly string[] {
  const added = addedResources(step);
  const change = ({ name, from, to }: FoldChange): string =>
    `  ${name}: ${foldText(from)} to ${foldText(changed(from, to))}`;
  return [
    `The next step up is ${grouped(Math.floor(step.inferencesPerSecond))} inferences/s, ${counted(step.intervalCycles, "cycle")} an inference. ` +
      `It costs ${added.length > 0 ? added.join(", ") : "nothing that the cost rules know"}, and changes`,
    ...step.changes.map(change),
    `Ask for it: --cycles ${step.intervalCycles}`,
  ];
}

/** The axes that change. */
function changed(
  from: Readonly<Record<string, number>>,
  to: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(to).filter(([axis, value]) => from[axis] !== value));
}
