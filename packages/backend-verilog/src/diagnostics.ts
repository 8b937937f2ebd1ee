import { type Diagnostic, diagnostic, type Op } from "@gatefold/core";

export const noVerilog = (op: Op): Diagnostic =>
  diagnostic("verilog/no-kernel", `\`${op.def.name}\` has no Verilog form.`, {
    loc: op.loc,
    hint: "attach a `verilog.kernel` model to the op in a plugin",
  });

export const constantWeights = (op: Op, name: string, why: string): Diagnostic =>
  diagnostic(
    "verilog/constant-weights",
    `The weights of \`${name}\` stay constants of the circuit: ${why}.`,
    {
      severity: "warning",
      loc: op.loc,
      hint: "fold the layer further, so that it reads its weights from a memory; or build without writable weights",
    },
  );

export const noWritableWeights = (top: string): Diagnostic =>
  diagnostic(
    "verilog/no-writable-weights",
    `\`${top}\` has no weights in memories, so none can be writable.`,
    {
      hint: "fold the layers, with fewer PE or SIMD than the weights are, or build without writable weights",
    },
  );

export const notHardware = (op: Op): Diagnostic =>
  diagnostic(
    "verilog/not-hardware",
    `\`${op.def.name}\` is not a streaming kernel; there is nothing to emit yet.`,
    {
      loc: op.loc,
      hint: "run the pipeline to its end: the `fold` plugin makes kernels",
    },
  );
