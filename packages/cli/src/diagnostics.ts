import { type Diagnostic, diagnostic } from "@gatefold/core";
import type { Divergence } from "./against/divergence.js";
import { nearest } from "./nearest.js";
import { counted } from "./print/numbers.js";

/** All the words that the command line says, sorted by code. */

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** `did you mean …`, when something is near; what to do otherwise. */
function suggestion(typed: string, names: readonly string[], otherwise: string): string {
  const near = nearest(typed, names);
  return near === undefined ? otherwise : `did you mean \`${near}\`?`;
}

export const againstNeedsModel = (folder: string): Diagnostic =>
  diagnostic(
    "cli/against-needs-model",
    `\`--against onnx\` compares models, and \`${folder}\` is a folder.`,
    {
      hint: "give the ONNX file; a folder is verified with --against rtl or hls",
    },
  );

export const badConfig = (path: string, reason: string): Diagnostic =>
  diagnostic("cli/bad-config", `The configuration \`${path}\` ${reason}.`, {
    hint: "export default defineConfig({ plugins: [ … ] })",
  });

export const badData = (path: string, code: string, reason: string, hint: string): Diagnostic =>
  diagnostic("cli/bad-data", `The data \`${path}\` cannot be used: ${reason.replace(/\.$/, "")}.`, {
    notes: [`refused as ${code}`],
    hint,
  });

export const badJson = (path: string, reason: string): Diagnostic =>
  diagnostic("cli/bad-json", `\`${path}\` is not JSON: ${reason}.`, { hint: "correct the file" });

export const badTarget = (path: string, member: string, expected: string): Diagnostic =>
  diagnostic("cli/bad-target", `The target file \`${path}\`: \`${member}\` has to be ${expected}.`, {
    hint: "see the README of @gatefold/cli for a target file",
  });

export const badTraining = (path: string, reason: string): Diagnostic =>
  diagnostic("cli/bad-training", `The training \`${path}\` ${reason}.`, {
    hint: "export default defineTraining({ model, data, optimizer, epochs, batch })",
  });

export const badValue = (flag: string, value: string, expected: string): Diagnostic =>
  diagnostic("cli/bad-value", `\`${flag}\` is \`${value}\`, and has to be ${expected}.`);

export const builtWithoutHls = (folder: string): Diagnostic =>
  diagnostic("cli/built-without-hls", `\`${folder}\` has no C++ in it.`, {
    hint: "build it again with --hls, or give the model",
  });

export const changedAfterBuild = (folder: string, paths: readonly string[]): Diagnostic =>
  diagnostic("cli/changed-after-build", `In \`${folder}\`, ${list(paths)} changed after it was built.`, {
    severity: "warning",
    notes: ["no tensor differs on these inputs"],
    hint: "build the folder anew, or verify on more inputs: --rtl-verify, --data",
  });

export const configFailed = (path: string, error: unknown): Diagnostic =>
  diagnostic("cli/config-failed", `The configuration \`${path}\` cannot be loaded: ${reasonOf(error)}`, {
    hint: "run it with `node` alone to see where it fails",
  });

export const dataRange = (
  path: string,
  input: string,
  sample: number,
  value: number,
  elem: string,
): Diagnostic =>
  diagnostic(
    "cli/data-range",
    `Sample ${sample} of \`${path}\` holds ${value}, which is no code of input \`${input}\` (${elem}).`,
    { hint: "give the integer codes that the circuit reads, or real values as a float array" },
  );

export const dataNeedsLabels = (): Diagnostic =>
  diagnostic(
    "cli/data-needs-labels",
    "`--data` is given without `--labels`, so that there is no accuracy to measure.",
    {
      hint: "give the class numbers of the samples too: --labels file.npz:label",
    },
  );

export const dataShape = (
  path: string,
  found: readonly number[],
  input: string,
  wanted: readonly number[],
): Diagnostic =>
  diagnostic(
    "cli/data-shape",
    `The data \`${path}\` has shape [${found.join(", ")}], and input \`${input}\` takes samples of shape [${wanted.join(", ")}].`,
    { hint: `give an array of shape [n, ${wanted.join(", ")}]` },
  );

export const difference = (
  claim: string,
  sample: number,
  output: string,
  position: number,
  left: string,
  right: string,
): Diagnostic =>
  diagnostic(
    "cli/verification-difference",
    `${claim} does not hold: sample ${sample}, output \`${output}\`, element ${position} is ${right} and should be ${left}.`,
    {
      notes: ["this is a defect of the compiler or of a plugin, not of the model"],
      hint: "run again with --check semantics to find the pass, and report it with the model",
    },
  );

/** The first tensor in which two executions differ. */
export const diverges = (
  at: Divergence,
  [left, right]: readonly [string, string],
  about: { readonly outputsEqual: boolean; readonly notes: readonly string[]; readonly hint: string },
): Diagnostic => {
  const where = [
    `sample ${at.sample}`,
    ...(at.position.length > 0 ? [`position (${at.position.join(", ")})`] : []),
    `channel ${at.channel}`,
  ].join(", ");
  const value = (v: number | undefined): string => (v === undefined ? "nothing" : String(v));
  const made = at.kernel === "output" ? `output \`${at.tensor}\`` : `\`${at.tensor}\` of ${at.kernel}`;
  const nodes = at.nodes.filter((node) => node !== at.node);
  return diagnostic(
    "cli/divergence",
    `${right} and ${left} differ first in ${made}: ${where} is ${value(at.got)} and should be ${value(at.expected)}.`,
    {
      severity: about.outputsEqual ? "warning" : "error",
      loc: at.node === undefined ? {} : { node: at.node },
      notes: [
        `${at.differingCount} of its ${counted(at.elementCount, "element")} differ, in ${counted(at.differingSamples, "sample")}; all tensors before it are equal`,
        ...(nodes.length > 0 ? [`nodes that make it from equal tensors: ${list(at.nodes)}`] : []),
        about.outputsEqual ? "the outputs are equal on these inputs" : "outputs differ, too",
        ...about.notes,
      ],
      hint: about.hint,
    },
  );
};

export const doesNotFit = (target: string, over: readonly string[]): Diagnostic =>
  diagnostic("cli/does-not-fit", `The circuit does not fit ${target}: ${over.join(", ")}.`, {
    severity: "warning",
    hint: "ask for fewer inferences/s (--fps), or take a larger target",
  });

export const executorRefused = (reason: string): Diagnostic =>
  diagnostic("cli/executor-refused", `The fast executor does not take this network: ${reason}`, {
    severity: "note",
    notes: ["the integers run in the reference evaluator, which is slower"],
  });

export const labelCount = (path: string, found: number, samples: number): Diagnostic =>
  diagnostic("cli/label-count", `\`${path}\` has ${found} labels for ${samples} samples.`, {
    hint: "give one label a sample",
  });

export const faultsNeedLabels = (): Diagnostic =>
  diagnostic("cli/faults-need-labels", "A fault campaign measures accuracy, and there are no labels.", {
    hint: "give labelled samples: --data file.npz:input --labels file.npz:label",
  });

export const faultsNeedOneInput = (count: number): Diagnostic =>
  diagnostic("cli/faults-need-one-input", `The network has ${count} inputs; a fault campaign takes one.`, {
    hint: "run the campaign through `runCampaign` of @gatefold/fault on a part with one input",
  });

export const labelsNeedData = (): Diagnostic =>
  diagnostic("cli/labels-need-data", "`--labels` is given without `--data`.", {
    hint: "give the labelled samples too: --data file.npz:input",
  });

export const boardFixes = (board: string, what: string, asked: string): Diagnostic =>
  diagnostic("cli/board-fixes", `The board \`${board}\` has a ${what}, and \`${asked}\` is given.`, {
    hint: "leave the option out; the board says it",
  });

export const noBitstream = (board: string, family: string): Diagnostic =>
  diagnostic(
    "cli/no-bitstream",
    `No bitstream is made for \`${board}\`: the embedded tools do not place ${family}.`,
    {
      severity: "warning",
      hint: "run `make` in `board/`, with the open tools of the family installed",
    },
  );

export const missedClock = (target: string, wantedMhz: number, foundMhz: number): Diagnostic =>
  diagnostic(
    "cli/missed-clock",
    `The circuit reaches ${foundMhz} MHz on ${target}, and ${wantedMhz} MHz are asked for.`,
    { severity: "warning", hint: `give --clock ${Math.floor(foundMhz)}` },
  );

export const missingArgument = (name: string, command: string): Diagnostic =>
  diagnostic("cli/missing-argument", `\`${command}\` needs <${name}>.`, {
    hint: `see \`${command} --help\``,
  });

export const missingOption = (flag: string, command: string, what: string): Diagnostic =>
  diagnostic("cli/missing-option", `\`${command}\` needs \`${flag}\`: ${what}.`, {
    hint: command.startsWith("--")
      ? `give \`${flag}\`, or leave \`${command}\` out`
      : `see \`${command} --help\``,
  });

export const missingValue = (flag: string): Diagnostic =>
  diagnostic("cli/missing-value", `\`${flag}\` needs a value.`, { hint: "see `gatefold --help`" });

export const noBlif = (path: string, reason: string): Diagnostic =>
  diagnostic("cli/no-blif", `The network of \`${path}\` has no BLIF: ${reason.replace(/\.$/, "")}.`, {
    hint: "leave `--blif` out, or give tables of fewer bits",
  });

export const noClasses = (output: string, type: string): Diagnostic =>
  diagnostic("cli/no-classes", `Output \`${output}\` (${type}) gives no class to compare with a label.`, {
    hint: "leave `--labels` out; accuracy needs one output of scores or of class numbers",
  });

export const noDesign = (path: string): Diagnostic =>
  diagnostic("cli/no-design", `\`${path}\` holds no Verilog that can be run.`, {
    hint: "build with a Verilog backend among the plugins",
  });

export const noHostCompiler = (reason: string): Diagnostic =>
  diagnostic("cli/no-host-compiler", `The C++ cannot be compiled here: ${reason}.`, {
    hint: "install g++ or clang++, or compare the Verilog, which needs nothing: --against rtl",
  });

export const noVerilog = (): Diagnostic =>
  diagnostic("cli/no-verilog", "No plugin of this pipeline emits Verilog.", {
    hint: "add a Verilog backend to the plugins, or leave out what needs one: --rtl-verify 0 --no-synth",
  });

export const notAFile = (path: string): Diagnostic =>
  diagnostic("cli/not-a-file", `The output \`${path}\` is a folder.`, {
    hint: "name a file in it",
  });

export const notAFolder = (path: string): Diagnostic =>
  diagnostic("cli/not-a-folder", `The output \`${path}\` is a file.`, { hint: "name a folder" });

export const notOurs = (path: string): Diagnostic =>
  diagnostic("cli/output-not-ours", `The folder \`${path}\` is not empty, and Gatefold did not write it.`, {
    notes: ["a folder that Gatefold wrote has a report.json"],
    hint: "name another folder, or give --force to replace everything in it",
  });

export const notABuild = (path: string, reason: string): Diagnostic =>
  diagnostic("cli/not-a-build", `\`${path}\` is no output folder of Gatefold: ${reason}.`, {
    hint: "give a folder that `gatefold build` wrote, or a model",
  });

export const otherStructure = (path: string, what: string): Diagnostic =>
  diagnostic(
    "cli/other-structure",
    `\`${path}\` has other ${what} than the model that it is compared with.`,
    {
      hint: "compare models of one structure, which differ in the values of parameters only",
    },
  );

export const outputFailed = (path: string, error: unknown): Diagnostic =>
  diagnostic("cli/output-failed", `\`${path}\` cannot be written: ${reasonOf(error)}`, {
    notes: ["nothing was left behind"],
  });

export const pluginFailed = (name: string, error: unknown): Diagnostic =>
  diagnostic("cli/plugin-failed", `The plugin \`${name}\` cannot be loaded: ${reasonOf(error)}`);

export const pluginShape = (name: string, reason: string): Diagnostic =>
  diagnostic("cli/plugin-shape", `The package \`${name}\` brings no plugin: ${reason}.`, {
    hint: "export a plugin, or a factory that takes no options, as default; use a configuration file for options",
  });

export const sameFile = (one: string, other: string, path: string): Diagnostic =>
  diagnostic("cli/same-file", `\`${one}\` and \`${other}\` both name \`${path}\`.`, {
    hint: "give each a file of its own",
  });

export const tooMany = (command: string, extra: string): Diagnostic =>
  diagnostic("cli/too-many-arguments", `\`${command}\` does not take \`${extra}\`.`, {
    hint: `see \`${command} --help\``,
  });

export const unknownCode = (code: string, codes: readonly string[]): Diagnostic =>
  diagnostic("cli/unknown-code", `There is no diagnostic \`${code}\`.`, {
    hint: suggestion(code, codes, "codes stand in brackets at the end of a message, e.g. onnx/unknown-op"),
  });

export const unknownCommand = (name: string, commands: readonly string[]): Diagnostic =>
  diagnostic("cli/unknown-command", `There is no command \`${name}\`.`, {
    notes: [`the commands are ${commands.join(", ")}`],
    hint: suggestion(name, commands, "see `gatefold --help`"),
  });

export const unknownConfigKey = (path: string, key: string, known: readonly string[]): Diagnostic =>
  diagnostic("cli/unknown-config-key", `The configuration \`${path}\` has no setting \`${key}\`.`, {
    notes: [`the settings are ${known.join(", ")}`],
    hint: suggestion(key, known, "remove it"),
  });

export const unknownFlag = (flag: string, command: string, flags: readonly string[]): Diagnostic =>
  diagnostic("cli/unknown-flag", `\`${command}\` has no option \`${flag}\`.`, {
    hint: suggestion(flag, flags, `see \`${command} --help\``),
  });

export const unknownPlugin = (name: string, known: readonly string[]): Diagnostic =>
  diagnostic("cli/unknown-plugin", `There is no package \`${name}\` to take a plugin from.`, {
    hint: suggestion(name, known, `install it: npm install ${name}`),
  });

export const unknownTarget = (name: string, known: readonly string[]): Diagnostic =>
  diagnostic("cli/unknown-target", `There is no target \`${name}\`.`, {
    notes: [`the targets are ${list(known)}`],
    hint: suggestion(name, known, "name one of these, or a target file that ends in .json"),
  });

export const unreadable = (path: string, what: string, reason: string, hint = "check the path"): Diagnostic =>
  diagnostic("cli/unreadable", `The ${what} \`${path}\` cannot be read: ${reason}.`, { hint });

export const conflicting = (one: string, other: string): Diagnostic =>
  diagnostic("cli/conflicting-options", `\`${one}\` and \`${other}\` exclude each other.`, {
    hint: "give one of them",
  });

export const intervalDiffers = (measured: number, formula: number): Diagnostic =>
  diagnostic(
    "cli/interval-differs",
    `The simulated circuit takes an inference every ${measured} cycles, and the folding formula says ${formula}.`,
    { severity: "warning", notes: ["the results are right; the rate that was announced is not reached"] },
  );

export const dataCount = (found: number, inputs: readonly string[]): Diagnostic =>
  diagnostic(
    "cli/data-count",
    `The network has ${inputs.length} ${inputs.length === 1 ? "input" : "inputs"}, and data is given for ${found}.`,
    { hint: `give ${inputs.map((name) => `--data ${name}=file`).join(" ")}` },
  );

export const unknownInput = (missing: readonly string[]): Diagnostic =>
  diagnostic("cli/data-missing", `No data is given for ${list(missing)}.`, {
    hint: `give ${missing.map((name) => `--data ${name}=file`).join(" ")}`,
  });

export const noSynthesis = (target: string, family: string, known: readonly string[]): Diagnostic =>
  diagnostic("cli/no-synthesis", `${target} is of the family \`${family}\`, which is not synthesised here.`, {
    severity: "warning",
    notes: [`the families are ${known.join(", ")}`],
    hint: "take the Verilog to the family's own tools, or leave synthesis out: --no-synth",
  });

export const noSimulator = (simulator: string, tool: string): Diagnostic =>
  diagnostic("cli/no-simulator", `The simulator \`${simulator}\` is not found on PATH.`, {
    notes: [
      tool === "verilator" ? "it needs `verilator` and `g++` or `clang++`" : "it needs `iverilog` and `vvp`",
    ],
    hint: "install it, or use the one that is part of Gatefold: --simulator embedded",
  });

export const noTestBench = (source: string): Diagnostic =>
  diagnostic("cli/no-test-bench", `${source} has no test bench in \`tb\` for another simulator.`, {
    hint: "build it again, with the plugin `verilog` and `testFrames` above 0",
  });

export const benchFailed = (simulator: string, version: string, log: string): Diagnostic =>
  diagnostic("cli/verification-difference", `The test bench does not pass in ${simulator} (${version}).`, {
    notes: log.trimEnd().split("\n").slice(-5),
    hint: "run it with --simulator embedded; where that agrees with the network, the simulators read the Verilog differently",
  });

/** Names that a message lists of many. */
const mostNames = 6;

export const unseenChanges = (path: string, names: readonly string[]): Diagnostic =>
  diagnostic(
    "cli/unseen-changes",
    `\`${path}\` has other values of ${list(names.slice(0, mostNames))}${names.length > mostNames ? ` and ${names.length - mostNames} more` : ""}, which no tensor shows on these inputs.`,
    {
      severity: "warning",
      hint: "verify on more inputs: --verify, --data",
    },
  );
