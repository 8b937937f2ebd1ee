import { extend } from "./bits.js";
import type { Cell } from "./yosys-json.js";

/** A cell whose output bits depend on few input bits each, as cells of one bit; any other cell as it is. */
export function splitCell(cell: Cell): readonly Cell[] {
  const width = cell.has("Y") ? cell.port("Y").length : 0;
  if (width < 2) return [cell];
  const pieces = (of: (i: number) => Cell): Cell[] => Array.from({ length: width }, (_, i) => of(i));
  const y = (i: number): readonly number[] => cell.port("Y").slice(i, i + 1);
  switch (cell.type) {
    case "$not":
    case "$pos": {
      const a = extend(cell.port("A"), width, cell.flag("A_SIGNED"));
      const one = { A_WIDTH: 1, Y_WIDTH: 1 };
      return pieces((i) => cell.piece(`[${i}]`, { A: a.slice(i, i + 1), Y: y(i) }, one));
    }
    case "$and":
    case "$or":
    case "$xor":
    case "$xnor": {
      const signed = cell.flag("A_SIGNED") && cell.flag("B_SIGNED");
      const [a, b] = [extend(cell.port("A"), width, signed), extend(cell.port("B"), width, signed)];
      const one = { A_WIDTH: 1, B_WIDTH: 1, Y_WIDTH: 1 };
      return pieces((i) =>
        cell.piece(`[${i}]`, { A: a.slice(i, i + 1), B: b.slice(i, i + 1), Y: y(i) }, one),
      );
    }
    case "$mux":
    case "$pmux": {
      const [a, b, s] = [cell.port("A"), cell.port("B"), cell.port("S")];
      const taken = (i: number) => s.map((_, k) => b[k * width + i] ?? 0);
      return pieces((i) =>
        cell.piece(`[${i}]`, { A: a.slice(i, i + 1), B: taken(i), S: s, Y: y(i) }, { WIDTH: 1 }),
      );
    }
    default:
      return [cell];
  }
}
