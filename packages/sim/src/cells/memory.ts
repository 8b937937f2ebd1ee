import { bytesOf, type Emitter } from "../compile/emitter.js";
import { SimError } from "../errors.js";
import { type Bits, constantBits, wordBits, wordCount } from "../netlist/bits.js";
import type { MemoryBlock, Model, Signal } from "../netlist/model.js";
import type { Cell } from "../netlist/yosys-json.js";
import { op } from "../wasm/code.js";
import type { CellCompilers } from "./common.js";

interface WritePort {
  readonly enable: Bits;
  readonly address: Bits;
  readonly data: Bits;
}

/** A memory with any number of ports. Source: Yosys documentation, "Memories", and kernel/mem.cc for the meaning of the masks. */
const memory: CellCompilers[string] = (cell, model) => {
  const widthBits = cell.number("WIDTH");
  const size = cell.number("SIZE");
  const addressBits = cell.number("ABITS");
  const [readCount, writeCount] = [cell.number("RD_PORTS"), cell.number("WR_PORTS")];
  const block = place(cell, model, widthBits, size);
  const part = (port: string, index: number, width: number): Bits =>
    cell.port(port).slice(index * width, (index + 1) * width);

  const writes: WritePort[] = Array.from({ length: writeCount }, (_, i) => {
    if (!cell.flagAt("WR_CLK_ENABLE", i)) {
      throw new SimError("latch", `${cell.label}: write port ${i} has no clock`);
    }
    model.useClock(cell, cell.port("WR_CLK")[i] ?? 0, cell.flagAt("WR_CLK_POLARITY", i));
    return {
      enable: part("WR_EN", i, widthBits),
      address: part("WR_ADDR", i, addressBits),
      data: part("WR_DATA", i, widthBits),
    };
  });
  // later ports win, which satisfies every WR_PRIORITY_MASK: a port can have priority over earlier ports only
  for (const port of writes) {
    model.edges.push({
      label: cell.label,
      cell,
      reads: [port.enable, port.address, port.data],
      pointers: [],
      defines: [],
      emit: (e) => emitWrite(e, cell, block, port),
    });
  }
  for (let i = 0; i < readCount; i++) {
    const address = part("RD_ADDR", i, addressBits);
    const data = part("RD_DATA", i, widthBits);
    if (cell.flagAt("RD_CLK_ENABLE", i)) addSyncRead(cell, model, block, i, address, data, writes);
    else {
      const y = model.signal("wire", cell.label, widthBits, data);
      model.comb(cell, [address], [y], (e) => {
        const at = pushElement(e, cell, block, address);
        for (let word = 0; word < wordCount(widthBits); word++) {
          loadPart(e, block, at, word);
          e.set(y, word);
        }
      });
    }
  }
};

function place(cell: Cell, model: Model, widthBits: number, size: number): MemoryBlock {
  const bytes = Math.ceil(widthBits / 8);
  const strideBytes = bytes > 4 ? 8 * wordCount(widthBits) : bytes === 3 ? 4 : bytes;
  const image = new Uint8Array((size + 1) * strideBytes);
  const initial = cell.text("INIT");
  for (let i = 0; i < Math.min(initial.length, size * widthBits); i++) {
    if (initial[initial.length - 1 - i] !== "1") continue;
    const bit = i % widthBits;
    const at = Math.floor(i / widthBits) * strideBytes + (bit >> 3);
    image[at] = (image[at] ?? 0) | (1 << (bit & 7));
  }
  const address = model.reserve(image.length);
  model.initial.push({ address, bytes: image });
  const name = cell.text("MEMID").trim().replace(/^\\/, "");
  const block: MemoryBlock = { name, widthBits, size, address, strideBytes };
  model.memories.push(block);
  return block;
}

/** Leaves the byte offset of the addressed element in the local that it returns; an address outside names the element that is always 0. */
function pushElement(e: Emitter, cell: Cell, block: MemoryBlock, address: Bits): number {
  const { code } = e;
  const [index, at] = [e.temp(), e.temp("i32")];
  pushIndex(e, cell, address);
  const offset = cell.number("OFFSET");
  if (offset === 0 && 2 ** address.length <= block.size + 1) code.op(op.i32WrapI64);
  else {
    code
      .tee(index)
      .i64(BigInt(block.size))
      .get(index)
      .i64(BigInt(block.size))
      .op(op.i64LtU, op.select, op.i32WrapI64);
  }
  code.i32(block.strideBytes).op(op.i32Mul).set(at);
  return at;
}

/** Pushes the index of the addressed element, which may be outside. */
function pushIndex(e: Emitter, cell: Cell, address: Bits): void {
  if (address.length > 63)
    throw new SimError("unsupported-cell", `${cell.label} has addresses of ${address.length} bits`);
  e.push(address);
  const offset = cell.number("OFFSET");
  if (offset !== 0) e.code.i64(BigInt(offset)).op(op.i64Sub);
}

const loads: Readonly<Record<number, number>> = { 1: op.i64Load8U, 2: op.i64Load16U, 4: op.i64Load32U };
const stores: Readonly<Record<number, number>> = { 1: op.i64Store8, 2: op.i64Store16, 4: op.i64Store32 };

/** Pushes word `word` of the element at the byte offset in local `at`. */
function loadPart(e: Emitter, block: MemoryBlock, at: number, word: number): void {
  e.code.get(at).memory(loads[block.strideBytes] ?? op.i64Load, block.address + 8 * word);
}

function emitWrite(e: Emitter, cell: Cell, block: MemoryBlock, port: WritePort): void {
  const { code } = e;
  const same = port.enable.every((bit) => bit === port.enable[0]);
  const index = e.temp();
  pushIndex(e, cell, port.address);
  code.set(index);
  if (same) e.condition(port.enable[0] ?? 0);
  else code.i32(1);
  code.get(index).i64(BigInt(block.size)).op(op.i64LtU, op.i32And).if();
  const at = e.temp("i32");
  code.get(index).op(op.i32WrapI64).i32(block.strideBytes).op(op.i32Mul).set(at);
  for (let word = 0; word < wordCount(block.widthBits); word++) {
    code.get(at);
    if (same) e.pushFresh(wordBits(port.data, word));
    else {
      loadPart(e, block, at, word);
      mergeWrite(e, port, word);
    }
    code.memory(stores[block.strideBytes] ?? op.i64Store, block.address + 8 * word);
  }
  code.end();
}

/** Replaces the enabled bits of the word on the stack by the data of a write port. */
function mergeWrite(e: Emitter, port: WritePort, word: number): void {
  const { code } = e;
  const [old, mask] = [e.temp(), e.temp()];
  code.set(old);
  e.pushFresh(wordBits(port.enable, word));
  code.tee(mask).get(old);
  e.pushFresh(wordBits(port.data, word));
  // old ^ ((old ^ data) & mask)
  code.op(op.i64Xor, op.i64And).get(old).op(op.i64Xor);
}

/**
 * A read port with a register. `RD_TRANSPARENCY_MASK` bit (read port · write ports + write port): a write to the same address in the same
 * cycle is seen; without it the old element is read.
 */
function addSyncRead(
  cell: Cell,
  model: Model,
  block: MemoryBlock,
  index: number,
  address: Bits,
  data: Bits,
  writes: readonly WritePort[],
): void {
  model.useClock(cell, cell.port("RD_CLK")[index] ?? 0, cell.flagAt("RD_CLK_POLARITY", index));
  const width = block.widthBits;
  const parameterPart = (name: string): Bits => {
    const bits = constantBits(cell.text(name));
    return Array.from({ length: width }, (_, i) => bits[index * width + i] ?? 0);
  };
  const [enable, syncReset, asyncReset] = ["RD_EN", "RD_SRST", "RD_ARST"].map(
    (p) => cell.port(p)[index] ?? 0,
  ) as [number, number, number];
  const enableFirst = cell.flagAt("RD_CE_OVER_SRST", index);
  const [syncValue, asyncValue] = [parameterPart("RD_SRST_VALUE"), parameterPart("RD_ARST_VALUE")];
  const seen = writes.filter((_, w) => cell.flagAt("RD_TRANSPARENCY_MASK", index * writes.length + w));

  const state = model.signal("state", cell.label, width, asyncReset === 0 ? data : undefined);
  model.initial.push({
    address: state.address,
    bytes: bytesOf(parameterPart("RD_INIT_VALUE"), wordCount(width)),
  });
  if (asyncReset !== 0) addAsyncReset(cell, model, state, data, asyncReset, asyncValue);

  const seenBits = seen.flatMap((port) => [port.enable, port.address, port.data]);
  model.nodes.push({
    label: cell.label,
    cell,
    reads: [address, data, [enable, syncReset, asyncReset], ...seenBits],
    pointers: [],
    defines: [],
    emit: (e) => {
      const { code } = e;
      const at = pushElement(e, cell, block, address);
      const choose = (bit: number): void => {
        e.condition(bit);
        code.op(op.select);
      };
      for (let word = 0; word < wordCount(width); word++) {
        if (asyncReset !== 0) e.push(wordBits(asyncValue, word));
        e.push(wordBits(syncValue, word));
        loadPart(e, block, at, word);
        for (const port of seen) mergeIfSame(e, cell, block, address, port, word);
        const hold = (): void => {
          e.push(wordBits(data, word));
          choose(enable);
        };
        if (!enableFirst) hold();
        choose(syncReset);
        if (enableFirst) hold();
        if (asyncReset !== 0) choose(asyncReset);
        e.storeNext(state, word);
      }
    },
  });
}

/** The word on the stack, with the write merged in when it goes to the element that is read. */
function mergeIfSame(
  e: Emitter,
  cell: Cell,
  block: MemoryBlock,
  address: Bits,
  port: WritePort,
  word: number,
): void {
  const { code } = e;
  const [plain, merged, index] = [e.temp(), e.temp(), e.temp()];
  code.tee(plain);
  mergeWrite(e, port, word);
  code.set(merged).get(merged).get(plain);
  pushIndex(e, cell, address);
  code.tee(index);
  pushIndex(e, cell, port.address);
  code.op(op.i64Eq).get(index).i64(BigInt(block.size)).op(op.i64LtU, op.i32And, op.select);
}

function addAsyncReset(
  cell: Cell,
  model: Model,
  state: Signal,
  data: Bits,
  reset: number,
  value: Bits,
): void {
  const visible = model.signal("wire", cell.label, data.length, data);
  model.comb(cell, [[reset]], [visible], (e) => {
    for (let word = 0; word < wordCount(data.length); word++) {
      const now = e.temp();
      e.push(wordBits(value, word));
      e.loadWord(state.address + 8 * word);
      e.condition(reset);
      e.code.op(op.select).tee(now);
      e.set(visible, word);
      e.storeWord(state.address + 8 * word, now);
    }
  });
}

export const memoryCells: CellCompilers = { $mem_v2: memory };
