import type { Emitter } from "../compile/emitter.js";
import { type Bits, extend, wordBits, wordCount } from "../netlist/bits.js";
import type { Model, Signal } from "../netlist/model.js";
import type { Cell } from "../netlist/yosys-json.js";
import { op } from "../wasm/code.js";
import { type CellCompilers, output } from "./common.js";

interface Shift {
  readonly y: Signal;
  readonly value: Bits;
  /** The number of places is `amount · scale`. */
  readonly amount: Bits;
  readonly scale: number;
  readonly direction: "left" | "right";
  /** The bit that comes in from above. */
  readonly fill: number;
  /** A negative amount shifts the other way. */
  readonly signedAmount: boolean;
}

/** No amount beyond this one makes a difference, and 64-bit sums with it cannot wrap. */
const far = 1n << 40n;

/** Adds the step `y = value shifted`. */
export function setShifted(cell: Cell, model: Model, shift: Shift): void {
  const { y, value, amount, fill } = shift;
  const sign = shift.signedAmount ? (amount.at(-1) ?? 0) : 0;
  const simple = value.length <= 64 && y.widthBits <= 64 && sign === 0;
  const wide = extendTo64(value, fill);
  model.comb(
    cell,
    [value, amount, [fill]],
    [y],
    (e) => {
      if (simple) shiftWord(e, shift);
      else shiftWords(e, shift, wide, sign);
    },
    simple ? [] : [wide],
  );
}

/** Whole words for a value that a sign continues; as it is when zeros do. */
function extendTo64(value: Bits, fill: number): Bits {
  return fill === 0
    ? value
    : [...value, ...new Array<number>(64 * wordCount(value.length) - value.length).fill(fill)];
}

/** Both the value and the result are one word, and the amount is not negative. */
function shiftWord(e: Emitter, { y, value, amount, scale, direction, fill }: Shift): void {
  const { code } = e;
  const places = e.temp();
  pushPlaces(e, amount, scale, 0);
  code.set(places);
  const bounded = amount.length < 32 && (2 ** amount.length - 1) * scale < 64;
  if (fill !== 0) {
    // all places from 63 on give the fill bit
    e.pushSigned([...value, fill].slice(0, 64));
    if (bounded) code.get(places);
    else code.get(places).i64(63n).get(places).i64(63n).op(op.i64LtU, op.select);
    code.op(op.i64ShrS);
  } else {
    e.push(value);
    code.get(places).op(direction === "left" ? op.i64Shl : op.i64ShrU);
    if (!bounded) code.i64(0n).get(places).i64(64n).op(op.i64LtU, op.select);
  }
  e.setMasked(y, 0);
}

function shiftWords(
  e: Emitter,
  { y, value, amount, scale, direction, fill }: Shift,
  wide: Bits,
  sign: number,
): void {
  const { code } = e;
  const offset = e.temp();
  const address = e.pointer(wide);
  pushPlaces(e, amount, scale, sign);
  code.set(offset);
  if (direction === "left") code.i64(0n).get(offset).op(op.i64Sub).set(offset);
  for (let word = 0; word < wordCount(y.widthBits); word++) {
    code.i32(address).i32(wordCount(value.length)).get(offset);
    if (word > 0) code.i64(BigInt(64 * word)).op(op.i64Add);
    e.push(new Array<number>(64).fill(fill));
    code.call(e.helpers.extract);
    e.setMasked(y, word);
  }
}

/** Pushes `amount · scale` as an i64 that is kept within ±`far`. `sign`: the bit that makes the amount negative. */
function pushPlaces(e: Emitter, amount: Bits, scale: number, sign: number): void {
  const { code } = e;
  if (amount.length <= 31) {
    if (sign === 0) e.push(amount);
    else e.pushSigned(amount);
  } else {
    // in range when all bits from 31 on agree with the sign
    e.push(amount.slice(0, 31));
    if (sign !== 0) {
      e.push(new Array<number>(64).fill(sign));
      code.i64(31n).op(op.i64Shl, op.i64Or);
    }
    code.i64(-far).i64(far);
    e.condition(sign);
    code.op(op.select);
    const above = amount.slice(31);
    for (let word = 0; word < wordCount(above.length); word++) {
      const bits = wordBits(above, word);
      e.push(bits);
      e.push(new Array<number>(bits.length).fill(sign));
      code.op(op.i64Xor);
      if (word > 0) code.op(op.i64Or);
    }
    code.op(op.i64Eqz, op.select);
  }
  if (scale !== 1) code.i64(BigInt(scale)).op(op.i64Mul);
}

/** A shift of Verilog: A is first extended to the width that the expression has. */
function verilogShift(direction: "left" | "right", arithmetic: boolean): CellCompilers[string] {
  return (cell, model) => {
    const y = output(cell, model);
    if (y === undefined) return;
    const a = cell.port("A");
    const signed = cell.flag("A_SIGNED");
    const value = extend(a, Math.max(a.length, y.widthBits), signed);
    const fill = arithmetic && signed ? (value.at(-1) ?? 0) : 0;
    setShifted(cell, model, {
      y,
      value,
      amount: cell.port("B"),
      scale: 1,
      direction,
      fill,
      signedAmount: false,
    });
  };
}

/** `$shift` extends A as a shift does; `$shiftx` reads a part of A, and 0 (Verilog: x) outside of it. */
const partSelect: CellCompilers[string] = (cell, model) => {
  const y = output(cell, model);
  if (y === undefined) return;
  const a = cell.port("A");
  const value =
    cell.type === "$shift" ? extend(a, Math.max(a.length, y.widthBits), cell.flag("A_SIGNED")) : a;
  const signedAmount = cell.flag("B_SIGNED");
  setShifted(cell, model, {
    y,
    value,
    amount: cell.port("B"),
    scale: 1,
    direction: "right",
    fill: 0,
    signedAmount,
  });
};

export const shiftCells: CellCompilers = {
  $shl: verilogShift("left", false),
  $sshl: verilogShift("left", false),
  $shr: verilogShift("right", false),
  $sshr: verilogShift("right", true),
  $shift: partSelect,
  $shiftx: partSelect,
};
