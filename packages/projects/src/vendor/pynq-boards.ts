/** Pins of a processing system in a block design. */
export interface ProcessingSystem {
  readonly ip: string;
  readonly rule: string;
  readonly preset: readonly string[];
  readonly clock: string;
  readonly resetN: string;
  readonly master: string;
  readonly masterClock: string;
  readonly memory: string;
  readonly memoryClock: string;
  /** Properties that open the ports and set the clock. */
  readonly properties: (clockMhz: number) => readonly (readonly [string, string])[];
}

export interface PynqBoard {
  readonly name: string;
  readonly part: string;
  /** As the board files call it; without them the design is made for the part alone. */
  readonly boardPart: string;
  readonly system: ProcessingSystem;
}

/** Source: AMD PG082, Processing System 7. */
const zynq7: ProcessingSystem = {
  ip: "processing_system7",
  rule: "xilinx.com:bd_rule:processing_system7",
  preset: [
    "make_external",
    "FIXED_IO, DDR",
    "apply_board_preset",
    "1",
    "Master",
    "Disable",
    "Slave",
    "Disable",
  ],
  clock: "FCLK_CLK0",
  resetN: "FCLK_RESET0_N",
  master: "M_AXI_GP0",
  masterClock: "M_AXI_GP0_ACLK",
  memory: "S_AXI_HP0",
  memoryClock: "S_AXI_HP0_ACLK",
  properties: (clockMhz) => [
    ["CONFIG.PCW_USE_M_AXI_GP0", "1"],
    ["CONFIG.PCW_USE_S_AXI_HP0", "1"],
    ["CONFIG.PCW_FPGA0_PERIPHERAL_FREQMHZ", String(clockMhz)],
  ],
};

/** Source: AMD PG201, Zynq UltraScale+ Processing System. */
const zynqUltra: ProcessingSystem = {
  ip: "zynq_ultra_ps_e",
  rule: "xilinx.com:bd_rule:zynq_ultra_ps_e",
  preset: ["apply_board_preset", "1"],
  clock: "pl_clk0",
  resetN: "pl_resetn0",
  master: "M_AXI_HPM0_FPD",
  masterClock: "maxihpm0_fpd_aclk",
  memory: "S_AXI_HP0_FPD",
  memoryClock: "saxihp0_fpd_aclk",
  properties: (clockMhz) => [
    ["CONFIG.PSU__USE__M_AXI_GP0", "1"],
    ["CONFIG.PSU__USE__M_AXI_GP1", "0"],
    ["CONFIG.PSU__USE__S_AXI_GP2", "1"],
    ["CONFIG.PSU__CRL_APB__PL0_REF_CTRL__FREQMHZ", String(clockMhz)],
  ],
};

/** Boards for which a block design is written. Parts and board names: the board files of Digilent, TUL and AMD. */
export const pynqBoards: readonly PynqBoard[] = [
  {
    name: "pynq-z1",
    part: "xc7z020clg400-1",
    boardPart: "www.digilentinc.com:pynq-z1:part0:1.0",
    system: zynq7,
  },
  { name: "pynq-z2", part: "xc7z020clg400-1", boardPart: "tul.com.tw:pynq-z2:part0:1.0", system: zynq7 },
  {
    name: "zcu104",
    part: "xczu7ev-ffvc1156-2-e",
    boardPart: "xilinx.com:zcu104:part0:1.1",
    system: zynqUltra,
  },
];
