import { readdirSync } from "node:fs";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const root = import.meta.dirname;
const packages = readdirSync(`${root}/packages`);

/** `npm run campaign` takes more cases and random networks, for hours where it is told to (`GATEFOLD_RUNS`). */
const campaign = {
  GATEFOLD_CAMPAIGN: "1",
  GATEFOLD_RUNS: process.env["GATEFOLD_RUNS"] ?? "300",
  GATEFOLD_SLOW: "1",
};

export default defineConfig(
  ({ mode }): ViteUserConfig => ({
    resolve: {
      alias: packages.map((name) => ({
        find: new RegExp(`^@gatefold/${name}$`),
        replacement: `${root}/packages/${name}/src/index.ts`,
      })),
    },
    test: {
      include: ["packages/*/test/**/*.test.ts", "tools/test/**/*.test.ts"],
      env: mode === "campaign" ? campaign : {},
      testTimeout: mode === "campaign" ? 3_600_000 : 120_000,
      hookTimeout: 120_000,
      reporters: ["default", "./tools/count-reporter.ts"],
      pool: "threads",
      maxWorkers: 2,
    },
  }),
);
