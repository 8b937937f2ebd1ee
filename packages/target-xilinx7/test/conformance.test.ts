import { readFileSync } from "node:fs";
import { conformance } from "@gatefold/testkit";
import { xilinx7 } from "../src/index.js";

await conformance(xilinx7, {
  packageJson: JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")),
});
