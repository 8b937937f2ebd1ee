import { readFileSync } from "node:fs";
import { conformance } from "@gatefold/testkit";
import { hls } from "../src/index.js";

await conformance(() => hls(), {
  badOptions: [
    { make: () => hls({ testFrames: 0 }), path: "testFrames" },
    { make: () => hls({ clocks: 2 } as never), path: "clocks" },
  ],
  packageJson: JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")),
});
