import { type Bits, extend } from "../netlist/bits.js";
import type { Model, Signal } from "../netlist/model.js";
import type { Cell } from "../netlist/yosys-json.js";

/** Adds one cell to a model: its signals and its steps. Keyed by cell type. */
export type CellCompilers = Readonly<Record<string, (cell: Cell, model: Model) => void>>;

/** The wire that a port of a cell drives; undefined for a port of no bits, whose cell then has nothing to do. */
export function output(cell: Cell, model: Model, port = "Y"): Signal | undefined {
  const bits = cell.port(port);
  return bits.length === 0 ? undefined : model.signal("wire", cell.label, bits.length, bits);
}

/** Verilog's rule for two operands: they are signed when both are. */
export function bothSigned(cell: Cell): boolean {
  return cell.flag("A_SIGNED") && cell.flag("B_SIGNED");
}

/** Both operands, extended to the width that Verilog computes at. */
export function signedPair(cell: Cell, widthBits: number): readonly [Bits, Bits] {
  const signed = bothSigned(cell);
  return [extend(cell.port("A"), widthBits, signed), extend(cell.port("B"), widthBits, signed)];
}
