/** Plugins, passes, files and the text form. */
export const coreExplanations: Readonly<Record<string, string>> = {
  "core/bad-option":
    "A plugin's factory was called with an option that does not exist or has a value that it does not take. Options are checked once, when the plugin is made, and the message gives the path of each wrong one. Correct the call in the configuration.",
  "core/bad-output-path":
    "A plugin wants to emit a file under a path that is absolute, leaves the output folder or holds a character that not every file system takes. This is a defect of the plugin: output paths are relative and use `/`.",
  "core/bad-plugin":
    "An entry of `plugins` is not a plugin as the compiler needs it, for example because its name is not kebab-case or its `setup` is not a function.",
  "core/duplicate-name":
    "Two plugins have one name, or bring an op, a pass or a target of one name. Names have to be unique within a compiler, because folding files, messages and the text form refer to things by them. Remove one of the two, or have one of them rename.",
  "core/duplicate-output":
    "Two plugins emit a file under the same path. One would silently overwrite the other, so neither is written. Configure one of them to use another path.",
  "core/input-type-changed":
    "A pass changed the types of the network's own inputs. Inputs are what the user feeds, so a pass has to keep them and put whatever adapts them into the module's `head`, which runs on the host. This is a defect of the pass.",
  "core/missed-rewrite":
    "A pattern nearly fired and says why it did not. Nothing is wrong; the note is there for whoever wonders why a graph was not simplified. It stands in report.json and is not printed.",
  "core/no-importer":
    "No plugin recognised the file as a model. ONNX files end in `.onnx`, the text form in `.gf`; other formats need a frontend plugin in the configuration.",
  "core/pass-threw":
    "A pass ended with an exception instead of a diagnostic. That is a defect of the pass, not of the model. Run again with `--dump` to see the module that it was given, and report both.",
  "core/pattern-no-fixpoint":
    "A set of patterns kept rewriting without coming to an end, most likely because two of them undo each other. The pass was stopped. This is a defect of the pass that the message names.",
  "core/plugin-cycle":
    "The `before` and `after` names of some plugins contradict each other: each of the members wants to come before the next. Drop one of these names.",
  "core/plugin-threw":
    "A plugin ended with an exception in one of its hooks. That is a defect of the plugin that the message names, not of the model.",
  "core/semantics-broken":
    "With `--check semantics` the module is evaluated before and after each pass, and this pass gave other outputs than it promises. The circuit would not compute what the network computes. The notes have the first elements that differ and the seed that draws the same inputs again. This is a defect of the pass.",
  "core/semantics-unchecked":
    "With `--check semantics`, a pass could not be checked because an op before or after it has no evaluator. Nothing is known to be wrong, but nothing was proved either.",
  "core/sync-hook":
    "A plugin taps a synchronous hook with an async function. Nobody would wait for it, so its errors would be lost. Make the function synchronous, or use one of the hooks that wait: `import`, `emit`, `done`.",
  "core/text":
    "A `.gf` file does not follow the text form. The message gives the position and what was expected there.",
  "core/unknown-pass":
    "The pipeline was to stop after a pass that is not in it. `gatefold passes` lists the passes by name.",
  "core/unknown-phase":
    "A pass wants to run in a phase that does not exist. The phases are canonicalize, quantize, prune, streamline, implement, fold and schedule.",
  "core/unknown-plugin":
    "A plugin wants to come before or after one that is not in the configuration. Add that plugin, or drop the name.",
  "core/unreadable-file": "A file could not be read; the operating system's reason stands in the message.",
  "core/verify":
    "A module breaks a rule that every module has to keep: a value is read before it is made, a result's type is not what its operands give, or an op's own constraint does not hold. The label in parentheses stands in the op's documentation.",
  "core/verify-after-pass":
    "The module is broken after a pass that found it whole. The notes say how. This is a defect of the pass that the message names; `--dump` writes the module before and after it.",
};
