/** Countable resources of a circuit. */
export interface Resources {
  readonly lutCount: number;
  readonly ffCount: number;
  readonly bramCount: number;
  readonly dspCount: number;
}

/** What a device offers. */
export interface DeviceResources extends Resources {
  /** Capacity of one block RAM. */
  readonly bramBits: number;
  /** Large single-port memories (iCE40 UltraPlus SPRAM), and the capacity of one. */
  readonly spramCount?: number;
  readonly spramBits?: number;
  /** UltraRAM blocks, and the capacity of one. */
  readonly uramCount?: number;
  readonly uramBits?: number;
}

/** Delays of a family's cells, in nanoseconds, with the wire to the next cell where that is not a carry. */
export interface CellDelays {
  /** Through a LUT and the wire behind it. */
  readonly lutNs: number;
  /** Into a carry chain and out of it, and the wire behind it. */
  readonly carryEntryNs: number;
  /** Along a carry chain, a bit. */
  readonly carryBitNs: number;
  /** Out of a register, the wire behind it, and the setup time of the next. */
  readonly registerNs: number;
}

/** A device as pure data. */
export interface Target {
  /** kebab-case, as the user types it: `ice40-hx8k`. */
  readonly name: string;
  /** Picks cost rules: `ice40`, `ecp5`, `xilinx7`, or a stranger's own. */
  readonly family: "ice40" | "ecp5" | "xilinx7" | (string & {});
  /** The part as tools call it. */
  readonly device: string;
  readonly package?: string;
  readonly resources: DeviceResources;
  readonly defaultClockMhz: number;
  /** Inputs of one look-up table. */
  readonly lutInputs: number;
  /** How long its cells take; without it circuits are not pipelined for a clock. */
  readonly delays?: CellDelays;
  /** Options for tools, by tool name. */
  readonly tools: Readonly<Record<string, unknown>>;
}
