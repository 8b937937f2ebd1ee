import { type Diagnostic, diagnostic, type Location, printDiagnostic } from "./diag/diagnostic.js";
import type { Op } from "./ir/op.js";
import { printSemantics, type Semantics } from "./pass/pass.js";
import { printOp } from "./text/print.js";

/** All that core says to a user about plugins, passes and files, sorted by code. `core/verify` is said by the verifier. */

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map((name) => `\`${name}\``).join(", ");
}

export function badOption(plugin: string, path: string, expected: string, got: string): Diagnostic {
  return diagnostic(
    "core/bad-option",
    `\`${plugin}\`: option \`${path}\` is ${got}, and has to be ${expected}.`,
  );
}

export function badOutputPath(plugin: string, path: string): Diagnostic {
  return diagnostic(
    "core/bad-output-path",
    `Plugin \`${plugin}\` emits \`${path}\`, which is not a plain relative path.`,
    {
      hint: "use `/` between folders, and neither `..` nor a drive",
    },
  );
}

export function badPlugin(plugin: string, why: string): Diagnostic {
  return diagnostic("core/bad-plugin", `Plugin \`${plugin}\` ${why}.`);
}

export function duplicateName(
  kind: "plugin" | "op" | "pass" | "target",
  name: string,
  owners: readonly [string, string],
): Diagnostic {
  const message =
    kind === "plugin"
      ? `Plugin \`${name}\` stands in the configuration twice.`
      : owners[0] === owners[1]
        ? `Plugin \`${owners[0]}\` brings the ${kind} \`${name}\` twice.`
        : `Plugins \`${owners[0]}\` and \`${owners[1]}\` both bring the ${kind} \`${name}\`.`;
  const hint = kind === "plugin" ? "remove one" : "remove one plugin, or have one of them rename";
  return diagnostic("core/duplicate-name", message, { hint });
}

export function duplicateOutput(path: string, first: string, second: string): Diagnostic {
  return diagnostic("core/duplicate-output", `Plugins \`${first}\` and \`${second}\` both emit \`${path}\`.`);
}

export function pluginCycle(members: readonly string[]): Diagnostic {
  return diagnostic(
    "core/plugin-cycle",
    `Plugins want to come before each other: ${members.map((m) => `\`${m}\``).join(" → ")}.`,
    {
      hint: "drop one of their `before` or `after` names",
    },
  );
}

export function inputTypeChanged(pass: string, types: string): Diagnostic {
  return diagnostic(
    "core/input-type-changed",
    `Pass \`${pass}\` changes the network's own inputs: ${types}.`,
    {
      hint: "keep the inputs, and put what adapts them into the module's `head`",
    },
  );
}

export function missedRewrite(pass: string, op: Op, why: string): Diagnostic {
  return diagnostic("core/missed-rewrite", `\`${pass}\` leaves \`${op.def.name}\`: ${why}.`, {
    severity: "note",
    loc: op.loc,
  });
}

export function noImporter(source: string, plugins: readonly string[]): Diagnostic {
  return diagnostic("core/no-importer", `No plugin reads \`${source}\`.`, {
    notes: [`the plugins are ${list(plugins)}`],
    hint: "add the frontend plugin for this format to the configuration",
  });
}

export function passThrew(pass: string, error: unknown): Diagnostic {
  return diagnostic("core/pass-threw", `Pass \`${pass}\` threw: ${reasonOf(error)}`, {
    notes: ["this is a defect of the pass, not of the model"],
  });
}

/** Not a diagnostic: a pattern that says one thing and does another is a defect. */
export function patternBrokeProtocol(op: Op, fired: boolean): Error {
  const what = fired
    ? "said that it changed the graph, and did not"
    : "changed the graph, and did not return true";
  return new Error(`a pattern ${what}, at ${printOp(op)}`);
}

export function patternNoFixpoint(pass: string, limit: number, op: Op): Diagnostic {
  return diagnostic(
    "core/pattern-no-fixpoint",
    `Pass \`${pass}\` does not come to an end: it gave up after ${limit} rewrites.`,
    {
      loc: op.loc,
      notes: [`the last rewrite was at \`${op.def.name}\``],
    },
  );
}

export function pluginThrew(plugin: string, where: string, error: unknown): Diagnostic {
  return diagnostic("core/plugin-threw", `Plugin \`${plugin}\` threw in \`${where}\`: ${reasonOf(error)}`, {
    notes: ["this is a defect of the plugin, not of the model"],
  });
}

export function semanticsBroken(
  pass: string,
  semantics: Semantics,
  failed: number,
  rows: number,
  examples: readonly string[],
  seed: number,
): Diagnostic {
  const message = `Pass \`${pass}\` promises ${printSemantics(semantics)}, and ${failed} of ${rows} input rows give other outputs after it.`;
  return diagnostic("core/semantics-broken", message, {
    notes: [...examples, `inputs drawn with seed ${seed}`],
  });
}

export function semanticsUnchecked(pass: string, why: string): Diagnostic {
  return diagnostic(
    "core/semantics-unchecked",
    `What \`${pass}\` promises cannot be checked by evaluation: ${why}.`,
    {
      severity: "note",
    },
  );
}

export function syncTapIsAsync(plugin: string, hook: string): Diagnostic {
  return diagnostic(
    "core/sync-hook",
    `Plugin \`${plugin}\` taps \`${hook}\` with an async function; nobody waits for it there.`,
  );
}

export function textError(position: Location, message: string, hint?: string): Diagnostic {
  return diagnostic("core/text", message, { loc: position, ...(hint === undefined ? {} : { hint }) });
}

export function unknownPass(name: string, passes: readonly string[]): Diagnostic {
  return diagnostic("core/unknown-pass", `There is no pass \`${name}\` in this pipeline.`, {
    notes: [`the passes are ${list(passes)}`],
  });
}

export function unknownPhase(pass: string, phase: string): Diagnostic {
  return diagnostic(
    "core/unknown-phase",
    `Pass \`${pass}\` wants to run in the phase \`${phase}\`, which does not exist.`,
  );
}

export function unknownPluginName(
  plugin: string,
  field: "before" | "after",
  name: string,
  plugins: readonly string[],
): Diagnostic {
  return diagnostic(
    "core/unknown-plugin",
    `Plugin \`${plugin}\` wants to come ${field} \`${name}\`, which is not in the configuration.`,
    {
      notes: [`the plugins are ${list(plugins)}`],
      hint: `add \`${name}\`, or remove it from \`${field}\` of \`${plugin}\``,
    },
  );
}

export function unreadableFile(path: string, error: unknown): Diagnostic {
  return diagnostic("core/unreadable-file", `\`${path}\` cannot be read: ${reasonOf(error)}`);
}

export function verifyAfterPass(pass: string, violations: readonly Diagnostic[]): Diagnostic {
  return diagnostic("core/verify-after-pass", `The module is broken after pass \`${pass}\`.`, {
    notes: violations.map(printDiagnostic),
  });
}
