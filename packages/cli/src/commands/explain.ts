import { explain, explanations } from "../api/explain.js";
import { exitCodes } from "../exit-codes.js";
import type { CliCommand } from "./command.js";

export const explainCommand: CliCommand = {
  name: "explain",
  summary: "What a diagnostic means and what to do; without a code, all codes.",
  argument: { name: "code", text: "as in brackets at the end of a message: onnx/unknown-op", optional: true },
  addFlags: (command) => void command.option("--json", "the result as JSON on stdout"),
  run: async ({ reporter }, code) => {
    if (code === "") {
      for (const each of Object.keys(explanations)) reporter.line(each);
      return { exitCode: exitCodes.ok, json: explanations };
    }
    const { code: plain, text } = explain(code);
    reporter.line(`${plain}\n\n${text}`);
    return { exitCode: exitCodes.ok, json: { code: plain, text } };
  },
};
