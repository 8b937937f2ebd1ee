import { SimError } from "../errors.js";
import type { Model } from "../netlist/model.js";
import type { Cell } from "../netlist/yosys-json.js";
import { arithmeticCells } from "./arithmetic.js";
import { bitwiseCells } from "./bitwise.js";
import type { CellCompilers } from "./common.js";
import { compareCells } from "./compare.js";
import { memoryCells } from "./memory.js";
import { registerCells } from "./register.js";
import { selectCells } from "./select.js";
import { shiftCells } from "./shift.js";

const cells: CellCompilers = {
  ...bitwiseCells,
  ...arithmeticCells,
  ...compareCells,
  ...shiftCells,
  ...selectCells,
  ...registerCells,
  ...memoryCells,
};

/** Statements about a design rather than parts of it. */
const remarks: ReadonlySet<string> = new Set([
  "$print",
  "$check",
  "$assert",
  "$assume",
  "$cover",
  "$live",
  "$fair",
  "$scopeinfo",
]);

/** Adds what a cell does to the model. */
export function addCell(cell: Cell, model: Model): void {
  if (remarks.has(cell.type)) {
    if (cell.type !== "$scopeinfo") model.warnings.push(`${cell.label} is not simulated`);
    return;
  }
  const compile = cells[cell.type];
  if (compile === undefined) {
    const what = cell.type.startsWith("$")
      ? "a cell that the simulator does not know"
      : "a module without a definition";
    throw new SimError("unknown-cell", `${cell.label} is ${what}`);
  }
  compile(cell, model);
}
