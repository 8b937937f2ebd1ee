import { checkOptions, option } from "@gatefold/core";
import type { VerilogOptions as NetlistOptions } from "@gatefold/netlist";

export interface VerilogOptions {
  /** Name of the top module; the network's name unless given. */
  readonly top?: string | undefined;
  /** Weights and thresholds as `.mem` files beside the sources (default), or in the sources. */
  readonly memories?: "files" | "inline" | undefined;
  /**
   * Weights of matrix, vector and grouped units as constants (default), or in memories that the host writes over AXI4-Lite:
   * `weights` of the design says where.
   */
  readonly weights?: "constant" | "writable" | undefined;
  /** The `ram_style` that memories ask for; `auto` asks for blocks from 64 words on and leaves the rest to the tool. */
  readonly ramStyle?: "auto" | "block" | "distributed" | undefined;
  /** Multipliers as the tool sees fit (default; DSP blocks where there are any), or built from LUTs by radix-4 digits. */
  readonly multipliers?: "auto" | "logic" | undefined;
  /** LUTs of spatial circuits as expressions that synthesis maps anew (default), or as cells of a family that it keeps. */
  readonly luts?: NetlistOptions["luts"] | undefined;
  /** Frames of the self-checking test bench; 8 unless given, 0 for none. */
  readonly testFrames?: number | undefined;
  /** Seed of the test bench's inputs. */
  readonly seed?: number | undefined;
}

/** Throws a `DiagnosticError` that names every option that is unknown or wrong. */
export function checkVerilogOptions(options: VerilogOptions): VerilogOptions {
  return checkOptions("verilog", options, {
    top: option.optional(
      option.custom(
        "a Verilog identifier",
        (v) => typeof v === "string" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(v),
      ),
    ),
    memories: option.optional(option.oneOf(["files", "inline"])),
    multipliers: option.optional(option.oneOf(["auto", "logic"])),
    weights: option.optional(option.oneOf(["constant", "writable"])),
    luts: option.optional(option.oneOf(["expressions", "ice40", "ecp5", "xilinx7"])),
    ramStyle: option.optional(option.oneOf(["auto", "block", "distributed"])),
    testFrames: option.optional(option.integer({ min: 0 })),
    seed: option.optional(option.integer({ min: 0 })),
  });
}
