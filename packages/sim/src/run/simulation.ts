import type { Program } from "../design.js";
import { SimError } from "../errors.js";
import { type Bits, ones, wordCount } from "../netlist/bits.js";
import type { Signal } from "../netlist/model.js";
import { createMemory, instantiate, type WasmMemory } from "../wasm/host.js";

/** One running circuit. All values are unsigned numbers of the width of their port or net. */
export interface Simulation {
  /** Clock edges since power-on. */
  readonly cycle: number;
  /** Sets an input; throws {@link SimError} when the value needs more bits than the port has. Negative numbers are taken modulo 2^width. */
  poke(input: string, value: bigint | number): void;
  /** A port or a named net (`instance.net`) as the inputs and registers make it now. */
  peek(name: string): bigint;
  /** {@link Simulation.peek} for values that are safe as a number. */
  peekNumber(name: string): number;
  /** Settles the wires and gives `cycles` clock edges (default 1). Inputs keep their values. */
  step(cycles?: number): void;
  /** Holds a reset input active for `cycles` (default 2) edges, then releases it. Default port `aresetn`, active low. */
  reset(options?: { readonly port?: string; readonly activeLow?: boolean; readonly cycles?: number }): void;
  /** Back to power-on: initial registers and memories, all inputs 0. */
  restart(): void;
  /** An element of a memory, by its Yosys name (`instance.array`). */
  peekMemory(name: string, index: number): bigint;
  /** For drivers that need speed: the memory itself and where values stand in it. */
  readonly raw: RawAccess;
}

export interface RawAccess {
  /** The memory; a look at an inner net may move it, so ask again after one. */
  bytes(): Uint8Array;
  /** Byte address of a port: little-endian words of 64 bits. Output ports hold the value of before the last clock edge. */
  address(port: string): number;
  /** One clock edge. Outputs keep their values of before it until the next {@link Simulation.peek} or step. */
  step(cycles: number): void;
  /** Makes a reader of a net: fills `bytes`, little-endian, with its value after {@link RawAccess.evaluateAll}. */
  reader(name: string): { readonly widthBits: number; readonly read: (bytes: Uint8Array) => void };
  /** Computes every wire of the present cycle. */
  evaluateAll(): void;
}

interface Exports {
  readonly eval: () => void;
  readonly step: (cycles: number) => void;
}

export function createSimulation(program: Program): Simulation {
  const { circuit } = program;
  const { model } = circuit;
  const memory = createMemory(pages(model.memoryBytes));
  const fast = instantiate<Exports>(program.fast, memory);
  let full: Exports | undefined;
  let cycle = 0;
  let settled = false;
  let allSettled = false;

  const bytes = (): Uint8Array => new Uint8Array(memory.buffer);
  const writeInitial = (from = 0): void => {
    const missing = pages(model.memoryBytes) - memory.buffer.byteLength / pageBytes;
    if (missing > 0) memory.grow(missing);
    for (const { address, bytes: image } of model.initial.slice(from)) bytes().set(image, address);
  };
  writeInitial();
  const constantsBefore = model.initial.length;

  const portSignal = (name: string): Signal | undefined => circuit.portSignals.get(name);
  const settle = (): void => {
    if (!settled) fast.eval();
    settled = true;
  };
  const settleAll = (): void => {
    if (allSettled) return;
    if (full === undefined) {
      const module = program.full();
      // constants that only the full module uses; what changes in a run is left alone
      writeInitial(constantsBefore);
      full = instantiate<Exports>(module, memory);
    }
    full.eval();
    settled = allSettled = true;
  };
  const netBits = (name: string): Bits => {
    const bits = circuit.nets.get(name);
    if (bits === undefined)
      throw new SimError(
        "no-such-name",
        `${program.top} has no port or net ${name}${hint(name, circuit.nets)}`,
      );
    return bits;
  };
  const readBits = (bits: Bits, out: Uint8Array): void => {
    const image = bytes();
    out.fill(0);
    bits.forEach((bit, i) => {
      const signal = model.driverOf(bit);
      const at = model.positionOf(bit);
      const value = signal === undefined ? bit : ((image[signal.address + (at >> 3)] ?? 0) >> (at & 7)) & 1;
      if (value === 1) out[i >> 3] = (out[i >> 3] ?? 0) | (1 << (i & 7));
    });
  };

  const step = (cycles: number): void => {
    fast.step(cycles);
    cycle += cycles;
    settled = allSettled = false;
  };
  const poke = (input: string, value: bigint | number): void => {
    const signal = portSignal(input);
    if (signal?.kind !== "input") {
      const what = signal === undefined ? "no port" : "no input, but an output,";
      throw new SimError("not-an-input", `${program.top} has ${what} ${input}`);
    }
    if (input === circuit.clockName)
      throw new SimError("not-an-input", `${input} is the clock; step() gives its edges`);
    const big = BigInt(value);
    const width = BigInt(signal.widthBits);
    if (big >> width !== 0n && big >> (width - 1n) !== -1n) {
      throw new SimError("value-too-wide", `${input} has ${width} bits; ${big} needs more`);
    }
    writeWords(memory, signal, big & ones(signal.widthBits));
    settled = allSettled = false;
  };

  return {
    get cycle() {
      return cycle;
    },
    poke,
    step: (cycles = 1) => step(cycles),
    peek: (name) => {
      const signal = portSignal(name);
      if (signal !== undefined) {
        settle();
        return readWords(memory, signal.address, signal.widthBits);
      }
      const bits = netBits(name);
      settleAll();
      const out = new Uint8Array(Math.ceil(bits.length / 8));
      readBits(bits, out);
      return fromBytes(out);
    },
    peekNumber(name) {
      return Number(this.peek(name));
    },
    reset: ({ port = "aresetn", activeLow = true, cycles = 2 } = {}) => {
      poke(port, activeLow ? 0 : 1);
      step(cycles);
      poke(port, activeLow ? 1 : 0);
    },
    restart: () => {
      bytes().fill(0);
      writeInitial();
      cycle = 0;
      settled = allSettled = false;
    },
    peekMemory: (name, index) => {
      const block = model.memories.find((m) => m.name === name);
      if (block === undefined) {
        const names = model.memories.map((m) => m.name).join(", ");
        throw new SimError(
          "no-such-name",
          `${program.top} has no memory ${name}; it has: ${names || "none"}`,
        );
      }
      if (index < 0 || index >= block.size)
        throw new SimError("no-such-name", `memory ${name} has no element ${index}`);
      const from = block.address + index * block.strideBytes;
      return fromBytes(bytes().slice(from, from + block.strideBytes));
    },
    raw: {
      bytes,
      step,
      evaluateAll: () => {
        allSettled = false;
        settleAll();
      },
      address: (port) => {
        const signal = portSignal(port);
        if (signal === undefined) throw new SimError("no-such-name", `${program.top} has no port ${port}`);
        return signal.address;
      },
      reader: (name) => {
        const signal = portSignal(name);
        const bits = signal === undefined ? netBits(name) : undefined;
        const widthBits = signal?.widthBits ?? bits?.length ?? 0;
        const read = (out: Uint8Array): void => {
          if (signal !== undefined)
            out.set(bytes().subarray(signal.address, signal.address + Math.ceil(widthBits / 8)));
          else if (bits !== undefined) readBits(bits, out);
        };
        return { widthBits, read };
      },
    },
  };
}

const pageBytes = 65536;

function pages(byteCount: number): number {
  return Math.ceil(byteCount / pageBytes) + 1;
}

function writeWords(memory: WasmMemory, signal: Signal, value: bigint): void {
  const view = new DataView(memory.buffer);
  for (let word = 0; word < wordCount(signal.widthBits); word++) {
    view.setBigUint64(signal.address + 8 * word, BigInt.asUintN(64, value >> BigInt(64 * word)), true);
  }
}

function readWords(memory: WasmMemory, address: number, widthBits: number): bigint {
  const view = new DataView(memory.buffer);
  let value = 0n;
  for (let word = wordCount(widthBits) - 1; word >= 0; word--) {
    value = (value << 64n) | view.getBigUint64(address + 8 * word, true);
  }
  return value;
}

/** Little-endian bytes as a number. */
function fromBytes(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}

function hint(name: string, nets: ReadonlyMap<string, Bits>): string {
  const last = name.split(".").at(-1) ?? name;
  const similar = [...nets.keys()].filter((n) => n === last || n.endsWith(`.${last}`)).slice(0, 5);
  return similar.length === 0 ? "" : `; there is ${similar.join(", ")}`;
}
