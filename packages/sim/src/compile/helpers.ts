import { Code, op } from "../wasm/code.js";
import type { ModuleBuilder } from "../wasm/module.js";

/** Indices of the functions that work on numbers of many words. Addresses are i32, counts are 64-bit words. */
export interface Helpers {
  /** `(address, words, offset: i64, fill: i64) -> i64`: 64 bits from bit `offset` on; below 0 is 0, beyond the words is `fill`. */
  readonly extract: number;
  /** `(target, a, b, words)`: the low `words` words of the product. */
  readonly multiply: number;
  /** `(quotient, remainder, a, b, words)`: unsigned division; dividing by 0 gives 0 and 0. */
  readonly divide: number;
  /** `(address, words, flag)`: two's complement negation in place if `flag`. */
  readonly negateIf: number;
  /** `(base: i64, exponent: i64) -> i64`: unsigned power modulo 2^64. */
  readonly power: number;
}

export function addHelpers(module: ModuleBuilder): Helpers {
  return {
    extract: module.add(extract()),
    multiply: module.add(multiply()),
    divide: module.add(divide()),
    negateIf: module.add(negateIf()),
    power: module.add(power()),
  };
}

function extract(): Code {
  const [address, words, offset, fill] = [0, 1, 2, 3];
  const c = new Code(["i32", "i32", "i64", "i64"], ["i64"]);
  const word = c.local("i64");
  const low = c.local("i64");
  const element = (plus: bigint): void => {
    // word + plus inside: its bits; below: 0; above: fill
    c.get(word).i64(plus).op(op.i64Add).get(words).op(op.i64ExtendI32U, op.i64LtU).if("i64");
    c.get(address).get(word).i64(plus).op(op.i64Add, op.i32WrapI64).i32(3).op(op.i32Shl, op.i32Add);
    c.memory(op.i64Load).else();
    c.i64(0n).get(fill).get(word).i64(plus).op(op.i64Add).i64(0n).op(op.i64LtS, op.select).end();
  };
  c.get(offset).i64(6n).op(op.i64ShrS).set(word);
  element(0n);
  c.set(low);
  c.get(offset).i64(63n).op(op.i64And, op.i64Eqz).if("i64").get(low).else();
  c.get(low).get(offset).op(op.i64ShrU);
  element(1n);
  c.i64(0n).get(offset).op(op.i64Sub, op.i64Shl, op.i64Or).end();
  return c;
}

/** Schoolbook multiplication on 32-bit halves. */
function multiply(): Code {
  const [target, a, b, words] = [0, 1, 2, 3];
  const c = new Code(["i32", "i32", "i32", "i32"]);
  const [i, j, end] = [c.local("i32"), c.local("i32"), c.local("i32")];
  const [carry, digit] = [c.local("i64"), c.local("i64")];
  c.get(words).i32(3).op(op.i32Shl).set(end);
  repeat(c, i, end, 8, () => c.get(target).get(i).op(op.i32Add).i64(0n).memory(op.i64Store));
  repeat(c, i, end, 4, () => {
    c.i64(0n).set(carry).get(a).get(i).op(op.i32Add).memory(op.i64Load32U).set(digit);
    c.i32(0).set(j).block().loop();
    c.get(i).get(j).op(op.i32Add).get(end).op(op.i32GeU).brIf(1);
    c.get(digit).get(b).get(j).op(op.i32Add).memory(op.i64Load32U).op(op.i64Mul).get(carry).op(op.i64Add);
    c.get(target).get(i).op(op.i32Add).get(j).op(op.i32Add).memory(op.i64Load32U).op(op.i64Add).set(carry);
    c.get(target).get(i).op(op.i32Add).get(j).op(op.i32Add).get(carry).memory(op.i64Store32);
    c.get(carry).i64(32n).op(op.i64ShrU).set(carry).get(j).i32(4).op(op.i32Add).set(j).br(0).end().end();
  });
  return c;
}

/** Restoring division, one bit of the quotient a round. */
function divide(): Code {
  const [quotient, remainder, a, b, words] = [0, 1, 2, 3, 4];
  const c = new Code(["i32", "i32", "i32", "i32", "i32"]);
  const [j, end, bit] = [c.local("i32"), c.local("i32"), c.local("i32")];
  const [carry, value, some, other] = [c.local("i64"), c.local("i64"), c.local("i64"), c.local("i64")];
  const at = (base: number): Code => c.get(base).get(j).op(op.i32Add);
  c.get(words).i32(3).op(op.i32Shl).set(end);
  repeat(c, j, end, 8, () => {
    at(quotient).i64(0n).memory(op.i64Store);
    at(remainder).i64(0n).memory(op.i64Store);
    at(b).memory(op.i64Load).get(some).op(op.i64Or).set(some);
  });
  c.block().get(some).op(op.i64Eqz).brIf(0);
  c.get(end).i32(3).op(op.i32Shl).set(bit).block().loop();
  c.get(bit).op(op.i32Eqz).brIf(1).get(bit).i32(1).op(op.i32Sub).set(bit);
  // remainder = remainder << 1 | bit of a
  c.get(a).get(bit).i32(6).op(op.i32ShrU).i32(3).op(op.i32Shl, op.i32Add).memory(op.i64Load);
  c.get(bit).op(op.i64ExtendI32U, op.i64ShrU).i64(1n).op(op.i64And).set(carry);
  repeat(c, j, end, 8, () => {
    at(remainder).memory(op.i64Load).set(value);
    at(remainder).get(value).i64(1n).op(op.i64Shl).get(carry).op(op.i64Or).memory(op.i64Store);
    c.get(value).i64(63n).op(op.i64ShrU).set(carry);
  });
  // borrow of remainder - b; the bit shifted out of the top makes the remainder the larger one
  const difference = (store: boolean): void => {
    c.i64(0n).set(value);
    repeat(c, j, end, 8, () => {
      at(remainder).memory(op.i64Load).set(some);
      at(b).memory(op.i64Load).set(other);
      if (store)
        at(remainder).get(some).get(other).op(op.i64Sub).get(value).op(op.i64Sub).memory(op.i64Store);
      c.get(some).get(other).op(op.i64LtU).get(some).get(other).op(op.i64Eq).get(value).op(op.i32WrapI64);
      c.op(op.i32And, op.i32Or, op.i64ExtendI32U).set(value);
    });
  };
  difference(false);
  c.get(carry).get(value).op(op.i64Eqz, op.i64ExtendI32U, op.i64Or, op.i64Eqz).brIf(0);
  difference(true);
  c.get(bit).i32(6).op(op.i32ShrU).i32(3).op(op.i32Shl).set(j);
  at(quotient);
  at(quotient)
    .memory(op.i64Load)
    .i64(1n)
    .get(bit)
    .op(op.i64ExtendI32U, op.i64Shl, op.i64Or)
    .memory(op.i64Store);
  c.br(0).end().end().end();
  return c;
}

function negateIf(): Code {
  const [address, words, flag] = [0, 1, 2];
  const c = new Code(["i32", "i32", "i32"]);
  const [j, end] = [c.local("i32"), c.local("i32")];
  const [carry, value] = [c.local("i64"), c.local("i64")];
  c.get(flag).if().i64(1n).set(carry).get(words).i32(3).op(op.i32Shl).set(end);
  repeat(c, j, end, 8, () => {
    c.get(address)
      .get(j)
      .op(op.i32Add)
      .memory(op.i64Load)
      .i64(-1n)
      .op(op.i64Xor)
      .get(carry)
      .op(op.i64Add)
      .set(value);
    c.get(value).get(carry).op(op.i64LtU, op.i64ExtendI32U).set(carry);
    c.get(address).get(j).op(op.i32Add).get(value).memory(op.i64Store);
  });
  return c.end();
}

function power(): Code {
  const [base, exponent] = [0, 1];
  const c = new Code(["i64", "i64"], ["i64"]);
  const result = c.local("i64");
  c.i64(1n).set(result).block().loop().get(exponent).op(op.i64Eqz).brIf(1);
  c.get(exponent)
    .i64(1n)
    .op(op.i64And, op.i32WrapI64)
    .if()
    .get(result)
    .get(base)
    .op(op.i64Mul)
    .set(result)
    .end();
  c.get(base).get(base).op(op.i64Mul).set(base).get(exponent).i64(1n).op(op.i64ShrU).set(exponent);
  return c.br(0).end().end().get(result);
}

/** `for (index = 0; index < end; index += step) body()`. */
function repeat(c: Code, index: number, end: number, step: number, body: () => void): void {
  c.i32(0).set(index).block().loop().get(index).get(end).op(op.i32GeU).brIf(1);
  body();
  c.get(index).i32(step).op(op.i32Add).set(index).br(0).end().end();
}
