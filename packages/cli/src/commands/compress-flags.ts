import { DiagnosticError } from "@gatefold/core";
import type { Granularity } from "@gatefold/pass-prune";
import { type Calibrator, minMax, mse, percentile } from "@gatefold/pass-quantize";
import type { Command } from "commander";
import type { RewriteOptions } from "../api/float-network.js";
import { defined } from "../defined.js";
import { missingOption } from "../diagnostics.js";
import type { CliIo } from "../io.js";
import {
  collect,
  commonFlags,
  dims,
  type Flags,
  fail,
  flag,
  number,
  type Parser,
  pathAt,
  readOptions,
  whole,
} from "./flags.js";

const calibrators = {
  minmax: minMax,
  percentile: () => percentile(),
  mse,
} as const satisfies Readonly<Record<string, () => Calibrator>>;

const calibrator: Parser<Calibrator> = (text) => {
  const percent = /^percentile:([\d.]+)$/.exec(text)?.[1];
  if (percent !== undefined && Number(percent) >= 50 && Number(percent) <= 100)
    return percentile({ percent: Number(percent) });
  if (Object.hasOwn(calibrators, text)) return calibrators[text as keyof typeof calibrators]();
  return fail("--calibrator", text, "`minmax`, `percentile`, `percentile:` with 50 to 100, or `mse`");
};

const bits = (name: string): Parser<number> =>
  number(name, "a whole number from 2 to 16", (v) => Number.isSafeInteger(v) && v >= 2 && v <= 16);

const share: Parser<number> = number("--sparsity", "a number from 0 to 1", (v) => v >= 0 && v <= 1);

const granularity: Parser<Granularity> = (text) => {
  if (text === "weight" || text === "channel") return { kind: text };
  const block = /^block:([1-9]\d*)x([1-9]\d*)$/.exec(text);
  if (block) return { kind: "block", pe: Number(block[1]), simd: Number(block[2]) };
  const pattern = /^([1-9]\d*):([1-9]\d*)$/.exec(text);
  if (pattern && Number(pattern[1]) <= Number(pattern[2]))
    return { kind: "n-of-m", n: Number(pattern[1]), m: Number(pattern[2]) };
  return fail(
    "--granularity",
    text,
    "`weight`, `channel`, `block:PExSIMD` (block:4x8) or `n:m`, n of m neighbours that stay (2:4)",
  );
};

const scope: Parser<"global" | "layer"> = (text) =>
  text === "global" || text === "layer" ? text : fail("--scope", text, "`global` or `layer`");

/** Flags of both: what network, where to, and what to measure on. */
function rewriteFlags(command: Command): void {
  flag(command, "--data <file[:key]>", "samples to measure the accuracy on, before and after", collect);
  flag(command, "--labels <file[:key]>", "class numbers of these samples");
  flag(
    command,
    "-n, --count <n>",
    "of these samples, how many, evenly spread (default: all)",
    whole("--count", 1),
  );
  flag(command, "--input <spec>", "encoding of an input, [name:]type[:scale=n,zp=n]; repeatable", collect);
  flag(command, "--dim <name=size>", "size of an open dimension; repeatable", dims);
  commonFlags(command);
}

export function quantizeFlags(command: Command): void {
  flag(command, "--calibrate <file[:key]>", "samples that show the ranges; [input=] before it", collect);
  flag(
    command,
    "--calibrate-count <n>",
    "of these, how many, evenly spread (default: 256)",
    whole("--calibrate-count", 1),
  );
  flag(command, "--bits <n>", "bits of weights and activations (default: 8)", bits("--bits"));
  flag(command, "--weight-bits <n>", "bits of weights", bits("--weight-bits"));
  flag(command, "--activation-bits <n>", "bits of activations", bits("--activation-bits"));
  flag(command, "--input-bits <n>", "bits of inputs without an encoding (default: 8)", bits("--input-bits"));
  flag(
    command,
    "--calibrator <name>",
    "ranges of activations: mse (default), minmax, percentile (99.99) or percentile:99.9",
    calibrator,
  );
  flag(command, "--power-of-two", "scales that are powers of two");
  flag(command, "--no-bias-correction", "leaves the means as rounded weights shift them");
  flag(command, "-o, --out <file>", "the QONNX file (default: out/<name of the model>.quantized.onnx)");
  rewriteFlags(command);
}

export function pruneFlags(command: Command): void {
  flag(
    command,
    "--sparsity <share>",
    "share of all weights that become 0, 0 to 1; n:m says it itself",
    share,
  );
  flag(
    command,
    "--granularity <what>",
    "what goes together: weight (default), channel, block:PExSIMD, n:m",
    granularity,
  );
  flag(
    command,
    "--scope <scope>",
    "ranks all layers together, global (default), or each by itself, layer",
    scope,
  );
  flag(command, "--exclude <layer>", "leaves a layer alone, by the name of its node; repeatable", collect);
  flag(command, "-o, --out <file>", "the QONNX file (default: out/<name of the model>.pruned.onnx)");
  rewriteFlags(command);
}

/** The options that both commands share. */
export async function readRewriteOptions(
  io: CliIo,
  flags: Flags,
  out: string,
): Promise<Omit<RewriteOptions, "model">> {
  const { inputs, dims: sizes, handlers, maxElements, plugins, data, labels } = await readOptions(io, flags);
  const path = typeof flags["out"] === "string" ? flags["out"] : out;
  const count = flags["count"] as number | undefined;
  return {
    ...defined({ inputs, dims: sizes, handlers, maxElements, plugins, data, labels, count }),
    out: pathAt(io, path),
  };
}

/** The value of an option that has to be there. Throws `DiagnosticError`. */
export function needed<T>(value: unknown, name: string, command: string, what: string): T {
  if (value === undefined) throw new DiagnosticError([missingOption(name, command, what)]);
  return value as T;
}
