// LUTs, levels and time of truth-table networks mapped by pass-truthtable, beside what other tools took for the same
// tables. Run after `npm run build`:
//
//   node bench/tables.mjs [name …]
//
// `LUT6` counts LUTs; `pairs` counts LUT6s with two outputs (a pair of functions of five inputs together takes one), as a place and
// route tool's count does. Every mapping is compared with its network on VECTORS random vectors (100000). Tables a second: ours beside
// `synth -flatten -lut 6` of the embedded Yosys on the same tables as `case` statements, in a thread that has run before. Vectors a
// second: ours beside the compiled simulation of the same netlist as Verilog, and beside `evaluate`. Recorded figures of other tools
// and where they come from: tables.json. Networks lie in $GATEFOLD_SHARED/lutnets. YOSYS=0 leaves out what Yosys does.
import { readFileSync } from "node:fs";
import { randomInteger, seededRandom } from "@gatefold/core";
import { evaluate, latencyCycles, liveNodes, printVerilog, simulate, statsOf } from "@gatefold/netlist";
import { firstDifference, mapTables, packDualOutputs, recodeTables } from "@gatefold/pass-truthtable";
import { compileDesign } from "@gatefold/sim";
import { createToolchain, yosysNetlist } from "@gatefold/toolchain";
import { combinational, loadTables, tableFolder } from "../tools/campaigns/table-networks.mjs";

const recorded = JSON.parse(readFileSync(new URL("tables.json", import.meta.url)));
const vectors = Number(process.env.VECTORS ?? 100_000);
const withYosys = process.env.YOSYS !== "0";
const toolchain = createToolchain();

async function seconds(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** LUTs and time of Yosys for a network's tables. */
async function yosys(network) {
  const files = { "top.v": printVerilog(network, { module: "top" }) };
  let lutCount = 0;
  const took = await seconds(async () => {
    const script = "read_verilog top.v\nsynth -flatten -lut 6 -top top";
    const { json } = await yosysNetlist(toolchain, { script, files });
    const cells = Object.values(JSON.parse(json).modules.top.cells);
    lutCount = cells.filter(({ type }) => type === "$lut").length;
  });
  return { lutCount, took };
}

/** Vectors a second: bit-parallel, one by one, and as compiled Verilog. All give the same. */
async function simulations(netlist) {
  const random = seededRandom(1);
  const inputs = netlist.inputs.map(({ node }) => {
    const { lo, hi } = netlist.interval(node);
    return Float64Array.from({ length: vectors }, () => randomInteger(random, lo, hi));
  });
  simulate(netlist, inputs);
  let outputs = [];
  const parallel = vectors / (await seconds(() => (outputs = simulate(netlist, inputs))));
  const few = Math.min(vectors, 2000);
  const differs = (o, v, value) => {
    if (outputs[o][v] !== value) throw new Error(`output ${o} of vector ${v} is ${value}`);
  };
  const single =
    few /
    (await seconds(() => {
      for (let v = 0; v < few; v++) {
        const given = inputs.map((of) => of[v]);
        evaluate(netlist, given).forEach((value, o) => {
          differs(o, v, value);
        });
      }
    }));
  if (!withYosys) return { parallel, single };
  const files = { "top.v": printVerilog(combinational(netlist), { module: "top" }) };
  const simulation = (await compileDesign({ files, top: "top", toolchain })).simulate();
  const read = readInputs(netlist);
  const compiled =
    few /
    (await seconds(() => {
      for (let v = 0; v < few; v++) {
        for (const { name, i } of read) simulation.poke(name, inputs[i][v]);
        netlist.outputs.forEach(({ name, node }, o) => {
          const bits = simulation.peek(name);
          differs(o, v, Number(netlist.signed(node) ? BigInt.asIntN(netlist.width(node), bits) : bits));
        });
      }
    }));
  return { parallel, single, compiled };
}

/** Inputs that a netlist reads; others need no value. */
function readInputs(netlist) {
  const live = liveNodes(netlist);
  const read = new Set(netlist.outputs.map(({ node }) => node));
  for (let node = 0; node < netlist.size; node++) {
    if (live[node] === 1) for (const operand of netlist.operands(node)) read.add(operand);
  }
  return netlist.inputs.map(({ name, node }, i) => ({ name, node, i })).filter(({ node }) => read.has(node));
}

const variants = [
  { label: "LUT6, area", options: { k: 6, objective: "area" } },
  { label: "LUT6, area, 24 trials", options: { k: 6, objective: "area", trials: 24 } },
  { label: "LUT6, depth", options: { k: 6, objective: "depth" } },
  { label: "LUT6, no don't-cares", options: { k: 6, objective: "area", dontCares: false }, plain: true },
  { label: "LUT4, area", options: { k: 4, objective: "area" } },
];

/** The alternatives in this run: Yosys for the same tables, other simulations of the same netlist. */
async function beside(network, mapped, took, lutCount) {
  const tables = statsOf(network).byKind.table;
  if (withYosys) {
    const other = await yosys(network);
    console.log(
      `  optimiser               ${(tables / took).toFixed(1)} tables/s; Yosys ${(tables / other.took).toFixed(1)} tables/s, ${other.lutCount} LUT6: ours takes ${(took / other.took).toFixed(2)} of its time and ${(lutCount / other.lutCount).toFixed(2)} of its LUTs`,
    );
  }
  const { parallel, single, compiled } = await simulations(mapped);
  const ratio = (other) => `${Math.round(other)}/s (x ${(parallel / other).toFixed(0)})`;
  console.log(
    `  simulation              ${(parallel / 1e6).toFixed(2)} million vectors/s; evaluate ${ratio(single)}${compiled === undefined ? "" : `, compiled Verilog ${ratio(compiled)}`}`,
  );
}

const names = process.argv.slice(2);
let skipped = 0;
for (const peer of recorded.networks) {
  if (names.length > 0 && !names.includes(peer.name)) continue;
  const network = loadTables(peer.name);
  if (network === undefined) {
    skipped++;
    continue;
  }
  console.log(
    `\n${peer.name}: ${statsOf(network).byKind.table} live tables, latency ${latencyCycles(network)}`,
  );
  const others = ["vivadoLut", "yosysLut6", "ttoptLut6"].flatMap((key) =>
    key in peer ? [`${key} ${peer[key]}`] : [],
  );
  console.log(others.length === 0 ? "  no figures of others" : `  others: ${others.join(", ")}`);
  for (const { label, options, plain } of variants) {
    const start = performance.now();
    const mapped = mapTables(plain ? network : recodeTables(network), options);
    const took = (performance.now() - start) / 1000;
    const differs = firstDifference(network, mapped, vectors) !== undefined;
    const { lut6Count, lutCount } = packDualOutputs(mapped);
    const wide = packDualOutputs(mapped, { wideMultiplexers: true });
    const { levels, byKind } = statsOf(mapped);
    const counts =
      options.k === 6
        ? `${lutCount} LUT6, ${lut6Count} with pairs, ${wide.lut6Count} with F7/F8 (${wide.f7Count}/${wide.f8Count})`
        : `${lutCount} LUT4`;
    const sums = byKind.sum === undefined ? "" : `, ${byKind.sum} sums beside`;
    console.log(
      `  ${label.padEnd(23)} ${counts}${sums}; ${levels} levels; ${took.toFixed(1)} s${differs ? "; DIFFERS" : ""}`,
    );
    if (differs) process.exitCode = 1;
    if (label === "LUT6, area") {
      await beside(network, mapped, took, lutCount);
      if (peer.aimLut6 !== undefined && lutCount > peer.aimLut6) process.exitCode = 1;
    }
  }
}
if (skipped > 0) console.log(`\n${skipped} networks not found in ${tableFolder}: skipped`);
await toolchain.close();
