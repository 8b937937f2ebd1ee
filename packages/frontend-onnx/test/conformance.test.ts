import { conformance } from "@gatefold/testkit";
import packageJson from "../package.json" with { type: "json" };
import { frontendOnnx } from "../src/index.js";

await conformance(() => frontendOnnx(), {
  packageJson,
  badOptions: [
    { make: () => frontendOnnx({ maxElements: -1 }), path: "maxElements" },
    { make: () => frontendOnnx({ dims: { H: 0 } }), path: "dims.H" },
  ],
});
