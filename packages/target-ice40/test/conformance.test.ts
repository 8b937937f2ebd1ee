import { readFileSync } from "node:fs";
import { conformance } from "@gatefold/testkit";
import { ice40 } from "../src/index.js";

await conformance(ice40, {
  packageJson: JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")),
});
