import type { Emitter } from "../compile/emitter.js";
import { type Bits, extend, ones, wordBits, wordCount, wordWidth } from "../netlist/bits.js";
import type { Cell } from "../netlist/yosys-json.js";
import { op } from "../wasm/code.js";
import { type CellCompilers, output, signedPair } from "./common.js";

const binaryOpcodes = { $and: [op.i64And], $or: [op.i64Or], $xor: [op.i64Xor], $xnor: [op.i64Xor] } as const;

/** Per word: `result = operation(a, b)`; `$xnor` and `$not` flip the bits of the word after it. */
const binary: CellCompilers[string] = (cell, model) => {
  const y = output(cell, model);
  if (y === undefined) return;
  const [a, b] = signedPair(cell, y.widthBits);
  const opcodes = binaryOpcodes[cell.type as keyof typeof binaryOpcodes];
  model.comb(cell, [a, b], [y], (e) => {
    for (let word = 0; word < wordCount(y.widthBits); word++) {
      e.push(wordBits(a, word));
      e.push(wordBits(b, word));
      e.code.op(...opcodes);
      if (cell.type === "$xnor") e.code.i64(ones(wordWidth(y.widthBits, word))).op(op.i64Xor);
      e.set(y, word);
    }
  });
};

const unary: CellCompilers[string] = (cell, model) => {
  const y = output(cell, model);
  if (y === undefined) return;
  const a = extend(cell.port("A"), y.widthBits, cell.type !== "$buf" && cell.flag("A_SIGNED"));
  model.comb(cell, [a], [y], (e) => {
    for (let word = 0; word < wordCount(y.widthBits); word++) {
      e.push(wordBits(a, word));
      if (cell.type === "$not") e.code.i64(ones(wordWidth(y.widthBits, word))).op(op.i64Xor);
      e.set(y, word);
    }
  });
};

/** Pushes an i32: is any bit of `a` set. */
export function pushAny(e: Emitter, a: Bits): void {
  e.push(wordBits(a, 0));
  for (let word = 1; word < wordCount(a.length); word++) {
    e.push(wordBits(a, word));
    e.code.op(op.i64Or);
  }
  e.code.i64(0n).op(op.i64Ne);
}

function pushAll(e: Emitter, a: Bits): void {
  for (let word = 0; word < wordCount(a.length); word++) {
    e.push(wordBits(a, word));
    e.code.i64(ones(wordWidth(a.length, word))).op(op.i64Eq);
    if (word > 0) e.code.op(op.i32And);
  }
}

function pushParity(e: Emitter, a: Bits): void {
  e.push(wordBits(a, 0));
  for (let word = 1; word < wordCount(a.length); word++) {
    e.push(wordBits(a, word));
    e.code.op(op.i64Xor);
  }
  e.code.op(op.i64Popcnt, op.i32WrapI64).i32(1).op(op.i32And);
}

/** A cell that makes one bit of whole vectors. */
function flag(push: (e: Emitter, a: Bits, b: Bits) => void): CellCompilers[string] {
  return (cell: Cell, model) => {
    const y = output(cell, model);
    if (y === undefined) return;
    const [a, b] = [cell.port("A"), cell.has("B") ? cell.port("B") : []];
    model.comb(cell, [a, b], [y], (e) => {
      push(e, a, b);
      e.setFlag(y);
    });
  };
}

export const bitwiseCells: CellCompilers = {
  $and: binary,
  $or: binary,
  $xor: binary,
  $xnor: binary,
  $not: unary,
  $pos: unary,
  $buf: unary,
  $reduce_and: flag(pushAll),
  $reduce_or: flag(pushAny),
  $reduce_bool: flag(pushAny),
  $reduce_xor: flag(pushParity),
  $reduce_xnor: flag((e, a) => {
    pushParity(e, a);
    e.code.op(op.i32Eqz);
  }),
  $logic_not: flag((e, a) => {
    pushAny(e, a);
    e.code.op(op.i32Eqz);
  }),
  $logic_and: flag((e, a, b) => {
    pushAny(e, a);
    pushAny(e, b);
    e.code.op(op.i32And);
  }),
  $logic_or: flag((e, a, b) => {
    pushAny(e, a);
    pushAny(e, b);
    e.code.op(op.i32Or);
  }),
};
