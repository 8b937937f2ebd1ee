// Lets Node run the repository's TypeScript as it stands: `node --import ./tools/fit-cost/from-source.mjs script.ts`.
import { register } from "node:module";

register("./source-hooks.mjs", import.meta.url);
