import { defineConfig } from "tsup";
import { packageBuild } from "../../tools/tsup.js";

// The worker is an entry of its own: a thread starts from a file, not from a function.
export default defineConfig(packageBuild(["src/index.ts", "src/worker.ts"]));
