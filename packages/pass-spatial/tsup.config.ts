import { defineConfig } from "tsup";
import { packageBuild } from "../../tools/tsup.js";

export default defineConfig(packageBuild());
