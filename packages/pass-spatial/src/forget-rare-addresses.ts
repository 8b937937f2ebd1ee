import {
  definePass,
  evaluateModule,
  type Module,
  numbers,
  type Pass,
  type PassContext,
  type Tensor,
} from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import type { Vectors } from "@gatefold/netlist";
import { mapTables, recodeTables } from "@gatefold/pass-truthtable";
import { replaceNetlist } from "./build-layer.js";
import { lutInputsOf, type Rarity, type SpatialOptions, targetOf } from "./options.js";
import { rareAddresses } from "./rare.js";

/**
 * Tables become LUTs that are right at the addresses that come often enough on some data, and anything elsewhere.
 *
 * Not exact: what the network makes of other inputs may change, so its accuracy has to be measured again, on data that was not given
 * here. Source: Nazemi et al., "NullaNet", ASP-DAC 2019, for don't-cares from data.
 */
export function forgetRareAddresses(options: SpatialOptions, rarity: Rarity): Pass {
  return definePass({
    name: "forget-rare-addresses",
    summary: "Tables may become anything at addresses that hardly come on some data.",
    phase: "implement",
    semantics: "changes-numerics",
    run: (module, ctx) => run(module, ctx, options, rarity),
  });
}

function run(module: Module, ctx: PassContext, options: SpatialOptions, { data, times }: Rarity): void {
  const { objective = "area", effort = 1 } = options;
  const k = lutInputsOf(targetOf(options, ctx));
  const circuits = [...module.main.ops()].filter((op) => hw.Netlist.is(op));
  const seen = new Map(circuits.map((op) => [op.operand(0), [] as Tensor[]]));
  for (const row of data) {
    evaluateModule(module, row, { onValue: (value, tensor) => void seen.get(value)?.push(tensor) });
  }
  const vectors = circuits.map((op) => columnsOf(seen.get(op.operand(0))!));
  circuits.forEach((op, i) => {
    replaceNetlist(module.main, op, (netlist) => {
      const recoded = recodeTables(netlist);
      const care = rareAddresses(recoded, vectors[i]!, times);
      return mapTables(recoded, { k, objective, care, trials: Math.max(1, Math.round(4 * effort)) });
    });
  });
}

/** The words of each channel over all vectors of some tensors. */
function columnsOf(tensors: readonly Tensor[]): Vectors {
  const channels = tensors[0]?.shape.at(-1) ?? 0;
  const perTensor = (tensors[0]?.data.length ?? 0) / Math.max(1, channels);
  const columns = Array.from({ length: channels }, () => new Float64Array(perTensor * tensors.length));
  tensors.forEach((tensor, t) => {
    const isBipolar = tensor.elem === "bipolar";
    numbers(tensor).forEach((code, i) => {
      const at = t * perTensor + Math.floor(i / channels);
      columns[i % channels]![at] = isBipolar ? (code + 1) / 2 : code;
    });
  });
  return columns;
}
