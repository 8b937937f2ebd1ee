import { readFileSync } from "node:fs";
import { definePlugin } from "@gatefold/core";
import { nnOps } from "@gatefold/dialect-nn";
import { conformance, parseCases } from "@gatefold/testkit";
import { prune } from "../src/index.js";

const cases = parseCases(
  readFileSync(new URL("./cases/prune-weights.gf", import.meta.url), "utf8"),
  "prune-weights.gf",
);

await conformance(() => prune({ sparsity: 0.5 }), {
  with: [definePlugin({ name: "nn", ops: nnOps })],
  samples: { "two layers": cases[0]!.input },
  packageJson: JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as Record<
    string,
    unknown
  >,
});
