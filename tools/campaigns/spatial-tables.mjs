// Truth-table networks of others from tables to a placed circuit: mapped to LUT6 and LUT4, compared by simulation, neuron by neuron
// at every address, and by a SAT proof against `case` tables; then pipelined and placed on an iCE40 HX8K with registers at both ends.
//
//   npm run campaign:tables [-- <name> …]
//
// Reads $GATEFOLD_SHARED/lutnets (or `shared/lutnets` beside the repository); says so when it is not there. Frequencies are those of the whole
// chip with the harness around the circuit; latency is from the input registers to the output registers. Exits 1 where two of
// them differ, a proof fails, or synthesis does not keep the LUTs that were mapped.
import { randomInteger, seededRandom } from "@gatefold/core";
import { pipeline, printVerilog, simulate, statsOf } from "@gatefold/netlist";
import { firstDifference, mapTables, packDualOutputs, recodeTables } from "@gatefold/pass-truthtable";
import { placeAndRoute, proveEqual } from "@gatefold/synth";
import { ice40Targets } from "@gatefold/target-ice40";
import { createToolchain } from "@gatefold/toolchain";
import { combinational, loadTables, neuronsOf, tableFolder } from "./table-networks.mjs";

const names = ["iiot_bin_sparse_big", "iiot_bin_sparse", "iiot_6cl_sparse", "iiot_bin"];
const vectors = 100_000;
/** Neurons whose mapping is also proved, drawn at random. */
const proved = 4;
const proofSeconds = 120;
const { delays } = ice40Targets.find(({ name }) => name === "ice40-hx8k");

const toolchain = createToolchain();
let failures = 0;
const check = (good) => {
  if (!good) failures++;
  return good ? "" : " FAILED";
};

const timed = async (work) => {
  const start = performance.now();
  const result = await work();
  return { result, seconds: ((performance.now() - start) / 1000).toFixed(1) };
};

const source = (netlist, luts = "expressions") => ({
  files: { "top.v": printVerilog(netlist, { module: "top", luts }) },
  top: "top",
});
const prove = (gold, gate) =>
  proveEqual({
    gold: source(combinational(gold)),
    gate: source(combinational(gate), "xilinx7"),
    timeLimitSeconds: proofSeconds,
  });

/** A neuron mapped on its own is its table, at every address. */
function equalEverywhere(neuron, mapped) {
  const bits = neuron.inputs.length;
  const inputs = Array.from({ length: bits }, (_, i) =>
    Uint8Array.from({ length: 2 ** bits }, (_, address) => (address >>> i) & 1),
  );
  const [left, right] = [simulate(neuron, inputs)[0], simulate(mapped, inputs)[0]];
  return left.every((value, address) => value === right[address]);
}

/** The network as LUTs, compared with it. */
async function mapped(network, k) {
  const run = await timed(() => mapTables(recodeTables(network), { k, objective: "area" }));
  const packing = packDualOutputs(run.result);
  const equal = firstDifference(network, run.result, vectors) === undefined;
  const pairs = k === 6 ? ` (${packing.lut6Count} with pairs)` : "";
  const { levels } = statsOf(combinational(run.result));
  console.log(
    `  LUT${k}  ${packing.lutCount}${pairs}, ${levels} levels in all, ${run.seconds} s; ${vectors} random vectors equal${check(equal)}`,
  );
  return run.result;
}

async function neurons(network) {
  const all = neuronsOf(network);
  const run = await timed(() => {
    const maps = all.map((neuron) => mapTables(neuron, { k: 6, objective: "area", trials: 1 }));
    return { maps, equal: maps.filter((map, i) => equalEverywhere(all[i], map)).length };
  });
  const { maps, equal } = run.result;
  console.log(
    `  ${equal} of ${all.length} neurons equal at every address, ${run.seconds} s${check(equal === all.length)}`,
  );
  const random = seededRandom(7);
  for (let i = 0; i < Math.min(proved, all.length); i++) {
    const at = randomInteger(random, 0, all.length - 1);
    const { outcome, wallSeconds } = await prove(all[at], maps[at]);
    console.log(
      `  neuron ${at} of ${all[at].inputs.length} inputs: ${outcome}, ${wallSeconds.toFixed(1)} s${check(outcome !== "refuted")}`,
    );
  }
}

async function whole(network, map) {
  const { outcome, wallSeconds } = await prove(network, map);
  console.log(
    `  the whole against its case tables: ${outcome}, ${wallSeconds.toFixed(1)} s${check(outcome !== "refuted")}`,
  );
}

async function placed(map) {
  const { lutCount } = packDualOutputs(map);
  for (const clockNs of [1000, 4]) {
    const ports = { registerInputs: true, registerOutputs: true };
    const { netlist, stages, worstStageNs } = pipeline(map, { delays, lutInputs: 4, clockNs, ...ports });
    const result = await placeAndRoute({
      ...source(netlist, "ice40"),
      device: "hx8k",
      clockMhz: Math.max(100, 1000 / clockNs),
      harness: "always",
      toolchain,
    });
    const fmax = Object.values(result.fmaxMhz)[0];
    const { lutCount: kept, ffCount } = result.synthesis;
    console.log(
      `  HX8K  ${kept} LUT4${check(kept === lutCount)}, ${ffCount} registers, ${stages} stages: ${fmax.toFixed(0)} MHz (expected ${(1000 / worstStageNs).toFixed(0)}), ${((stages * 1000) / fmax).toFixed(1)} ns`,
    );
  }
}

const wanted = process.argv.slice(2);
for (const name of names) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const network = loadTables(name);
  if (network === undefined) {
    console.log(`${name} is not in ${tableFolder}: skipped`);
    continue;
  }
  console.log(name);
  const lut6 = await mapped(network, 6);
  await neurons(network);
  await whole(network, lut6);
  await placed(await mapped(network, 4));
}
await toolchain.close();
process.exitCode = failures === 0 ? 0 : 1;
