import { createCompiler, phases, printSemantics } from "@gatefold/core";
import { code, codes, page, pageHead, table } from "./markdown.mjs";
import { callsOf, docOf, packageNames, sourcesOf, stringProperty, topLevel } from "./sources.mjs";

/** Documentation of each pass, by bare name. */
function passDocs(root) {
  const docs = new Map();
  for (const name of packageNames(root)) {
    for (const call of callsOf(sourcesOf(root, name), ["definePass", "definePatternPass"])) {
      const pass = stringProperty(call.arguments[0], "name");
      if (pass !== undefined) docs.set(pass, docOf(topLevel(call)));
    }
  }
  return docs;
}

function brings(plugin) {
  return [
    ["op", plugin.ops],
    ["pass", plugin.passes],
    ["model", plugin.models],
    ["target", plugin.targets],
    ["cost rule", plugin.costRules],
  ]
    .filter(([, list]) => list?.length > 0)
    .map(([what, list]) => `${list.length} ${what}${list.length === 1 ? "" : what === "pass" ? "es" : "s"}`)
    .concat(plugin.setup ? ["taps hooks"] : [])
    .join(", ");
}

/** The standard pipeline in the order in which it runs, and the plugins that it is made of. */
export function passesPage(root, plugins) {
  const compiler = createCompiler({ plugins });
  const docs = passDocs(root);
  const rows = compiler.passes.map(({ name, phase, semantics, summary }) => [
    phase,
    code(name),
    printSemantics(semantics),
    summary,
  ]);
  const details = compiler.passes.flatMap(({ name }) => {
    const doc = docs.get(name.split("/").at(-1)) ?? "";
    return doc === "" ? [] : [`### ${code(name)}`, doc];
  });
  const intro =
    `The pipeline of the standard plugins, in the order in which it runs; \`gatefold passes\` prints it for your configuration. Phases: ${codes(phases)}. ` +
    "`bit-exact`: integer outputs are equal; real ones agree within 1e-9 relative, since float64 scales are regrouped.";
  return page(
    pageHead("Passes", intro),
    table(["phase", "pass", "semantics", "what it does"], rows),
    details,
    "## Standard plugins",
    table(
      ["plugin", "brings"],
      compiler.plugins.map((plugin) => [code(plugin.name), brings(plugin)]),
    ),
  );
}
