import { readdirSync } from "node:fs";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const root = import.meta.dirname;
const packages = readdirSync(`${root}/packages`);

const config: ViteUserConfig = defineConfig({
  resolve: {
    alias: packages.map((name) => ({ find: new RegExp(`^@gatefold/${name}$`), replacement: `${root}/packages/${name}/src/index.ts` })),
  },
  test: {
    include: ["packages/*/test/**/*.test.ts", "tools/test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ["default", "./tools/count-reporter.ts"],
    pool: "threads",
    maxWorkers: 2,
  },
});

export default config;
