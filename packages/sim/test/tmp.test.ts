import { it } from "vitest";
import { compileDesign } from "@gatefold/sim";
import { writeFileSync } from "node:fs";
import { randomModule } from "./random-verilog.js";
import { expectAgreement, randomRows } from "./against-iverilog.js";
it("x", async () => {
 for (let s = 1; s < 30; s++) {
  const src = randomModule(s, 24);
  const t0=performance.now(); const d = await compileDesign({ files: { "m.v": src }, top: "m" });
  console.log(s, 'compiled', performance.now()-t0);
  try { await expectAgreement(d, { "m.v": src }, randomRows(d, 60, s)); } catch (e) {
    const y = /, (y\d+):/.exec(String(e))?.[1];
    console.log(s, String(e).slice(0, 120), src.split("\n").filter((l) => l.startsWith("module") || l.includes(`assign ${y} `)).join("\n"), JSON.stringify(d.cellCounts));
  }
 console.log(s, performance.now()-t0);
 }
}, 60000);
