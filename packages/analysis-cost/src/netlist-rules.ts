import { beatBits, type CostRule, type Op, type Resources, type StreamType } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { costOf, liveNodes, type Netlist, type NodeId } from "@gatefold/netlist";
import { type FittedFamily, familyTraits, fittedFamilies } from "./family.js";
import { Structure } from "./features/primitives.js";
import type { FittedModel } from "./fitted-rules.js";

/**
 * LUTs that Yosys 0.55 makes of a LUT of a netlist and of a bit of its carry chains. Fitted on eight netlists of random layers: tables of 9 and
 * 10 bits, and adder graphs of words of 1 to 8 bits with steps behind them, in two stages, as `printVerilog` prints them. Median and
 * greatest error are those on the same eight. An iCE40 takes more where chains subtract, as its carries take no inverted input, but not alike.
 */
const fits: Readonly<Record<FittedFamily, NetlistFit>> = {
  ice40: { logic: 0.98, carry: 1.27, median: 0.047, worst: 0.213 },
  ecp5: { logic: 0.97, carry: 1.16, median: 0.025, worst: 0.147 },
  xilinx7: { logic: 1.03, carry: 0.95, median: 0.043, worst: 0.101 },
};

interface NetlistFit {
  readonly logic: number;
  readonly carry: number;
  readonly median: number;
  readonly worst: number;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Rules for `hw.netlist`: its LUTs and adders, its registers, and the handshake in front. Tables that are not mapped yet count as LogicNets counts them. */
export function netlistRules(models: Readonly<Record<FittedFamily, FittedModel>>): CostRule[] {
  return fittedFamilies.map((family) => ({
    op: hw.Netlist,
    family,
    source:
      `its LUTs, adder bits and registers, within ${percent(fits[family].median)} (median) and ${percent(fits[family].worst)} of Yosys 0.55 ` +
      "on eight netlists; tables by LogicNets' rule",
    estimate: (op) => estimate(op, family, models[family]),
  }));
}

function estimate(op: Op, family: FittedFamily, model: FittedModel): Partial<Resources> {
  const traits = familyTraits[family];
  const netlist = hw.netlistOf(op);
  const handshake = new Structure(traits, "auto").skid(beatBits(op.result().type as StreamType), false);
  const { skid = 0, skidBits = 0 } = handshake.features;
  const around = skid * (model.lutsPer["skid"] ?? 0) + skidBits * (model.lutsPer["skidBits"] ?? 0);
  const { logicLuts, tableLuts, clampLuts, carryBits, ffCount } = costOf(netlist, traits.lutInputs);
  const { logic, carry } = fits[family];
  const shifted = traits.shiftStages === undefined ? noShifts : shiftRegisters(netlist, traits.shiftStages);
  const logicCount = logic * (logicLuts + tableLuts + clampLuts);
  const luts = logicCount + carry * carryBits + shifted.lutCount;
  return {
    lutCount: Math.round(around + luts),
    ffCount: handshake.ffCount + hw.netlistLatencyCycles(op) + ffCount - shifted.ffCount,
    bramCount: 0,
    dspCount: 0,
  };
}

interface Shifts {
  readonly lutCount: number;
  /** Registers that become LUTs. */
  readonly ffCount: number;
}

const noShifts: Shifts = { lutCount: 0, ffCount: 0 };

/** Registers in a row, each read by the next alone, that become LUTs of up to 32 stages a bit. */
function shiftRegisters(netlist: Netlist, fewest: number): Shifts {
  const live = liveNodes(netlist);
  const readers = new Int32Array(netlist.size);
  const rowOf = new Int32Array(netlist.size);
  for (const { node } of netlist.outputs) readers[node]!++;
  for (let node = 0; node < netlist.size; node++) {
    if (live[node] === 1) for (const operand of new Set(netlist.operands(node))) readers[operand]!++;
  }
  const isRegister = (node: NodeId): boolean => live[node] === 1 && netlist.kind(node) === "register";
  let [lutCount, ffCount] = [0, 0];
  for (let node = 0; node < netlist.size; node++) {
    if (!isRegister(node)) continue;
    const before = netlist.operands(node)[0]!;
    const goesOn = isRegister(before) && readers[before] === 1;
    rowOf[node] = goesOn ? rowOf[before]! + 1 : 1;
    if (goesOn) rowOf[before] = 0;
  }
  for (let node = 0; node < netlist.size; node++) {
    if (rowOf[node]! < fewest) continue;
    ffCount += rowOf[node]! * netlist.width(node);
    lutCount += Math.ceil(rowOf[node]! / 32) * netlist.width(node);
  }
  return { lutCount, ffCount };
}
