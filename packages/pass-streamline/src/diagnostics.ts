import { type Diagnostic, diagnostic, type Op, type Value } from "@gatefold/core";
import type { HostFact } from "./fact.js";

// All the words that this package says, sorted by code.

const nodeText = (op: Op): string =>
  `\`${op.def.name}\`${op.loc.node === undefined ? "" : ` (node ${op.loc.node})`}`;

export const wideAccumulator = (op: Op, widthBits: number): Diagnostic =>
  diagnostic(
    "streamline/accumulator-too-wide",
    `\`${op.def.name}\` needs an accumulator of ${widthBits} bits; the limit is 53.`,
    { loc: op.loc, hint: "use fewer bits for its weights or its input" },
  );

export const badParameter = (op: Op, name: string, value: number): Diagnostic =>
  diagnostic("streamline/bad-parameter", `\`${op.def.name}\` has a \`${name}\` of ${value}.`, {
    loc: op.loc,
    hint: "train and export the network again; its parameters are finite, and a scale is not 0",
  });

export const nearTies = (op: Op, count: number, total: number): Diagnostic =>
  diagnostic(
    "streamline/near-tie",
    `${count} of ${total} thresholds of \`${op.def.name}\` lie within float32 rounding noise of a tie.`,
    {
      loc: op.loc,
      severity: "note",
      notes: [
        "thresholds are decided in float64; a float32 execution of the network may give the next code there",
      ],
    },
  );

export const notMonotone = (op: Op, levels: number): Diagnostic =>
  diagnostic(
    "streamline/not-monotone",
    `\`${op.def.name}\` ends a function of ${levels} integers that is not monotone; that is too many to tabulate.`,
    { loc: op.loc, hint: "quantize before the non-monotone activation, or use a monotone one" },
  );

export const nothingLeft = (): Diagnostic =>
  diagnostic("streamline/nothing-to-build", "The network has no op that can run on the device.", {
    hint: "quantize its weights and activations in training; `gatefold inspect` shows which are",
  });

export const outputNeedsInput = (output: Value): Diagnostic =>
  diagnostic(
    "streamline/output-needs-input",
    `Output \`${output.name ?? "?"}\` needs a real network input again, after the device.`,
    {
      loc: output.op?.loc ?? {},
      hint: "compute that output apart from the network, or give the input an encoding",
    },
  );

export const tooManyThresholds = (op: Op, count: number): Diagnostic =>
  diagnostic(
    "streamline/too-many-thresholds",
    `\`${op.def.name}\` tells ${count + 1} codes apart, each by a threshold a channel; that is too many.`,
    { loc: op.loc, hint: "quantize it to fewer bits" },
  );

export const unboundedOperand = (op: Op, input: string): Diagnostic =>
  diagnostic(
    "streamline/unbounded-operand",
    `\`${op.def.name}\` reads a float value that no quantizer bounds.`,
    {
      loc: op.loc,
      notes: [`the operand comes from graph input \`${input}\`, which has no encoding`],
      hint: `give the input an encoding, e.g. --input ${input}:uint8:scale=1/255, or insert a quantizer in training`,
    },
  );

export const unquantizedWeights = (op: Op): Diagnostic =>
  diagnostic(
    "streamline/unquantized-weights",
    `\`${op.def.name}\` has weights that are not integers times one scale a neuron.`,
    {
      loc: op.loc,
      hint: "quantize the weights in training (QONNX Quant on the weight), or export them as integers",
    },
  );

export const unsupported = (op: Op, cause: HostFact): Diagnostic =>
  diagnostic("streamline/unsupported", `\`${op.def.name}\` cannot run on the device: ${cause.reason}.`, {
    loc: op.loc,
    notes: cause.op === op ? [] : [`the reason lies at ${nodeText(cause.op)}`],
    ...(cause.hint === undefined ? {} : { hint: cause.hint }),
  });

const paddedHint = "train with a padding of −1 (a Pad of −1 before the convolution), which costs no bit";
const surroundedHint =
  'give its input two bits, or none outside: a stride and pads that read no pixel beyond the image, or the option `bipolarPadding: "ternary"`';

export const bipolarPadding = (op: Op, value: number, mayPadBefore = true): Diagnostic =>
  diagnostic(
    "streamline/bipolar-padding",
    `\`${op.def.name}\` pads a bipolar image with ${value}, which is neither −1 nor +1.`,
    {
      loc: op.loc,
      notes: ["one bit holds −1 and +1 only; a third value would make the datapath two bits wide"],
      hint: mayPadBefore ? paddedHint : surroundedHint,
    },
  );

export const unlikeScales = (op: Op, first: number, second: number): Diagnostic =>
  diagnostic(
    "streamline/unlike-scales",
    `\`${op.def.name}\` adds integers of scales ${first} and ${second}, whose ratio is not that of small integers.`,
    {
      loc: op.loc,
      hint: "give both branches one scale in training, or scales whose ratio is a power of two",
    },
  );
