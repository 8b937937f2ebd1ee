import { code, page, pageHead, table } from "./markdown.mjs";
import { callsOf, packageNames, sourcesOf, stringProperty, ts } from "./sources.mjs";

/** Diagnostic codes that the sources say, with their severities. */
export function saidCodes(root) {
  const found = new Map();
  for (const name of packageNames(root)) {
    if (name === "testkit") continue;
    for (const call of callsOf(sourcesOf(root, name), ["diagnostic"])) {
      const [first, , init] = call.arguments;
      if (!first || !ts.isStringLiteral(first)) continue;
      const severities = found.get(first.text) ?? new Set();
      severities.add(stringProperty(init, "severity") ?? "error");
      found.set(first.text, severities);
    }
  }
  return found;
}

const groups = {
  cli: "The command line and its API",
  core: "Compiler, plugins, text form",
  datasets: "Files of samples",
  exec: "The fast executor",
  fold: "Kernels and folding",
  onnx: "Reading and writing ONNX",
  sim: "Simulation",
  streamline: "Real values to integers",
  verilog: "Verilog",
};

/** Every code that has an explanation, and every code that is said. */
export function diagnosticsPage(root, explanations) {
  const said = saidCodes(root);
  const all = [...new Set([...Object.keys(explanations), ...said.keys()])].sort();
  const prefixes = [...new Set(all.map((each) => each.split("/")[0]))];
  const sections = prefixes.flatMap((prefix) => [
    `## ${code(`${prefix}/…`)}: ${groups[prefix] ?? prefix}`,
    table(
      ["code", "severity", "what it means, and what to do"],
      all
        .filter((each) => each.startsWith(`${prefix}/`))
        .map((each) => [
          code(each),
          [...(said.get(each) ?? ["error"])].sort().join(", "),
          explanations[each] ?? "",
        ]),
    ),
  ]);
  const intro =
    "The code stands in brackets at the end of a message; `gatefold explain <code>` prints the same text. An error stops the stage in which it " +
    "is said, together with all other errors of that stage; warnings and notes stop nothing.";
  return page(pageHead("Diagnostics", intro), sections);
}
