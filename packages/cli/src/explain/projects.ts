/** Boards, drivers and projects for vendors' tools. */
export const projectExplanations: Readonly<Record<string, string>> = {
  "projects/bad-baud":
    "A bit on the serial line takes a whole number of clock cycles, at least four. The rate that comes of it may be 2 % off, which both ends together still understand.",
  "projects/no-block-design":
    "The block design for PYNQ boards has one DMA engine, which serves one input and one output stream. The IP core in `vivado/` has all streams.",
  "projects/no-lattice-device":
    "Projects for Lattice's tools are written for iCE40 and ECP5, so the target has to be one of these.",
  "projects/not-a-report":
    "The figures of Vivado are read from the texts that `report_utilization -file` and `report_timing_summary -file` write. The scripts in `vivado/` write them; a design whose clock is not constrained has no figure to read.",
  "projects/several-streams":
    "The serial line carries the bytes of one stream in and of one stream out. A network of several inputs or outputs needs a top that joins them.",
  "projects/unknown-board": "No board of this name is known. The note lists those that are.",
  "projects/unreached-weights":
    "Writable weights are written through an AXI4-Lite slave of the circuit, as a processor has it on its bus. A board's serial line only carries frames. Build with constant weights, or for a board with a processor (`--vendor pynq`).",
  "projects/wide-stream":
    "The DMA engine of the block design moves at most 1024 bits a beat. Fewer lanes at the circuit's ends make beats narrower.",
};
