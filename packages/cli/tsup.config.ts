import { defineConfig } from "tsup";
import { packageBuild } from "../../tools/tsup.js";

export default defineConfig(packageBuild(["src/index.ts", "src/bin.ts"]));
