import { nnOps } from "@gatefold/dialect-nn";
import { runCases } from "@gatefold/testkit";
import { prune } from "../src/index.js";

await runCases(new URL("./cases", import.meta.url), { plugins: [prune({ sparsity: 0.5 })], ops: nnOps });
