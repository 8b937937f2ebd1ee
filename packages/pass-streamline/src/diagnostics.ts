import { type Diagnostic, diagnostic, type Op } from "@gatefold/core";
import type { HostFact } from "./fact.js";

export const unsupported = (op: Op, cause: HostFact): Diagnostic =>
  diagnostic("streamline/unsupported", `\`${op.def.name}\` cannot run on the device: ${cause.reason}.`, {
    loc: op.loc,
    notes:
      cause.op === op
        ? []
        : [
            `the reason lies at \`${cause.op.def.name}\`${cause.op.loc.node === undefined ? "" : ` (node ${cause.op.loc.node})`}`,
          ],
    ...(cause.hint === undefined ? {} : { hint: cause.hint }),
  });

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
    `\`${op.def.name}\` has weights that are not integers times a scale.`,
    {
      loc: op.loc,
      hint: "quantize the weights in training (QONNX Quant on the weight), or export them as integers",
    },
  );

export const badParameter = (op: Op, what: string, value: number): Diagnostic =>
  diagnostic("streamline/bad-parameter", `\`${op.def.name}\` has ${what} of ${value}.`, {
    loc: op.loc,
    hint: "a scale is a finite number other than zero; re-export the network",
  });

export const tooWide = (op: Op, levels: number): Diagnostic =>
  diagnostic(
    "streamline/not-monotone",
    `\`${op.def.name}\` ends a function of ${levels} integers that is not monotone; that is too many to tabulate.`,
    { loc: op.loc, hint: "quantize before the non-monotone activation, or use a monotone one" },
  );

export const wideAccumulator = (op: Op, widthBits: number): Diagnostic =>
  diagnostic(
    "streamline/accumulator-too-wide",
    `\`${op.def.name}\` needs an accumulator of ${widthBits} bits; the limit is 53.`,
    {
      loc: op.loc,
      hint: "use fewer bits for its weights or its input",
    },
  );

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

export const nothingLeft = (): Diagnostic =>
  diagnostic("streamline/nothing-to-build", "The network has no op that can run on the device.", {
    hint: "the network needs quantized weights and activations; see `gatefold inspect`",
  });
