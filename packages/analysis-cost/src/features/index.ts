import type { AnyOpDef, Op } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import type { FamilyTraits } from "../family.js";
import { affineStructure, argmaxStructure, lookupStructure, thresholdStructure } from "./channels.js";
import { padStructure, poolStructure, upsampleStructure, windowStructure } from "./images.js";
import { mvuStructure, vvuStructure } from "./matrix.js";
import {
  addStreamsStructure,
  concatStructure,
  fifoStructure,
  forkStructure,
  sliceStructure,
  widthConverterStructure,
} from "./plumbing.js";
import { type Multipliers, Structure, type WeightStorage } from "./primitives.js";
import { requantizeStructure } from "./requantize.js";

/** The kernels whose structure is known; all but `hw.reshape`, which is wires. */
export const structures: ReadonlyMap<AnyOpDef, (s: Structure, op: Op) => void> = new Map<
  AnyOpDef,
  (s: Structure, op: Op) => void
>([
  [hw.Mvu, mvuStructure],
  [hw.Vvu, vvuStructure],
  [hw.Threshold, thresholdStructure],
  [hw.Requantize, requantizeStructure],
  [hw.Lookup, lookupStructure],
  [hw.Affine, affineStructure],
  [hw.ArgMax, argmaxStructure],
  [hw.Window, windowStructure],
  [hw.Pad, padStructure],
  [hw.Pool, poolStructure],
  [hw.Upsample, upsampleStructure],
  [hw.Fork, forkStructure],
  [hw.AddStreams, addStreamsStructure],
  [hw.Concat, concatStructure],
  [hw.Slice, sliceStructure],
  [hw.WidthConverter, widthConverterStructure],
  [hw.Fifo, fifoStructure],
]);

/** What a kernel is made of on a family; throws `TypeError` for an op that is no kernel of ours. */
export function structureOf(
  op: Op,
  traits: FamilyTraits,
  multipliers: Multipliers = "auto",
  weights: WeightStorage = "constant",
): Structure {
  const describe = structures.get(op.def);
  if (!describe) throw new TypeError(`\`${op.def.name}\` has no structure that this package knows`);
  const s = new Structure(traits, multipliers, weights);
  describe(s, op);
  return s.add(`kernel ${op.def.name}`, 1);
}
