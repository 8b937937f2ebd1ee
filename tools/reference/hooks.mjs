import { code, page, pageHead, table } from "./markdown.mjs";
import { declarationText, docOf, sourcesOf, typeNamed } from "./sources.mjs";

const contexts = ["Source", "ImportContext", "EmitContext", "PassEvent", "PassTiming", "Summary"];

/** What the listener gets and gives, from the hook's type: `[A, B], R` → `(A, B) → R`. */
function signature(type) {
  const match = /^(Sync|Async)Tap<\[(.*?)\](?:, (.*))?>$/s.exec(type);
  if (!match) throw new Error(`\`${type}\` is no tap`);
  const [, kind, args, result = "void"] = match;
  return [`(${args}) → ${result}`, kind === "Async" ? "awaited" : "synchronous"];
}

/** The seven hooks, from their declaration. */
export function hooksPage(root) {
  const sources = sourcesOf(root, "core");
  const hooks = typeNamed(sources, "Hooks");
  const rows = hooks.members.map((member) => {
    const [types, kind] = signature(member.type.getText());
    return [code(member.name.getText()), code(types), kind];
  });
  const blocks = contexts.map((name) => `\`\`\`ts\n${declarationText(typeNamed(sources, name))}\n\`\`\``);
  const intro =
    "A plugin taps in `setup(hooks, ctx)`: `hooks.afterPass.tap((result) => …)`; whoever runs a compiler taps on `compiler.hooks`, after all " +
    "plugins. What a tap throws leaves with the plugin's and the hook's name on it.";
  return page(
    pageHead("Hooks", intro),
    docOf(hooks),
    table(["hook", "listener", "kind"], rows),
    "## What listeners get",
    blocks,
  );
}
