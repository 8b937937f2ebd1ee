import { readFileSync } from "node:fs";
import { definePlugin } from "@gatefold/core";
import { nnOps } from "@gatefold/dialect-nn";
import { conformance, parseCases } from "@gatefold/testkit";
import { streamline } from "../src/index.js";

const nn = definePlugin({ name: "nn", ops: nnOps });
const folder = new URL("./cases/", import.meta.url);
const texts = (file: string): [string, string][] =>
  parseCases(readFileSync(new URL(file, folder), "utf8"), file)
    .filter(({ expected }) => expected.startsWith("module"))
    .map(({ title, input }) => [title, input]);

/** What redundancy brings into a network that is integers already. */
const voted = `module "m" {
  main(%x: tensor<1x2x5xu3>) {
    %y = q.vote(%x) {triples = [1]} : tensor<1x2x3xu3>
    return %y
  }
}`;

/** A table network that is imported. */
const tables = `module "m" {
  main(%x: tensor<2x3xbipolar>) {
    %y = q.netlist(%x) {body = ["netlist \\"majority\\"", "%0 = input \\"x0\\" 0 1", "%1 = input \\"x1\\" 0 1", "%2 = input \\"x2\\" 0 1", "%3 = lut 0xe8 %0 %1 %2", "output \\"y0\\" %3"], elem = "u1"} : tensor<2x1xu1>
    return %y
  }
}`;

await conformance(() => streamline(), {
  with: [nn],
  samples: Object.fromEntries([
    ...texts("rules.gf"),
    ...texts("blocks.gf"),
    ["a vote", voted],
    ["tables", tables],
  ]),
  packageJson: JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as Record<
    string,
    unknown
  >,
});
