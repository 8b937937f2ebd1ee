import { SimError } from "../errors.js";
import { type Bits, constantBits, extend, wordBits, wordCount } from "../netlist/bits.js";
import { op } from "../wasm/code.js";
import { type CellCompilers, output } from "./common.js";
import { setShifted } from "./shift.js";

const mux: CellCompilers[string] = (cell, model) => {
  const y = output(cell, model);
  if (y === undefined) return;
  const [a, b, s] = [cell.port("A"), cell.port("B"), cell.bit("S")];
  model.comb(cell, [a, b, [s]], [y], (e) => {
    for (let word = 0; word < wordCount(y.widthBits); word++) {
      e.push(wordBits(b, word));
      e.push(wordBits(a, word));
      e.condition(s);
      e.code.op(op.select);
      e.set(y, word);
    }
  });
};

/** `Y = A`, or the slice of B whose select bit is set; the lowest one where several are (Verilog: x). */
const pmux: CellCompilers[string] = (cell, model) => {
  const y = output(cell, model);
  if (y === undefined) return;
  const [a, b, s] = [cell.port("A"), cell.port("B"), cell.port("S")];
  const width = y.widthBits;
  model.comb(cell, [a, b, s], [y], (e) => {
    for (let word = 0; word < wordCount(width); word++) {
      const value = e.temp();
      e.push(wordBits(a, word));
      e.code.set(value);
      for (let i = s.length - 1; i >= 0; i--) {
        e.push(wordBits(b.slice(i * width, (i + 1) * width), word));
        e.code.get(value);
        e.condition(s[i] ?? 0);
        e.code.op(op.select).set(value);
      }
      e.code.get(value);
      e.set(y, word);
    }
  });
};

/** Element `S` of the table `A`. */
function table(
  elements: (cell: Parameters<NonNullable<CellCompilers[string]>>[0]) => readonly [table: Bits, select: Bits],
): CellCompilers[string] {
  return (cell, model) => {
    const y = output(cell, model);
    if (y === undefined) return;
    const [a, s] = elements(cell);
    setShifted(cell, model, {
      y,
      value: a,
      amount: s,
      scale: y.widthBits,
      direction: "right",
      fill: 0,
      signedAmount: false,
    });
  };
}

/** `Y` is 0 but for element `S`, which is `A`. */
const demux: CellCompilers[string] = (cell, model) => {
  const y = output(cell, model);
  if (y === undefined) return;
  const a = cell.port("A");
  const value = extend(a, y.widthBits, false);
  setShifted(cell, model, {
    y,
    value,
    amount: cell.port("S"),
    scale: a.length,
    direction: "left",
    fill: 0,
    signedAmount: false,
  });
};

export const selectCells: CellCompilers = {
  $mux: mux,
  $pmux: pmux,
  $bmux: table((cell) => [cell.port("A"), cell.port("S")]),
  $lut: table((cell) => [
    extend(constantBits(cell.text("LUT")), 2 ** cell.number("WIDTH"), false),
    cell.port("A"),
  ]),
  $demux: demux,
  $tribuf: (cell) => {
    throw new SimError(
      "unsupported-cell",
      `${cell.label} drives high impedance, which a two-state simulation does not know`,
    );
  },
};
