import {
  type CellDelays,
  definePass,
  type Module,
  type Pass,
  type PassContext,
  type Target,
} from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { costOf, liveNodes, type Netlist, narrowSums, pipeline } from "@gatefold/netlist";
import { mapTables, recodeTables } from "@gatefold/pass-truthtable";
import { replaceNetlist } from "./build-layer.js";
import { splitBitsOf, stageNs, timingOf } from "./family.js";
import { lutInputsOf, type SpatialOptions, targetOf } from "./options.js";

/** Where a target says nothing of its delays: what cells take relative to a LUT. */
const usualDelays: CellDelays = { lutNs: 1, carryEntryNs: 1, carryBitNs: 0.05, registerNs: 1 };

/**
 * Tables become LUTs of the target, codes between them are numbered anew, and registers are set: for a clock, for a number of stages,
 * or, where a target says nothing of its delays, as many stages as there are layers in the circuit.
 *
 * Exact: what changes are entries that no input reaches, codes that nothing outside sees, and clocks.
 */
export function mapNetlists(options: SpatialOptions): Pass {
  return definePass({
    name: "map-netlists",
    summary: "Tables of spatial circuits become LUTs, and circuits are pipelined.",
    phase: "implement",
    semantics: "bit-exact",
    run: (module, ctx) => run(module, ctx, options),
  });
}

function run({ main }: Module, ctx: PassContext, options: SpatialOptions): void {
  const target = targetOf(options, ctx);
  const circuits = [...main.ops()].filter((op) => hw.Netlist.is(op));
  circuits.forEach((op, i) => {
    ctx.progress(i, circuits.length, op.loc.node ?? op.def.name);
    replaceNetlist(main, op, (netlist) => staged(mapped(netlist, options, target), options, target));
  });
}

/** Tables as LUTs, as the options have it. */
export function mapped(netlist: Netlist, options: SpatialOptions, target: Target | undefined): Netlist {
  const { tables = "luts", dontCares = true, objective = "area", effort = 1 } = options;
  const recoded = dontCares ? recodeTables(netlist) : netlist;
  if (tables === "case") return recoded;
  const trials = Math.max(1, Math.round(4 * effort));
  const k = lutInputsOf(target);
  const luts = mapTables(recoded, { k, objective, dontCares, trials });
  return narrowSums(luts, k, { splitBits: splitBitsOf(target) });
}

/** Registers between stages; those that were there are taken away. */
function staged(netlist: Netlist, options: SpatialOptions, target: Target | undefined): Netlist {
  const timing = { ...timingOf(target, target?.delays ?? usualDelays), lutInputs: target?.lutInputs ?? 6 };
  const clockMhz = options.clockMhz ?? target?.defaultClockMhz;
  if (options.stages === undefined && target?.delays !== undefined && clockMhz !== undefined) {
    const { lutCount } = costOf(netlist, lutInputsOf(target));
    return pipeline(netlist, { ...timing, clockNs: stageNs(1000 / clockMhz, lutCount) }).netlist;
  }
  return pipeline(netlist, { ...timing, stages: options.stages ?? layersIn(netlist) }).netlist;
}

/** Layers that a circuit was merged from, 1 at least. */
function layersIn(netlist: Netlist): number {
  const live = liveNodes(netlist);
  const origins = new Set<string>();
  for (let node = 0; node < netlist.size; node++) {
    if (live[node] === 1 && netlist.kind(node) !== "input") origins.add(netlist.origin(node));
  }
  return Math.max(1, origins.size);
}
