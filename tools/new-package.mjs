// Writes the fixed files of a package: node tools/new-package.mjs <name> <type> <description> [dep …]
// A dep `@gatefold/core` becomes a peer; other names with `@version` are ordinary dependencies.
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";

const [name, type, description, ...deps] = process.argv.slice(2);
const dir = `packages/${name}`;
mkdirSync(`${dir}/src`, { recursive: true });
mkdirSync(`${dir}/test`, { recursive: true });
const ours = deps.filter((d) => d.startsWith("@gatefold/"));
const others = deps.filter((d) => !d.startsWith("@gatefold/"));
const isPlugin = ["frontend", "dialect", "pass", "analysis", "target", "backend", "project"].includes(type);
const core = ours.includes("@gatefold/core");
const manifest = {
  name: `@gatefold/${name}`,
  version: "0.0.0",
  description,
  keywords: [
    "gatefold",
    ...(isPlugin ? ["gatefold-plugin", `gatefold-${type}`] : []),
    "fpga",
    "quantization",
    "onnx",
  ],
  license: "Apache-2.0",
  type: "module",
  sideEffects: false,
  engines: { node: ">=20.19" },
  exports: {
    ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
    "./package.json": "./package.json",
  },
  files: ["dist", "README.md"],
  scripts: { build: "tsup" },
  nx: { tags: [`type:${type}`] },
  dependencies: Object.fromEntries([
    ...ours.filter((d) => d !== "@gatefold/core").map((d) => [d, "^0.0.0"]),
    ...others.map((d) => [d.slice(0, d.lastIndexOf("@")), d.slice(d.lastIndexOf("@") + 1)]),
  ]),
  ...(core ? { peerDependencies: { "@gatefold/core": "<1" } } : {}),
  publishConfig: { access: "public" },
};
const put = (file, text) => existsSync(file) || writeFileSync(file, text);
put(`${dir}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
put(
  `${dir}/tsup.config.ts`,
  `import { defineConfig } from "tsup";\nimport { packageBuild } from "../../tools/tsup.js";\n\nexport default defineConfig(packageBuild());\n`,
);
put(`${dir}/src/index.ts`, "export {};\n");
put(`${dir}/README.md`, `# @gatefold/${name}\n\n${description}\n`);
copyFileSync("LICENSE", `${dir}/LICENSE`);
