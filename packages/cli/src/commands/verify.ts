import { verify } from "../api/verify.js";
import { exitCodes } from "../exit-codes.js";
import type { CliCommand } from "./command.js";
import { dataFlags, pathAt, pipelineFlags, readOptions, verifyFlags } from "./flags.js";

export const verifyCommand: CliCommand = {
  name: "verify",
  summary: "Network = integers = Verilog, on drawn or given inputs.",
  argument: { name: "model", text: "an ONNX, QONNX or QCDQ file, or .gf text" },
  addFlags: (command) => {
    pipelineFlags(command);
    verifyFlags(command);
    dataFlags(command);
  },
  run: async ({ io, reporter, flags }, model) => {
    const options = { ...(await readOptions(io, flags)), model: pathAt(io, model) };
    const { verification } = await verify({ ...options, onEvent: reporter.onEvent });
    const { difference } = verification;
    if (difference) reporter.diagnostic(difference);
    return {
      exitCode: difference ? exitCodes.difference : exitCodes.ok,
      json: { bitExact: difference === undefined, ...verification },
    };
  },
};
