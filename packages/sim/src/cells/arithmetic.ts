import type { Emitter } from "../compile/emitter.js";
import { SimError } from "../errors.js";
import { type Bits, extend, wordBits, wordCount, wordWidth } from "../netlist/bits.js";
import type { Model, Signal } from "../netlist/model.js";
import type { Cell } from "../netlist/yosys-json.js";
import { op } from "../wasm/code.js";
import { bothSigned, type CellCompilers, output, signedPair } from "./common.js";

/**
 * Adds (or subtracts) word by word. `carry`: a local that holds the carry into word 0, and after each word the carry out of it; left out
 * where there is neither. Calls `take` with the unmasked sum of each word on the stack.
 */
function addWords(
  e: Emitter,
  a: Bits,
  b: Bits,
  kind: "add" | "sub",
  carry: number | undefined,
  take: (word: number) => void,
): void {
  const { code } = e;
  const words = wordCount(a.length);
  const opcode = kind === "add" ? op.i64Add : op.i64Sub;
  for (let word = 0; word < words; word++) {
    e.push(wordBits(a, word));
    e.push(wordBits(b, word));
    if (carry === undefined) code.op(opcode);
    else {
      const [x, y, s] = [e.temp(), e.temp(), e.temp()];
      code.set(y).tee(x).get(y).op(opcode).tee(s).get(carry).op(opcode);
      // carry: the first sum wrapped, or adding the carry did
      if (kind === "add")
        code.get(s).get(x).op(op.i64LtU).get(s).get(carry).op(op.i64Add).get(carry).op(op.i64LtU);
      else code.get(x).get(y).op(op.i64LtU).get(s).get(carry).op(op.i64LtU);
      code.op(op.i32Or, op.i64ExtendI32U).set(carry);
    }
    take(word);
  }
}

function compileSum(
  kind: "add" | "sub",
  operands: (cell: Cell, widthBits: number) => readonly [Bits, Bits],
): CellCompilers[string] {
  return (cell, model) => {
    const y = output(cell, model);
    if (y === undefined) return;
    const [a, b] = operands(cell, y.widthBits);
    model.comb(cell, [a, b], [y], (e) => {
      const carry = y.widthBits > 64 ? e.temp() : undefined;
      if (carry !== undefined) e.code.i64(0n).set(carry);
      addWords(e, a, b, kind, carry, (word) => e.setMasked(y, word));
    });
  };
}

/** `{CO, Y} = A + (BI ? ~B : B) + CI`, X = A ^ B'; CO holds the carry out of every bit. Source: Yosys techlibs/common/simlib.v. */
const alu: CellCompilers[string] = (cell, model) => {
  const y = output(cell, model);
  if (y === undefined) return;
  const [x, co] = [output(cell, model, "X") as Signal, output(cell, model, "CO") as Signal];
  const [a, b] = signedPair(cell, y.widthBits);
  const [ci, bi] = [cell.bit("CI"), cell.bit("BI")];
  model.comb(cell, [a, b, [ci], [bi]], [y, x, co], (e) => {
    const { code } = e;
    const carry = e.temp();
    e.push([ci]);
    code.set(carry);
    for (let word = 0; word < wordCount(y.widthBits); word++) {
      const width = wordWidth(y.widthBits, word);
      const [p, q, s, sum] = [e.temp(), e.temp(), e.temp(), e.temp()];
      e.push(wordBits(a, word));
      code.set(p);
      e.push(wordBits(b, word));
      e.push(new Array<number>(width).fill(bi));
      code.op(op.i64Xor).set(q);
      code.get(p).get(q).op(op.i64Add).tee(s).get(carry).op(op.i64Add).set(sum);
      code.get(s).get(p).op(op.i64LtU).get(sum).get(s).op(op.i64LtU, op.i32Or, op.i64ExtendI32U).set(carry);
      code.get(sum);
      e.setMasked(y, word);
      code.get(p).get(q).op(op.i64Xor);
      e.set(x, word);
      // carry out of a bit: both set, or one set and the sum bit clear
      code
        .get(p)
        .get(q)
        .op(op.i64And)
        .get(p)
        .get(q)
        .op(op.i64Or)
        .get(sum)
        .i64(-1n)
        .op(op.i64Xor, op.i64And, op.i64Or);
      e.setMasked(co, word);
    }
  });
};

const multiply: CellCompilers[string] = (cell, model) => {
  const y = output(cell, model);
  if (y === undefined) return;
  const [a, b] = signedPair(cell, y.widthBits);
  const words = wordCount(y.widthBits);
  if (words === 1) {
    model.comb(cell, [a, b], [y], (e) => {
      e.push(a);
      e.push(b);
      e.code.op(op.i64Mul);
      e.setMasked(y, 0);
    });
    return;
  }
  model.comb(
    cell,
    [a, b],
    [y],
    (e) => {
      const product = model.reserve(8 * words);
      e.code.i32(product).i32(e.pointer(a)).i32(e.pointer(b)).i32(words).call(e.helpers.multiply);
      takeWords(e, product, y);
    },
    [a, b],
  );
};

function takeWords(e: Emitter, address: number, y: Signal): void {
  for (let word = 0; word < wordCount(y.widthBits); word++) {
    e.loadWord(address + 8 * word);
    e.setMasked(y, word);
  }
}

/** Truncating division at the width of the widest of A, B and Y; dividing by 0 gives 0 (Verilog: x). */
const divide: CellCompilers[string] = (cell, model) => {
  const y = output(cell, model);
  if (y === undefined) return;
  const signed = bothSigned(cell);
  const width = Math.max(y.widthBits, cell.port("A").length, cell.port("B").length);
  const words = wordCount(width);
  const [a, b] = signedPair(cell, 64 * words);
  const remainder = cell.type === "$mod";
  model.comb(cell, [a, b], [y], (e) => {
    if (words === 1) divideWord(e, a, b, signed, remainder);
    else {
      const address = divideWords(e, model, a, b, signed, remainder);
      takeWords(e, address, y);
      return;
    }
    e.setMasked(y, 0);
  });
};

function divideWord(e: Emitter, a: Bits, b: Bits, signed: boolean, remainder: boolean): void {
  const { code } = e;
  const [p, q] = [e.temp(), e.temp()];
  e.push(a);
  code.set(p);
  e.push(b);
  code.tee(q).op(op.i64Eqz).if("i64").i64(0n).else();
  // -1 needs no division, which would trap on the least number
  if (signed) {
    code.get(q).i64(-1n).op(op.i64Eq).if("i64");
    if (remainder) code.i64(0n);
    else code.i64(0n).get(p).op(op.i64Sub);
    code.else();
  }
  const opcodes = remainder ? [op.i64RemU, op.i64RemS] : [op.i64DivU, op.i64DivS];
  code
    .get(p)
    .get(q)
    .op(opcodes[signed ? 1 : 0] as number);
  if (signed) code.end();
  code.end();
}

/** Divides absolute values and mends the sign; returns the address of the result. */
function divideWords(
  e: Emitter,
  model: Model,
  a: Bits,
  b: Bits,
  signed: boolean,
  remainder: boolean,
): number {
  const { code } = e;
  const words = wordCount(a.length);
  const [quotient, rest, p, q] = [0, 0, 0, 0].map(() => model.reserve(8 * words)) as [
    number,
    number,
    number,
    number,
  ];
  const sign = (bits: Bits): void => e.condition(bits.at(-1) ?? 0);
  for (const [address, bits] of [
    [p, a],
    [q, b],
  ] as const) {
    for (let word = 0; word < words; word++) {
      code.i32(0);
      e.push(wordBits(bits, word));
      code.memory(op.i64Store, address + 8 * word);
    }
    if (!signed) continue;
    code.i32(address).i32(words);
    sign(bits);
    code.call(e.helpers.negateIf);
  }
  code.i32(quotient).i32(rest).i32(p).i32(q).i32(words).call(e.helpers.divide);
  const result = remainder ? rest : quotient;
  if (signed) {
    code.i32(result).i32(words);
    sign(a);
    if (!remainder) {
      sign(b);
      code.op(op.i32Xor);
    }
    code.call(e.helpers.negateIf);
  }
  return result;
}

/** Powers of up to 64 bits; a negative exponent gives 0 except for the bases 1 and -1. */
const power: CellCompilers[string] = (cell, model) => {
  const y = output(cell, model);
  if (y === undefined) return;
  const [aBits, bBits] = [cell.port("A"), cell.port("B")];
  const widthBits = Math.max(y.widthBits, aBits.length, bBits.length);
  if (widthBits > 64) {
    throw new SimError(
      "unsupported-cell",
      `${cell.label}: a power of ${widthBits} bits; up to 64 can be simulated`,
    );
  }
  const a = extend(aBits, 64, cell.flag("A_SIGNED"));
  const b = extend(bBits, 64, cell.flag("B_SIGNED"));
  const negative = cell.flag("B_SIGNED") ? (bBits.at(-1) ?? 0) : 0;
  model.comb(cell, [a, b, [negative]], [y], (e) => {
    const [base, exponent] = [e.temp(), e.temp()];
    e.push(a);
    e.code.set(base);
    e.push(b);
    e.code.set(exponent);
    e.condition(negative);
    // 1 and -1 are their own inverses, so the parity of the exponent decides
    e.code
      .if("i64")
      .get(base)
      .i64(1n)
      .op(op.i64Add)
      .i64(2n)
      .op(op.i64LeU)
      .get(base)
      .op(op.i64Eqz, op.i32Eqz, op.i32And);
    e.code.if("i64").get(base).get(exponent).i64(1n).op(op.i64And).call(e.helpers.power).else().i64(0n).end();
    e.code.else().get(base).get(exponent).call(e.helpers.power).end();
    e.setMasked(y, 0);
  });
};

export const arithmeticCells: CellCompilers = {
  $add: compileSum("add", signedPair),
  $sub: compileSum("sub", signedPair),
  $neg: compileSum("sub", (cell, widthBits) => [
    new Array<number>(widthBits).fill(0),
    extend(cell.port("A"), widthBits, cell.flag("A_SIGNED")),
  ]),
  $alu: alu,
  $mul: multiply,
  $div: divide,
  $mod: divide,
  $pow: power,
};
