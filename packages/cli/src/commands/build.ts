import { basename, extname } from "node:path";
import { build } from "../api/build.js";
import { exitCodes } from "../exit-codes.js";
import type { CliCommand } from "./command.js";
import { buildFlags, dataFlags, pathAt, pipelineFlags, readOptions, verifyFlags } from "./flags.js";

/** `out/digits` for `models/digits.onnx`, `out/net` for `net.json.gz`: outputs of several models do not replace each other. */
function defaultOut(model: string): string {
  const plain = basename(model, ".gz");
  return `out/${basename(plain, extname(plain))}`;
}

export const buildCommand: CliCommand = {
  name: "build",
  summary: "A model becomes verified and synthesised Verilog in a folder.",
  argument: { name: "model", text: "an ONNX, QONNX or QCDQ file, .gf text, or JSON of truth tables" },
  addFlags: (command) => {
    buildFlags(command);
    pipelineFlags(command);
    verifyFlags(command);
    dataFlags(command);
  },
  run: async ({ io, reporter, flags, argv }, model) => {
    const options = await readOptions(io, flags);
    const out = typeof flags["out"] === "string" ? flags["out"] : (options.out ?? defaultOut(model));
    const result = await build({
      ...options,
      model: pathAt(io, model),
      out: pathAt(io, out),
      vcd: flags["vcd"] === true || options.vcd === true,
      command: ["gatefold", ...argv],
      onEvent: reporter.onEvent,
    });
    return { exitCode: exitCodes.ok, json: { out, report: result.report } };
  },
};
