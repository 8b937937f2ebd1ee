export { cHeader, headerName } from "./driver/c-header.js";
export type { Decoding, Encoding } from "./driver/codes.js";
export { drivers } from "./driver/drivers.js";
export { packFrames, unpackFrames } from "./driver/frames.js";
export {
  type DriverLayout,
  driverLayout,
  type InputLayout,
  layoutSchema,
  type OutputLayout,
  type PortLayout,
  portLayout,
} from "./driver/layout.js";
export { type MakeCommand, type Makefile, type MakeRule, printMakefile } from "./make.js";
export { type BoardDesign, boardDesign, checkBoard, type UartBoardOptions, uartBoard } from "./uart/board.js";
export { type Board, boards, findBoard } from "./uart/boards.js";
export { openUart, type Uart, type UartOptions, uartInfer } from "./uart/host.js";
export { type ShellDesign, type ShellOptions, uartShell } from "./uart/shell.js";
export { type ProjectsOptions, projects, type Vendor, vendors } from "./vendor/projects.js";
export { type PynqBoard, pynqBoards } from "./vendor/pynq-boards.js";
export type { QuartusDevice } from "./vendor/quartus.js";
export { printTcl, type TclCommand, type TclItem, type TclWord } from "./vendor/tcl.js";
export {
  type ReportedFigure,
  type ReportText,
  readVivadoReports,
  type VivadoSynthesis,
} from "./vendor/vivado-reports.js";
