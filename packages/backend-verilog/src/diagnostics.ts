import { type Diagnostic, diagnostic, type Op } from "@gatefold/core";

export const noVerilog = (op: Op): Diagnostic =>
  diagnostic("verilog/no-kernel", `\`${op.def.name}\` has no Verilog form.`, {
    loc: op.loc,
    hint: "attach a `verilog.kernel` model to the op in a plugin",
  });

export const notHardware = (op: Op): Diagnostic =>
  diagnostic(
    "verilog/not-hardware",
    `\`${op.def.name}\` is not a streaming kernel; there is nothing to emit yet.`,
    {
      loc: op.loc,
      hint: "run the pipeline to its end: the `fold` plugin makes kernels",
    },
  );
