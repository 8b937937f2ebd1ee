import { defineConfig, definePass } from "@gatefold/core";
import { Threshold } from "@gatefold/dialect-q";

/** Counts ops by identity: it finds them only when this file and the compiler share their packages. */
const count = definePass({
  name: "count",
  summary: "Says how many thresholds there are.",
  phase: "streamline",
  semantics: "bit-exact",
  run({ main }, { diagnostics }) {
    const found = [...main.ops()].filter((op) => Threshold.is(op)).length;
    diagnostics.note("counter/thresholds", `There are ${found} thresholds.`);
  },
});

export default defineConfig({
  plugins: [{ name: "counter", after: ["streamline"], passes: [count] }],
  target: "ice40-up5k",
});
