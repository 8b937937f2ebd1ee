import { defineInterface, type Op, type OpInterface } from "@gatefold/core";
import type { KernelMemory } from "@gatefold/dialect-hw";
import type { VerilogOptions } from "@gatefold/netlist";
import type { VParameter } from "./ast.js";

/** A read-only memory and the ports through which the kernel reads it. */
export interface MemoryPort {
  readonly memory: KernelMemory;
  /** Ports `<prefix>_en`, `<prefix>_addr`, `<prefix>_data`. */
  readonly prefix: string;
}

/** The instance that stands for one kernel. Streams are `s_axis` and `m_axis`, numbered when there are several. */
export interface VerilogInstance {
  /** A module of the library, or one whose source is given; that may instantiate modules of the library. */
  readonly module: string;
  readonly source?: string;
  readonly parameters: Readonly<Record<string, VParameter>>;
  readonly memories?: readonly MemoryPort[];
  /**
   * Several memories behind one set of ports, each on its own part of address and data: lane `i` at
   * `addr[i*addressBits +: addressBits]` and `data[i*width +: width]`.
   */
  readonly laneMemories?: readonly MemoryPort[];
  /** Whether all outputs share one set of `m_axis` ports, output `i` at `tdata[i*WIDTH +: WIDTH]` and `tvalid[i]`. */
  readonly packedOutputs?: boolean;
  /** Output ports that stay open. */
  readonly open?: readonly string[];
}

/** How the design is to be written, for kernels that have a choice. */
export interface VerilogStyle {
  /** Whether multipliers are left to the tool or built from LUTs. */
  readonly multipliers: "auto" | "logic";
  /** How LUTs of circuits are written. */
  readonly luts: NonNullable<VerilogOptions["luts"]>;
  /** A module name that is the kernel's own, for a source that is written for it alone. */
  readonly module: string;
}

export interface VerilogModel {
  /** `"wires"` connects the first input to the first output. */
  instance(op: Op, style: VerilogStyle): VerilogInstance | "wires";
}

/** How a streaming op is written in Verilog. An op of a stranger brings its own. */
export const VerilogKernel: OpInterface<VerilogModel> = defineInterface<VerilogModel>("verilog.kernel");
