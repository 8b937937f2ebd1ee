import type { KernelWork } from "@gatefold/dialect-hw";

/**
 * Bit operations as the product of widths: multiply–accumulates × weight bits × activation bits
 * (Baskin et al., "UNIQ", 2018, without the accumulation term).
 */
export function bitOperations({ macs, weightBits, activationBits }: KernelWork): number {
  return macs * weightBits * activationBits;
}
