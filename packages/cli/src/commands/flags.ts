import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { DiagnosticError, type PluginInput } from "@gatefold/core";
import { type ImplementationMode, implementationModes, requantizeModes } from "@gatefold/pass-fold";
import { boards, type Vendor, vendors } from "@gatefold/projects";
import { type Command, Option } from "commander";
import type { BuildOptions } from "../api/build.js";
import { simulators } from "../api/simulate-external.js";
import { defined } from "../defined.js";
import { badValue, conflicting } from "../diagnostics.js";
import type { CliIo } from "../io.js";
import { type GatefoldConfig, loadConfig } from "../load/config-file.js";
import { loadPlugin } from "../load/plugin-package.js";
import { loadTargetFile, readJson } from "../load/target-file.js";

/** Options as commander gives them: names in camel case, values as text unless a parser made something of them. */
export type Flags = Readonly<Record<string, unknown>>;

export type Parser<T> = (text: string, previous: T | undefined) => T;

export const fail = (flag: string, text: string, expected: string): never => {
  throw new DiagnosticError([badValue(flag, text, expected)]);
};

export const number =
  (flag: string, expected: string, accepts: (value: number) => boolean): Parser<number> =>
  (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    return accepts(value) ? value : fail(flag, text, expected);
  };

export const positive = (flag: string): Parser<number> =>
  number(flag, "a number above 0", (v) => v > 0 && Number.isFinite(v));
export const whole = (flag: string, least = 0): Parser<number> =>
  number(flag, `a whole number from ${least}`, (v) => Number.isSafeInteger(v) && v >= least);

export const collect: Parser<readonly string[]> = (text, previous = []) => [...previous, text];

export const dims: Parser<Readonly<Record<string, number>>> = (text, previous = {}) => {
  const match = /^(.+)=(\d+)$/.exec(text);
  const size = Number(match?.[2]);
  if (!match || !(size >= 1)) return fail("--dim", text, "name=size, with a whole number from 1");
  return { ...previous, [match[1]!]: size };
};

export const oneOf =
  <T extends string>(flag: string, known: readonly T[]): Parser<T> =>
  (text) =>
    known.find((name) => name === text) ??
    fail(flag, text, `one of ${known.map((name) => `\`${name}\``).join(", ")}`);

const semantics: Parser<"semantics"> = (text) =>
  text === "semantics" ? text : fail("--check", text, "`semantics`");

const vendor: Parser<readonly Vendor[]> = (text, previous = []) => [
  ...previous,
  oneOf("--vendor", vendors)(text, undefined),
];

const form: Parser<Readonly<Record<string, string>>> = (text, previous = {}) => {
  const [, layer, name] = /^(.+)=([^=]+)$/.exec(text) ?? [];
  if (layer === undefined || name === undefined) return fail("--form", text, "layer=form");
  const other = previous[layer] ?? name;
  if (other !== name) throw new DiagnosticError([conflicting(`--form ${layer}=${other}`, `--form ${text}`)]);
  return { ...previous, [layer]: name };
};

/** Adds an option whose value a parser reads. */
export function flag<T>(command: Command, names: string, text: string, parser?: Parser<T>): void {
  const option = new Option(names, text);
  if (parser) option.argParser<T>((value, previous) => parser(value, previous as T | undefined));
  command.addOption(option);
}

/** Flags of every command. */
export function commonFlags(command: Command): void {
  flag(
    command,
    "--config <file>",
    "configuration file (default: gatefold.config.ts or .js, where there is one)",
  );
  flag(command, "--plugin <package>", "adds a plugin; repeatable", collect);
  flag(command, "--json", "the result as JSON on stdout, and nothing else there");
}

/** Flags of every command that compiles a model. */
export function pipelineFlags(command: Command): void {
  flag(command, "--input <spec>", "encoding of an input, [name:]type[:scale=n,zp=n]; repeatable", collect);
  flag(command, "--dim <name=size>", "size of an open dimension; repeatable", dims);
  flag(command, "--target <name>", "device, or a board's JSON file (default: ice40-hx8k)");
  flag(command, "--fps <n>", "inferences a second to reach (default: 1000)", positive("--fps"));
  flag(command, "--cycles <n>", "cycles an inference to reach, instead of a rate", whole("--cycles", 1));
  flag(
    command,
    "--budget <share>",
    "share of the device to stay within, 0 to 1; without a rate, the fastest folding that fits",
    positive("--budget"),
  );
  flag(
    command,
    "--latency-ns <ns>",
    "nanoseconds from the first input beat to the last output beat to stay within, at least cost",
    positive("--latency-ns"),
  );
  flag(
    command,
    "--implementation <how>",
    "layers as spatial circuits, a vector a cycle: auto (where cheaper, default), folded (none), spatial (all)",
    oneOf("--implementation", implementationModes),
  );
  flag(command, "--spatial", "every layer as a spatial circuit: --implementation spatial");
  flag(
    command,
    "--form <layer=form>",
    "how one layer is built: folded, table, adder-graph; repeatable",
    form,
  );
  flag(command, "--clock <MHz>", "clock (default: the target's)", positive("--clock"));
  flag(command, "--folding <file>", "folding JSON, Gatefold's or FINN's; wins over the choice");
  flag(
    command,
    "--tables <how>",
    "truth tables of spatial circuits: luts, mapped here (default), or readable case statements",
    oneOf("--tables", ["luts", "case"]),
  );
  flag(
    command,
    "--requantize <how>",
    "codes of uniform quantizers by a multiplication: auto (where cheaper, default), always-if-exact, never",
    oneOf("--requantize", requantizeModes),
  );
  flag(command, "--check <what>", "`semantics`: tests each pass's promise by evaluation", semantics);
  flag(command, "--dump <folder>", "writes the module after each pass that changed it");
  commonFlags(command);
}

/** Flags that say what a network runs on. */
export function dataFlags(command: Command): void {
  flag(
    command,
    "--data <file[:key]>",
    "samples: npy, npz, idx, csv, also in gzip; [input=] before it",
    collect,
  );
  flag(command, "--labels <file[:key]>", "class numbers of the samples, for the accuracy");
  flag(command, "--seed <n>", "seed of drawn inputs and stalls (default: 1)", whole("--seed"));
  flag(command, "--stalls", "simulates once more with random stalls on every stream");
}

export function verifyFlags(command: Command): void {
  flag(
    command,
    "--verify <n>",
    "inputs for network = integers, 0 for none (default: 1000, fewer for large networks)",
    whole("--verify"),
  );
  flag(
    command,
    "--rtl-verify <n>",
    "of these, inputs for the Verilog, 0 for none (default: 50, fewer for long ones)",
    whole("--rtl-verify"),
  );
}

export function buildFlags(command: Command): void {
  flag(command, "-o, --out <folder>", "the output folder (default: out/<name of the model>)");
  flag(command, "--force", "replaces a folder that Gatefold did not write");
  flag(command, "--no-synth", "leaves synthesis out");
  flag(command, "--vcd", "adds waves of two inferences, sim/waves.vcd");
  const known = boards.map(({ name }) => name).join(", ");
  flag(command, "--board <name>", `adds the circuit behind a board's serial line: ${known}`);
  flag(command, "--baud <n>", "bits a second of the serial line (default: 1000000)", whole("--baud", 1200));
  flag(command, "--vendor <name>", `adds a project for ${vendors.join(", ")}; repeatable`, vendor);
  flag(command, "--hls", "adds the circuit as C++ for Vitis HLS, in hls/");
  flag(command, "--writable-weights", "lets the host write the weights of folded layers, over AXI4-Lite");
}

export function simulateFlags(command: Command): void {
  flag(command, "-n, --count <n>", "inferences (default: 10)", whole("--count", 1));
  flag(command, "--vcd <file>", "writes the waves");
  flag(
    command,
    "--simulator <name>",
    "embedded (default); icarus or verilator, where installed, run the emitted test bench",
    oneOf("--simulator", simulators),
  );
}

/** Flags of `train`; what a training is stands in its configuration. */
export function trainFlags(command: Command): void {
  flag(command, "-o, --out <folder>", "folder of the run (default: runs/<name of the configuration>)");
  flag(command, "--seed <n>", "seed of everything drawn; wins over the configuration", whole("--seed"));
  flag(command, "--epochs <n>", "epochs of each round; wins over the configuration", whole("--epochs", 1));
  flag(command, "--threads <n>", "threads; the results do not depend on them", whole("--threads", 1));
  flag(command, "--resume", "goes on with the run in the folder");
  flag(command, "--force", "replaces what is in the folder");
  flag(command, "--json", "the result as JSON on stdout, and nothing else there");
}

/** A path as the user means it, seen from the process's own folder. */
export function pathAt(io: CliIo, path: string): string {
  return isAbsolute(path) || io.cwd === process.cwd() ? path : join(io.cwd, path);
}

/** A `[input=]file[:key]` as the user means it. */
export function dataAt(io: CliIo, spec: string): string {
  const at = spec.indexOf("=");
  const [name, file] =
    at > 0 && !existsSync(pathAt(io, spec)) ? [spec.slice(0, at + 1), spec.slice(at + 1)] : ["", spec];
  return name + pathAt(io, file);
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function implementationOf(flags: Flags): ImplementationMode | undefined {
  const how = flags["implementation"] as ImplementationMode | undefined;
  if (flags["spatial"] !== true || how === "spatial") return flags["spatial"] === true ? "spatial" : how;
  if (how !== undefined) throw new DiagnosticError([conflicting("--spatial", `--implementation ${how}`)]);
  return "spatial";
}

/** What the flags say, in the words of the API. */
function optionsOf(io: CliIo, flags: Flags): GatefoldConfig {
  const path = (value: unknown): string | undefined =>
    typeof value === "string" ? pathAt(io, value) : undefined;
  const target = text(flags["target"]);
  const folding = path(flags["folding"]);
  return defined({
    inputs: flags["input"],
    dims: flags["dim"],
    target: target?.endsWith(".json") ? loadTargetFile(pathAt(io, target)) : target,
    fps: flags["fps"],
    cycles: flags["cycles"],
    budgetShare: flags["budget"],
    latencyNs: flags["latencyNs"],
    implementation: implementationOf(flags),
    implementationOf: flags["form"],
    clockMhz: flags["clock"],
    folding: folding === undefined ? undefined : readJson(folding, "folding"),
    requantize: flags["requantize"],
    tables: flags["tables"],
    board: flags["board"],
    baud: flags["baud"],
    vendors: flags["vendor"],
    hls: flags["hls"],
    writableWeights: flags["writableWeights"],
    check: flags["check"],
    dump: path(flags["dump"]),
    data: (flags["data"] as readonly string[] | undefined)?.map((spec) => dataAt(io, spec)),
    labels: path(flags["labels"]),
    seed: flags["seed"],
    stalls: flags["stalls"],
    verify: flags["verify"],
    rtlVerify: flags["rtlVerify"],
    force: flags["force"],
    // commander gives `true` where --no-synth is not there, which must not win over a configuration
    synth: flags["synth"] === false ? false : undefined,
  }) as GatefoldConfig;
}

/**
 * The options of a call: the configuration's, overruled by the flags, with the plugins of both. A rate on the command line
 * puts aside the configuration's cycles, and the other way round.
 */
export async function readOptions(io: CliIo, flags: Flags): Promise<Omit<BuildOptions, "model">> {
  const config = await loadConfig(text(flags["config"]), io.cwd);
  const own = optionsOf(io, flags);
  const names = (flags["plugin"] as readonly string[] | undefined) ?? [];
  const plugins: PluginInput[] = [...(config.plugins ?? [])];
  for (const name of names) plugins.push(await loadPlugin(name, io.cwd));
  const base: Record<string, unknown> = { ...config };
  if (own.cycles !== undefined) delete base["fps"];
  if (own.fps !== undefined) delete base["cycles"];
  return { ...base, ...own, plugins };
}
