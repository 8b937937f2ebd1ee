import { readFileSync } from "node:fs";
import { conformance } from "@gatefold/testkit";
import { ecp5 } from "../src/index.js";

await conformance(ecp5, {
  packageJson: JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")),
});
