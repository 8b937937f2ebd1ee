import { type InspectResult, inspect } from "../api/inspect.js";
import { exitCodes } from "../exit-codes.js";
import { counted, grouped } from "../print/numbers.js";
import type { Reporter } from "../print/reporter.js";
import { table } from "../print/table.js";
import type { CliCommand } from "./command.js";
import { pathAt, pipelineFlags, readOptions } from "./flags.js";

function print(result: InspectResult, { line, diagnostic }: Reporter): void {
  const { coverage, ops } = result;
  const total = Object.values(ops).reduce((sum, count) => sum + count, 0);
  line(`${result.file}`);
  for (const { name, type } of result.inputs) line(`  input       ${name}  ${type}`);
  for (const { name, type } of result.outputs) line(`  output      ${name}  ${type}`);
  line(`  parameters  ${grouped(result.parameterCount)}`);
  line(`  ops         ${grouped(total)}`);
  const rows = Object.entries(ops).map(([name, count]) => [name, String(count)]);
  if (rows.length > 0) for (const row of table(["op", "count"], rows)) line(`    ${row}`);
  if (coverage && coverage.entries.length > 0) {
    line(`  coverage    ${grouped(coverage.mappedCount)} of ${counted(coverage.entries.length, "node")}`);
    const missing = coverage.entries.filter((entry) => entry.status !== "mapped");
    const cells = missing.map((e) => [
      e.node,
      `${e.op} of ${e.domain || "ai.onnx"} ${e.opset}`,
      e.status,
      e.reason ?? "",
    ]);
    if (cells.length > 0) for (const row of table(["node", "op", "status", "why"], cells)) line(`    ${row}`);
  }
  const errors = result.diagnostics.filter((d) => d.severity === "error").length;
  line(`  buildable   ${result.buildable ? "yes" : `no, for ${counted(errors, "reason")}`}`);
  for (const each of result.diagnostics) diagnostic(each);
}

export const inspectCommand: CliCommand = {
  name: "inspect",
  summary: "What stands in a model, and whether and why not it can be built.",
  argument: { name: "model", text: "an ONNX, QONNX or QCDQ file, or .gf text" },
  addFlags: pipelineFlags,
  run: async ({ io, reporter, flags }, model) => {
    const result = await inspect({ ...(await readOptions(io, flags)), model: pathAt(io, model) });
    print(result, reporter);
    return { exitCode: result.buildable ? exitCodes.ok : exitCodes.refused, json: result };
  },
};
