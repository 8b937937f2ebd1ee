import { definePlugin } from "@gatefold/core";
import { qOps } from "@gatefold/dialect-q";
import { runCases } from "@gatefold/testkit";
import { hello } from "../src/index.js";

const streamline = definePlugin({ name: "streamline", ops: qOps });

await runCases(new URL("./cases", import.meta.url), { plugins: [streamline, hello()] });
