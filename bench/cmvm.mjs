// Adder graphs of constant matrices beside da4ml's recorded figures: cost, adders, depth, processor time a matrix.
// Prints a table; exits 1 where ours costs more or has more adders on more than 2 of the kernels.
//
//   node bench/cmvm.mjs [--effort 1] [--depth any,+0,+2] [kernel …]
import { readFileSync } from "node:fs";
import { seededRandom } from "@gatefold/core";
import { graphCost, solveCmvm } from "@gatefold/pass-cmvm";

const { source, kernels } = JSON.parse(readFileSync(new URL("cmvm-da4ml.json", import.meta.url), "utf8"));
const args = process.argv.slice(2);
const option = (name, otherwise) => {
  const at = args.indexOf(name);
  return at < 0 ? otherwise : args.splice(at, 2)[1];
};
const effort = Number(option("--effort", "1"));
const depths = option("--depth", "any,+0,+2").split(",");
const names = args.length > 0 ? args : Object.keys(kernels);

/** Outputs × inputs; the kernel is drawn inputs × outputs, row by row. */
function draw(name, seed) {
  const [inputs, outputs, bits] = /(\d+)x(\d+) b(\d+)/.exec(name).slice(1).map(Number);
  const random = seededRandom(seed);
  const matrix = new Int32Array(inputs * outputs);
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < outputs; o++) {
      matrix[o * inputs + i] = Math.floor(random() * 2 ** bits) - 2 ** (bits - 1);
    }
  }
  return { matrix, inputs: Array.from({ length: inputs }, () => ({ lo: -128, hi: 127 })) };
}

const percent = (ours, theirs) => `${((ours / theirs - 1) * 100).toFixed(1).padStart(5)} %`;
console.log(`peer: ${source}; effort ${effort}\n`);
console.log("| kernel | extra depth | cost | peer | | adders | peer | | depth | peer | negated | seconds |");
console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
let worse = 0;
for (const name of names) {
  let worseHere = false;
  for (const depth of depths) {
    const peer = kernels[name][depth];
    if (peer === undefined) continue;
    const seeds = name === "64x64 b4" ? [1] : [1, 2, 3];
    const sum = { cost: 0, adders: 0, depth: 0, negated: 0 };
    const start = process.cpuUsage();
    for (const seed of seeds) {
      const { matrix, inputs } = draw(name, seed);
      const extraDepth = depth === "any" ? undefined : Number(depth);
      const cost = graphCost(
        solveCmvm(matrix, inputs, { ...(extraDepth === undefined ? {} : { extraDepth }), effort }),
      );
      for (const key of Object.keys(sum)) sum[key] += cost[key] / seeds.length;
    }
    const seconds = process.cpuUsage(start).user / 1e6 / seeds.length;
    worseHere ||= sum.cost > peer[0] || sum.adders > peer[1];
    console.log(
      `| ${name} | ${depth} | ${sum.cost.toFixed(1)} | ${peer[0]} | ${percent(sum.cost, peer[0])} | ${sum.adders.toFixed(1)} | ${peer[1]} | ${percent(sum.adders, peer[1])} | ${sum.depth.toFixed(1)} | ${peer[2]} | ${sum.negated.toFixed(1)} | ${seconds.toFixed(2)} |`,
    );
  }
  if (worseHere) worse++;
}
console.log(`\n${worse} of ${names.length} kernels cost more or have more adders somewhere.`);
process.exitCode = worse > 2 ? 1 : 0;
