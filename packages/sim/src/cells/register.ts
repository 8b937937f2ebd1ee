import { bytesOf, type Emitter } from "../compile/emitter.js";
import { SimError } from "../errors.js";
import { type Bits, constantBits, wordBits, wordCount } from "../netlist/bits.js";
import type { Cell } from "../netlist/yosys-json.js";
import { op } from "../wasm/code.js";
import type { CellCompilers } from "./common.js";

/** A control input with its polarity. */
interface Control {
  readonly bit: number;
  readonly activeHigh: boolean;
}

function control(cell: Cell, port: string): Control | undefined {
  return cell.has(port) ? { bit: cell.bit(port), activeHigh: cell.flag(`${port}_POLARITY`) } : undefined;
}

/** Pushes an i32: is the control active. */
function pushActive(e: Emitter, { bit, activeHigh }: Control): void {
  e.condition(bit);
  if (!activeHigh) e.code.op(op.i32Eqz);
}

/**
 * Every edge-triggered register of Yosys. The state is a signal that changes at the clock edge only; asynchronous inputs make Q a wire
 * that follows them at once and that writes itself back into the state. Source: Yosys techlibs/common/simlib.v.
 */
const register: CellCompilers[string] = (cell, model) => {
  const q = cell.port("Q");
  const d = cell.port("D");
  if (q.length === 0) return;
  model.useClock(cell, cell.bit("CLK"), cell.flag("CLK_POLARITY"));
  const asynchronous = asyncInputs(cell);
  const state = model.signal("state", cell.label, q.length, asynchronous === undefined ? q : undefined);
  const visible = asynchronous === undefined ? undefined : model.signal("wire", cell.label, q.length, q);
  model.initial.push({
    address: state.address,
    bytes: bytesOf(
      q.map((bit) => model.initialBit(bit)),
      wordCount(q.length),
    ),
  });
  const enable = control(cell, "EN");
  const reset = control(cell, "SRST");
  const resetValue = reset === undefined ? [] : constantBits(cell.text("SRST_VALUE"));
  const enableFirst = cell.type === "$sdffce";

  if (asynchronous !== undefined && visible !== undefined) {
    model.nodes.push({
      label: cell.label,
      cell,
      reads: asynchronous.reads,
      pointers: [],
      defines: [visible],
      emit: (e) => {
        for (let word = 0; word < wordCount(q.length); word++) {
          e.loadWord(state.address + 8 * word);
          asynchronous.apply(e, word);
          const now = e.temp();
          e.code.tee(now);
          e.set(visible, word);
          e.storeWord(state.address + 8 * word, now);
        }
      },
    });
  }

  const controls = [enable, reset].flatMap((c) => (c === undefined ? [] : [c.bit]));
  model.nodes.push({
    label: cell.label,
    cell,
    reads: [d, q, controls, ...(asynchronous?.reads ?? [])],
    pointers: [],
    defines: [],
    emit: (e) => {
      const { code } = e;
      const hold = (word: number): void => {
        if (enable === undefined) return;
        e.push(wordBits(q, word));
        pushActive(e, enable);
        code.op(op.select);
      };
      for (let word = 0; word < wordCount(q.length); word++) {
        if (reset !== undefined) e.push(wordBits(resetValue, word));
        e.push(wordBits(d, word));
        if (!enableFirst) hold(word);
        if (reset !== undefined) {
          pushActive(e, reset);
          code.op(op.select);
        }
        if (enableFirst) hold(word);
        // an asynchronous input that is active at the edge wins over D
        asynchronous?.apply(e, word);
        e.storeNext(state, word);
      }
    },
  });
};

interface AsyncInputs {
  readonly reads: readonly Bits[];
  /** Replaces the word on the stack by what the asynchronous inputs make of it. */
  readonly apply: (e: Emitter, word: number) => void;
}

function asyncInputs(cell: Cell): AsyncInputs | undefined {
  const overrideBy = (load: Control, value: Bits): AsyncInputs => ({
    reads: [[load.bit], value],
    apply: (e, word) => {
      const kept = e.temp();
      e.code.set(kept);
      e.push(wordBits(value, word));
      e.code.get(kept);
      pushActive(e, load);
      e.code.op(op.select);
    },
  });
  const reset = control(cell, "ARST");
  if (reset !== undefined) return overrideBy(reset, constantBits(cell.text("ARST_VALUE")));
  const load = control(cell, "ALOAD");
  if (load !== undefined) return overrideBy(load, cell.port("AD"));
  if (!cell.has("SET")) return undefined;
  const [set, clear] = [cell.port("SET"), cell.port("CLR")];
  const [setHigh, clearHigh] = [cell.flag("SET_POLARITY"), cell.flag("CLR_POLARITY")];
  return {
    reads: [set, clear],
    apply: (e, word) => {
      const active = (bits: Bits, high: boolean): void => {
        e.push(wordBits(bits, word));
        if (!high) e.code.i64(-1n).op(op.i64Xor);
      };
      active(set, setHigh);
      e.code.op(op.i64Or);
      active(clear, !clearHigh);
      e.code.op(op.i64And);
      e.mask(wordBits(set, word).length);
    },
  };
}

const latch: CellCompilers[string] = (cell) => {
  const what = "is a latch: some path of a combinational process leaves its output unassigned";
  throw new SimError("latch", `${cell.label} ${what}`);
};

const types = [
  "$dff",
  "$dffe",
  "$sdff",
  "$sdffe",
  "$sdffce",
  "$adff",
  "$adffe",
  "$aldff",
  "$aldffe",
  "$dffsr",
  "$dffsre",
];

export const registerTypes: ReadonlySet<string> = new Set(types);

export const registerCells: CellCompilers = {
  ...Object.fromEntries(types.map((type) => [type, register])),
  $dlatch: latch,
  $adlatch: latch,
  $dlatchsr: latch,
  $sr: latch,
};
