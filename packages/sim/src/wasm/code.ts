/** The instructions that the simulator uses, by their opcode. Source: WebAssembly Core Specification 2.0, section 5.4. */
export const op = {
  drop: 0x1a,
  select: 0x1b,
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32LtU: 0x49,
  i32GeU: 0x4f,
  i64Eqz: 0x50,
  i64Eq: 0x51,
  i64Ne: 0x52,
  i64LtS: 0x53,
  i64LtU: 0x54,
  i64GtS: 0x55,
  i64GtU: 0x56,
  i64LeS: 0x57,
  i64LeU: 0x58,
  i64GeS: 0x59,
  i64GeU: 0x5a,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32Mul: 0x6c,
  i32And: 0x71,
  i32Or: 0x72,
  i32Xor: 0x73,
  i32Shl: 0x74,
  i32ShrU: 0x76,
  i64Popcnt: 0x7b,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64DivS: 0x7f,
  i64DivU: 0x80,
  i64RemS: 0x81,
  i64RemU: 0x82,
  i64And: 0x83,
  i64Or: 0x84,
  i64Xor: 0x85,
  i64Shl: 0x86,
  i64ShrS: 0x87,
  i64ShrU: 0x88,
  i32WrapI64: 0xa7,
  i64ExtendI32U: 0xad,
  i64Load: 0x29,
  i64Load8U: 0x31,
  i64Load16U: 0x33,
  i64Load32U: 0x35,
  i64Store: 0x37,
  i64Store8: 0x3c,
  i64Store16: 0x3d,
  i64Store32: 0x3e,
} as const;

export type ValueType = "i32" | "i64";
export const valueTypeByte: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e };

/** Appends an unsigned LEB128 number. */
export function pushUnsigned(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

/** Appends a signed LEB128 number. */
export function pushSigned(bytes: number[], value: bigint): void {
  let rest = value;
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0)) {
      bytes.push(low);
      return;
    }
    bytes.push(low | 0x80);
  }
}

/** The body of one WebAssembly function, written instruction by instruction. Parameters are the first locals. */
export class Code {
  readonly bytes: number[] = [];
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly locals: ValueType[] = [];

  constructor(params: readonly ValueType[] = [], results: readonly ValueType[] = []) {
    this.params = params;
    this.results = results;
  }

  /** A new local variable. */
  local(type: ValueType): number {
    this.locals.push(type);
    return this.params.length + this.locals.length - 1;
  }

  op(...opcodes: readonly number[]): this {
    this.bytes.push(...opcodes);
    return this;
  }

  i32(value: number): this {
    this.bytes.push(0x41);
    pushSigned(this.bytes, BigInt(value | 0));
    return this;
  }

  /** A constant; only the low 64 bits count. */
  i64(value: bigint): this {
    this.bytes.push(0x42);
    pushSigned(this.bytes, BigInt.asIntN(64, value));
    return this;
  }

  get(local: number): this {
    return this.indexed(0x20, local);
  }

  set(local: number): this {
    return this.indexed(0x21, local);
  }

  tee(local: number): this {
    return this.indexed(0x22, local);
  }

  call(functionIndex: number): this {
    return this.indexed(0x10, functionIndex);
  }

  /** A load or store whose address operand is on the stack; `offset` bytes are added to it. */
  memory(opcode: number, offset = 0): this {
    this.bytes.push(opcode, 0);
    pushUnsigned(this.bytes, offset);
    return this;
  }

  block(): this {
    return this.op(0x02, 0x40);
  }

  loop(): this {
    return this.op(0x03, 0x40);
  }

  /** Opens a branch on the i32 on the stack; it leaves a value when `result` is given. */
  if(result?: ValueType): this {
    return this.op(0x04, result === undefined ? 0x40 : valueTypeByte[result]);
  }

  else(): this {
    return this.op(0x05);
  }

  end(): this {
    return this.op(0x0b);
  }

  br(depth: number): this {
    return this.indexed(0x0c, depth);
  }

  brIf(depth: number): this {
    return this.indexed(0x0d, depth);
  }

  /** Copies bytes; on the stack: destination, source, length. */
  memoryCopy(): this {
    return this.op(0xfc, 0x0a, 0, 0);
  }

  private indexed(opcode: number, index: number): this {
    this.bytes.push(opcode);
    pushUnsigned(this.bytes, index);
    return this;
  }
}
