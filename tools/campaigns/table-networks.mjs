// The trained truth-table networks in $GATEFOLD_SHARED/lutnets (or `shared/lutnets` beside the repository), for campaigns and benches.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { liveNodes, Netlist, rebuild } from "@gatefold/netlist";
import { readTables } from "@gatefold/pass-truthtable";

const root = new URL("../..", import.meta.url).pathname;
export const tableFolder = join(process.env.GATEFOLD_SHARED ?? join(root, "../shared"), "lutnets");

/** A network by its name, from a file or a folder of files; undefined when it is not there. */
export function loadTables(name) {
  const zipped = join(tableFolder, `${name}.json.gz`);
  if (existsSync(zipped)) return readTables(JSON.parse(gunzipSync(readFileSync(zipped))), name);
  const read = (file) => JSON.parse(readFileSync(join(tableFolder, name, file)));
  if (!existsSync(join(tableFolder, name))) return undefined;
  return readTables({ config: read("config.json"), tables: read("truth_tables.json") }, name);
}

/** The same function without registers. */
export const combinational = (netlist) =>
  rebuild(netlist, (_, node, operands) => (netlist.kind(node) === "register" ? operands[0] : undefined));

/** Each table that an output needs as a netlist of its own, whose inputs are the bits of its address. */
export function neuronsOf(netlist) {
  const neurons = [];
  const live = liveNodes(netlist);
  for (let node = 0; node < netlist.size; node++) {
    if (live[node] === 0 || netlist.kind(node) !== "table") continue;
    const neuron = new Netlist(`neuron_${node}`);
    const address = Array.from(netlist.operands(node), (_, i) => neuron.input(`x${i}`, { lo: 0, hi: 1 }));
    neuron.output("y", neuron.table(address, netlist.entries(node)));
    neurons.push(neuron);
  }
  return neurons;
}
