/** The command line itself. */
export const cliExplanations: Readonly<Record<string, string>> = {
  "cli/bad-config":
    "The configuration file has to export an object as default, best made with `defineConfig` of @gatefold/core.",
  "cli/bad-data":
    "A file given with `--data` or `--labels` cannot be read as an array. npy, npz, idx and tables of numbers are read, also in gzip; an array of an npz file is named after a colon.",
  "cli/bad-json": "The file is not JSON; the message gives the place.",
  "cli/bad-target":
    "A target file lacks a member or has a wrong one. It needs name, family, device, resources (lutCount, ffCount, bramCount, bramBits, dspCount), defaultClockMhz and lutInputs; package and tools may be left out.",
  "cli/bad-training":
    "The file has to export a training as default, best made with `defineTraining` of @gatefold/train: an object, or a function that gives one, with at least model, data, optimizer, epochs and batch.",
  "cli/bad-value": "An option's value is not of the kind that the option takes.",
  "cli/config-failed": "The configuration file threw when it was loaded, or does not compile.",
  "cli/board-fixes":
    "A board's oscillator is the circuit's clock, and its device is the target. Another clock or target is a contradiction; leave the option out, or build without the board.",
  "cli/conflicting-options":
    "A rate and a number of cycles say the same thing in two ways; give one of them.",
  "cli/data-count": "A network of several inputs needs one file an input: `--data a=a.npy --data b=b.npy`.",
  "cli/data-needs-labels":
    "`gatefold quantize` and `gatefold prune` take samples to measure the accuracy before and after, which takes the samples' classes too. Samples to calibrate with go to `--calibrate`.",
  "cli/data-missing": "One of the network's inputs has no file.",
  "cli/data-range":
    "An integer array is taken as the codes that the circuit reads, and this element is no such code. Give real values as a float array if the codes are to be computed.",
  "cli/data-shape":
    "The array's samples do not have as many elements as the network's input. The first dimension counts samples, the others have to hold the input's elements in row-major order.",
  "cli/does-not-fit":
    "Synthesis needs more of something than the device has. The Verilog is right and is written all the same; a lower rate folds the layers further, which takes less logic.",
  "cli/executor-refused":
    "The fast executor cannot promise exactness for this network, so the slower reference evaluator runs.",
  "cli/faults-need-labels":
    "A fault campaign measures how the accuracy falls when faults are drawn, so it needs samples whose class is known: `--data` and `--labels`.",
  "cli/faults-need-one-input":
    "The command runs campaigns on networks with one input. `runCampaign` of @gatefold/fault takes any graph.",
  "cli/interval-differs":
    "The circuit gives right results and is slower or faster than the cycle formula says. The rate in the report is by formula. This is a defect of a kernel's schedule.",
  "cli/label-count": "There has to be one label for each sample.",
  "cli/labels-need-data": "Labels belong to samples. Drawn inputs have none.",
  "cli/missed-clock":
    "After place and route the circuit is slower than the clock that rates were counted at.",
  "cli/missing-argument": "A command was called without the file or folder that it works on.",
  "cli/missing-option": "The command cannot do without this option.",
  "cli/missing-value": "An option that takes a value stands without one.",
  "cli/not-a-file": "The command writes a file, and the path that is given for it is a folder.",
  "cli/no-blif": "BLIF lists the rows of a table, which is done for tables of up to 16 bits.",
  "cli/no-bitstream":
    "The embedded tools place, route and pack iCE40. For another family `board/` has a Makefile for the installed open tools.",
  "cli/no-classes":
    "Accuracy compares a class with a label: the network needs a single output, either one integer a sample (the class) or several numbers a sample (scores).",
  "cli/no-design": "There is no emitted Verilog to simulate or synthesise.",
  "cli/no-verilog":
    "The plugins of this pipeline emit no Verilog, and something was asked for that needs it.",
  "cli/no-simulator":
    "A simulator that was asked for with `--simulator` is not installed where the command looks. The embedded one needs nothing.",
  "cli/no-test-bench":
    "Simulators other than the embedded one run the emitted test bench, which is written with recorded inputs and outputs unless the Verilog plugin is told to leave it out.",
  "cli/no-synthesis":
    "The embedded Yosys maps to iCE40, ECP5 and Xilinx 7-series. For another family the Verilog is written and nothing is counted.",
  "cli/not-a-build": "The folder has no report.json of Gatefold, or files that the report names are gone.",
  "cli/not-a-folder": "The output path is a file. Output goes into a folder.",
  "cli/output-failed":
    "A file of the output could not be written. Output is written into a temporary folder first and renamed at the end, so nothing is left half done, and an older output is still there.",
  "cli/output-not-ours":
    "The output folder has files in it and no report.json of Gatefold, so it may be somebody's work. An output replaces its folder as a whole, and so it is not touched without `--force`.",
  "cli/plugin-failed": "A package given with `--plugin` was found and threw when it was loaded.",
  "cli/plugin-shape":
    "A package given with `--plugin` exports nothing that is a plugin. It has to export a plugin, or a factory that needs no options, as default or as its only export. For options, use a configuration file.",
  "cli/too-many-arguments":
    "A command was called with more arguments than it takes. Quote a path that holds spaces.",
  "cli/same-file":
    "Two outputs of a command are to be written into one file. The second would replace the first.",
  "cli/unknown-code": "There is no diagnostic of this code. `gatefold explain` without a code lists all.",
  "cli/unknown-command": "There is no command of this name.",
  "cli/unknown-config-key":
    "The configuration has a setting that does not exist, most likely a slip of the pen. A setting that is ignored in silence would be worse.",
  "cli/unknown-flag": "The command has no option of this name. `--help` after the command lists its options.",
  "cli/unknown-plugin": "The package given with `--plugin` is not installed where the command runs.",
  "cli/unknown-target":
    "No plugin brings a target of this name. The note lists the targets; a board of your own is a JSON file, or a plugin.",
  "cli/unreadable": "A file that was named cannot be read; the message says which and why.",
  "cli/verification-difference":
    "Two executions that have to agree do not: the network's real values, its integers, or the simulated Verilog. The message has the first element that differs. The compiler or a plugin is at fault, never the model. Nothing was written. `--check semantics` finds the pass, if it is one.",
};
