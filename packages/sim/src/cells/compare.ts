import type { Emitter } from "../compile/emitter.js";
import { type Bits, wordBits, wordCount } from "../netlist/bits.js";
import { op } from "../wasm/code.js";
import { bothSigned, type CellCompilers, output, signedPair } from "./common.js";

const signBit = 1n << 63n;

/** Pushes an i32: are the words of `a` and `b` the same. */
function pushEqual(e: Emitter, a: Bits, b: Bits): void {
  for (let word = 0; word < wordCount(a.length); word++) {
    e.push(wordBits(a, word));
    e.push(wordBits(b, word));
    e.code.op(op.i64Eq);
    if (word > 0) e.code.op(op.i32And);
  }
}

/** Pushes an i32: `a < b` for vectors of whole words, from the lowest word up: less if this word is less, or equal and those below were. */
function pushLess(e: Emitter, a: Bits, b: Bits, signed: boolean): void {
  const { code } = e;
  const words = wordCount(a.length);
  for (let word = 0; word < words; word++) {
    const flip = signed && word === words - 1;
    const [x, y, below] = [e.temp(), e.temp(), e.temp("i32")];
    if (word > 0) code.set(below);
    e.push(wordBits(a, word));
    if (flip) code.i64(signBit).op(op.i64Xor);
    code.set(x);
    e.push(wordBits(b, word));
    if (flip) code.i64(signBit).op(op.i64Xor);
    code.set(y);
    code.get(x).get(y).op(op.i64LtU);
    if (word > 0) code.get(x).get(y).op(op.i64Eq).get(below).op(op.i32And, op.i32Or);
  }
}

const equality: CellCompilers[string] = (cell, model) => {
  const y = output(cell, model);
  if (y === undefined) return;
  const [a, b] = signedPair(cell, Math.max(cell.port("A").length, cell.port("B").length, 1));
  const negate = cell.type === "$ne" || cell.type === "$nex";
  model.comb(cell, [a, b], [y], (e) => {
    pushEqual(e, a, b);
    if (negate) e.code.op(op.i32Eqz);
    e.setFlag(y);
  });
};

const signedOpcodes = { $lt: op.i64LtS, $le: op.i64LeS, $gt: op.i64GtS, $ge: op.i64GeS } as const;
const unsignedOpcodes = { $lt: op.i64LtU, $le: op.i64LeU, $gt: op.i64GtU, $ge: op.i64GeU } as const;

const order: CellCompilers[string] = (cell, model) => {
  const y = output(cell, model);
  if (y === undefined) return;
  const type = cell.type as keyof typeof signedOpcodes;
  const signed = bothSigned(cell);
  const words = wordCount(Math.max(cell.port("A").length, cell.port("B").length, 1));
  const [a, b] = signedPair(cell, 64 * words);
  model.comb(cell, [a, b], [y], (e) => {
    if (words === 1) {
      e.push(a);
      e.push(b);
      e.code.op((signed ? signedOpcodes : unsignedOpcodes)[type]);
    } else {
      const swapped = type === "$gt" || type === "$le";
      pushLess(e, swapped ? b : a, swapped ? a : b, signed);
      if (type === "$ge" || type === "$le") e.code.op(op.i32Eqz);
    }
    e.setFlag(y);
  });
};

export const compareCells: CellCompilers = {
  $eq: equality,
  $ne: equality,
  $eqx: equality,
  $nex: equality,
  $lt: order,
  $le: order,
  $gt: order,
  $ge: order,
};
