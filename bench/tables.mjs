// LUTs, levels and time of truth-table networks mapped by pass-truthtable, beside what other tools took for the same
// tables. Run after `npm run build`:
//
//   node bench/tables.mjs [name …]
//
// `LUT6` counts LUTs; `pairs` counts LUT6s with two outputs (a pair of functions of five inputs together takes one), as a place and
// route tool's count does. Every mapping is compared with its network on VECTORS random vectors (100000); simulation speed is that of
// the mapped netlist. Other tools' figures and where they come from: tables.json. Networks lie in $GATEFOLD_SHARED/lutnets.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { randomInteger, seededRandom } from "@gatefold/core";
import { latencyCycles, simulate, statsOf } from "@gatefold/netlist";
import {
  firstDifference,
  mapTables,
  packDualOutputs,
  readTables,
  recodeTables,
} from "@gatefold/pass-truthtable";

const root = new URL("..", import.meta.url).pathname;
const folder = join(process.env.GATEFOLD_SHARED ?? join(root, "../shared"), "lutnets");
const recorded = JSON.parse(readFileSync(new URL("tables.json", import.meta.url)));
const vectors = Number(process.env.VECTORS ?? 100_000);

/** The file of a network, or the files of a folder, as readTables takes them. */
function load(name) {
  const zipped = join(folder, `${name}.json.gz`);
  if (existsSync(zipped)) return JSON.parse(gunzipSync(readFileSync(zipped)));
  const read = (file) => JSON.parse(readFileSync(join(folder, name, file)));
  if (!existsSync(join(folder, name))) return undefined;
  return { config: read("config.json"), tables: read("truth_tables.json") };
}

function vectorsPerSecond(netlist) {
  const random = seededRandom(1);
  const inputs = netlist.inputs.map(({ node }) => {
    const { lo, hi } = netlist.interval(node);
    return Float64Array.from({ length: vectors }, () => randomInteger(random, lo, hi));
  });
  simulate(netlist, inputs);
  const start = performance.now();
  simulate(netlist, inputs);
  return (vectors / (performance.now() - start)) * 1000;
}

const variants = [
  { label: "LUT6, area", options: { k: 6, objective: "area" } },
  { label: "LUT6, area, 24 trials", options: { k: 6, objective: "area", trials: 24 } },
  { label: "LUT6, depth", options: { k: 6, objective: "depth" } },
  { label: "LUT6, no don't-cares", options: { k: 6, objective: "area", dontCares: false }, plain: true },
  { label: "LUT4, area", options: { k: 4, objective: "area" } },
];

const names = process.argv.slice(2);
let skipped = 0;
for (const peer of recorded.networks) {
  if (names.length > 0 && !names.includes(peer.name)) continue;
  const file = load(peer.name);
  if (file === undefined) {
    skipped++;
    continue;
  }
  const network = readTables(file, peer.name);
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
    const seconds = (performance.now() - start) / 1000;
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
      `  ${label.padEnd(23)} ${counts}${sums}; ${levels} levels; ${seconds.toFixed(1)} s${differs ? "; DIFFERS" : ""}`,
    );
    if (differs) process.exitCode = 1;
    if (label === "LUT6, area") {
      const speed = vectorsPerSecond(mapped);
      console.log(`  simulation              ${(speed / 1e6).toFixed(2)} million vectors/s`);
      if (peer.aimLut6 !== undefined && lutCount > peer.aimLut6) process.exitCode = 1;
    }
  }
}
if (skipped > 0) console.log(`\n${skipped} networks not found in ${folder}: skipped`);
