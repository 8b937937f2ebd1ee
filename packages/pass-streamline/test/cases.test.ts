import { nnOps } from "@gatefold/dialect-nn";
import { runCases } from "@gatefold/testkit";
import { streamline } from "../src/index.js";

await runCases(new URL("./cases", import.meta.url), { plugins: [streamline()], ops: nnOps });
