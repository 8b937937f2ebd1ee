import { existsSync } from "node:fs";
import { explain, explanations } from "../api/explain.js";
import { explainRate } from "../api/explain-rate.js";
import { exitCodes } from "../exit-codes.js";
import type { CliCommand } from "./command.js";
import { pathAt, pipelineFlags, readOptions } from "./flags.js";

export const explainCommand: CliCommand = {
  name: "explain",
  summary:
    "What a diagnostic means and what to do, or what sets the rate of a model; without either, all codes.",
  argument: {
    name: "code",
    text: "as in brackets at the end of a message: onnx/unknown-op; or a model's file",
    optional: true,
  },
  addFlags: pipelineFlags,
  run: async ({ io, reporter, flags }, code) => {
    if (code === "") {
      for (const each of Object.keys(explanations)) reporter.line(each);
      return { exitCode: exitCodes.ok, json: explanations };
    }
    const model = pathAt(io, code);
    if (/\.(onnx|gf)$/.test(code) || existsSync(model)) {
      const { onEvent } = reporter;
      const { text, ...rest } = await explainRate({ ...(await readOptions(io, flags)), model, onEvent });
      reporter.line(`\n${text}`);
      return { exitCode: exitCodes.ok, json: { ...rest, text } };
    }
    const { code: plain, text } = explain(code);
    reporter.line(`${plain}\n\n${text}`);
    return { exitCode: exitCodes.ok, json: { code: plain, text } };
  },
};
