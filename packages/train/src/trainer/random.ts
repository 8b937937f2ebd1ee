import { createHash } from "node:crypto";
import { type Random, random } from "@gatefold/datasets";

/** Independent random numbers by name: a stream of the seed whose number is the first 48 bits of the name's SHA-256. */
export function namedRandom(seed: number, name: string): Random {
  return random(seed, createHash("sha256").update(name).digest().readUIntBE(0, 6));
}

/** The order of the samples in an epoch, by seed and epoch alone. */
export function sampleOrder(seed: number, epoch: number, count: number): Uint32Array {
  return namedRandom(seed, `order/${epoch}`).permutation(count);
}
