import * as core from "@gatefold/core";
import { hwOps } from "@gatefold/dialect-hw";
import { nnOps } from "@gatefold/dialect-nn";
import { qOps } from "@gatefold/dialect-q";
import { code, codes, page, pageHead } from "./markdown.mjs";
import {
  callsOf,
  declarationText,
  docOf,
  packageNames,
  sourcesOf,
  topLevel,
  ts,
  typeNamed,
} from "./sources.mjs";

const allOps = [core.Constant, core.Return, ...nnOps, ...qOps, ...hwOps];
/** Beyond so many names a list says less than a number. */
const listedOps = 16;

function declared(root) {
  return packageNames(root).flatMap((name) => {
    const sources = sourcesOf(root, name);
    return callsOf(sources, ["defineInterface"])
      .filter((call) => ts.isStringLiteral(call.arguments[0]))
      .map((call) => {
        const statement = topLevel(call);
        return {
          key: call.arguments[0].text,
          package: `@gatefold/${name}`,
          exported: statement.declarationList.declarations[0].name.getText(),
          doc: docOf(statement),
          model: typeNamed(sources, call.typeArguments[0].getText()),
        };
      });
  });
}

function holders(key, models) {
  const own = allOps.filter((def) => def.interfaces.some((i) => i.key.name === key)).map((def) => def.name);
  const attached = models.filter((model) => model.key.name === key).map((model) => model.def.name);
  const say = (names, how) =>
    names.length === 0
      ? []
      : [
          `${how}: ${names.length > listedOps ? `${names.length} ops, see [operators](ops.md)` : codes([...new Set(names)].sort())}.`,
        ];
  const said = [...say(own, "The op brings it"), ...say(attached, "A standard plugin attaches it")];
  return said.length > 0 ? said.join(" ") : "No standard op has it; it is there for yours.";
}

/** Every interface that ops may fulfil, from where it is declared. */
export function interfacesPage(root, models) {
  const sections = declared(root)
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, package: from, exported, doc, model }) =>
      page(
        `## ${code(key)}`,
        `${code(exported)} of ${code(from)}. ${doc}`,
        docOf(model),
        `\`\`\`ts\n${declarationText(model)}\n\`\`\``,
        holders(key, models),
      ),
    );
  const intro =
    "A pass asks an op for an interface and never for its name. An op brings an implementation in `interfaces: [Kernel.of({ … })]`; a plugin attaches " +
    "one to an op that somebody else defined with `models: [defineModel(op, Kernel, { … })]`, and an attached one wins.";
  return page(pageHead("Interfaces", intro), sections);
}
