import { type Diagnostic, diagnostic, type Op } from "@gatefold/core";

export const noHls = (op: Op): Diagnostic =>
  diagnostic("hls/no-kernel", `\`${op.def.name}\` has no C++ form.`, {
    loc: op.loc,
    hint: "attach an `hls.kernel` model to the op in a plugin",
  });

export const notHardware = (op: Op): Diagnostic =>
  diagnostic(
    "hls/not-hardware",
    `\`${op.def.name}\` is not a streaming kernel; there is nothing to emit yet.`,
    {
      loc: op.loc,
      hint: "run the pipeline to its end: the `fold` plugin makes kernels",
    },
  );
