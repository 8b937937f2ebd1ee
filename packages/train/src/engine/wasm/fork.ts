import { Worker } from "node:worker_threads";
import { TrainError } from "../../error.js";
import { kernelsBase64 } from "../../generated/kernels.js";
import { Arena } from "../arena.js";
import { wasm } from "./api.js";

/** The kernels of assembly/, on one memory that all threads share; see assembly/fork.ts for how work is divided. */
export interface Fork {
  readonly arena: Arena;
  /** Argument slots of the next run, 4 bytes each, as integers and as floats. */
  readonly ints: Int32Array;
  readonly reals: Float32Array;
  /** Puts the address of `array` in a slot. Throws when it has fewer than `length` elements or is not on this memory. */
  put(slot: number, array: Float32Array | Int32Array, length: number): void;
  /** Number of a kernel. Throws when there is none of that name. */
  kind(name: string): number;
  /** Runs all chunks of a kernel: in all threads, or in this one where `alone`. */
  run(kind: number, chunks: number, alone: boolean): void;
  dispose(): void;
}

/** A worker has no file of its own: it is this, so it starts the same from sources, from `dist` and from a bundle. */
const workerSource = `
const { module, memory, thread } = require("node:worker_threads").workerData;
new WebAssembly.Instance(module, { env: { memory } }).exports.work(thread);
`;

const pageBytes = 65536;
let compiled: object | undefined;

/** `memoryBytes` is a multiple of 64 KB; it is committed by the system when pages are first used. */
export function startFork(threads: number, memoryBytes: number): Fork {
  compiled ??= new wasm.Module(Buffer.from(kernelsBase64, "base64"));
  const module = compiled;
  const pages = memoryBytes / pageBytes;
  const memory = new wasm.Memory({ initial: pages, maximum: pages, shared: true });
  const { buffer } = memory;
  const { exports } = new wasm.Instance(module, { env: { memory } });
  const constant = (name: string): number => {
    const found = exports[name];
    if (typeof found !== "object" || found === null || !("value" in found)) {
      throw new Error(`there is no kernel \`${name}\``);
    }
    return Number(found.value);
  };
  const runHere = exports["runHere"] as (kind: number, chunks: number) => void;
  const runEverywhere = exports["runEverywhere"] as (kind: number, chunks: number) => void;
  for (let thread = 1; thread < threads; thread++) {
    const workerData = { module, memory, thread };
    new Worker(workerSource, { eval: true, execArgv: [], workerData }).unref();
  }
  const slots = constant("ARGUMENTS");
  const ints = new Int32Array(buffer, slots, 64);
  let alone = threads === 1;
  return {
    arena: new Arena(buffer, constant("WORKSPACE") + threads * constant("WORKSPACE_BYTES")),
    ints,
    reals: new Float32Array(buffer, slots, 64),
    put(slot, array, length) {
      if (array.length < length || (array.buffer as ArrayBufferLike) !== buffer)
        throw misplaced(array, length);
      ints[slot] = array.byteOffset;
    },
    kind: constant,
    run(kind, chunks, small) {
      if (alone || small || chunks === 1) runHere(kind, chunks);
      else runEverywhere(kind, chunks);
    },
    dispose() {
      if (!alone) runEverywhere(-1, 0);
      alone = true;
    },
  };
}

function misplaced(array: Float32Array | Int32Array, length: number): TrainError {
  if (array.length >= length) {
    return new TrainError(
      "train/foreign-array",
      "An array is not on the engine's memory.",
      "take arrays from `alloc` or `scratch` of the same engine, and copy data into them",
    );
  }
  return new TrainError(
    "train/bad-shape",
    `An array has ${array.length} elements where a kernel needs ${length}.`,
    "give operands whose sizes agree",
  );
}
