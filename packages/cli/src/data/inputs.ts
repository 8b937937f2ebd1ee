import { DiagnosticError, type InputDomain, type Module } from "@gatefold/core";
import { type DataOptions, defaults } from "../api/options.js";
import { dataCount, labelCount, labelsNeedData, unknownInput } from "../diagnostics.js";
import { loadDataset } from "./dataset.js";
import { drawRows, type Rows, rowsOf } from "./rows.js";

export interface Samples {
  readonly rows: Rows;
  /** Class numbers, one a sample; absent without `--labels`. */
  readonly labels: readonly number[] | undefined;
}

/** `x=file` → input and file, when there is an input `x`. */
function splitInput(spec: string, names: readonly string[]): readonly [string | undefined, string] {
  const at = spec.indexOf("=");
  const name = spec.slice(0, Math.max(0, at));
  return at > 0 && names.includes(name) ? [name, spec.slice(at + 1)] : [undefined, spec];
}

/** The files for the network's inputs, in the order of the inputs. */
function filesFor(network: Module, specs: readonly string[]): readonly string[] {
  const names = network.main.inputs.map((input) => input.name ?? "");
  const given = specs.map((spec) => splitInput(spec, names));
  if (given.length !== names.length) throw new DiagnosticError([dataCount(given.length, names)]);
  const unnamed = given.filter(([name]) => name === undefined).map(([, file]) => file);
  const files = names.map((name) => given.find(([n]) => n === name)?.[1] ?? unnamed.shift());
  const missing = names.filter((_, i) => files[i] === undefined);
  if (missing.length > 0) throw new DiagnosticError([unknownInput(missing)]);
  return files as readonly string[];
}

/** What a network is to run on: the given files, else `count` drawn frames. Throws `DiagnosticError`. */
export function samplesFor(
  network: Module,
  options: DataOptions,
  count: number,
  domains?: readonly (InputDomain | undefined)[],
): Samples {
  const specs = typeof options.data === "string" ? [options.data] : (options.data ?? []);
  if (specs.length === 0) {
    if (options.labels !== undefined) throw new DiagnosticError([labelsNeedData()]);
    const seed = options.seed ?? defaults.seed;
    return { rows: drawRows(network, { count, seed, domains }), labels: undefined };
  }
  const rows = rowsOf(network, filesFor(network, specs).map(loadDataset));
  if (options.labels === undefined) return { rows, labels: undefined };
  const { name, array } = loadDataset(options.labels);
  const samples = rows.count * rows.samplesPerFrame;
  if (array.data.length !== samples)
    throw new DiagnosticError([labelCount(name, array.data.length, samples)]);
  return { rows, labels: Array.from(array.data as ArrayLike<number | bigint>, Number) };
}
