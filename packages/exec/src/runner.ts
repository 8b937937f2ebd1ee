import { product, type Tensor, type TensorData } from "@gatefold/core";
import { ExecError } from "./error.js";
import { type OwnCode, opFunction } from "./op-step.js";
import type { Arg, Call, Port, Program, TileStep } from "./program.js";
import { copyElements, elementBytes, firstOutside, naturalView } from "./storage.js";
import { instantiateKernels, type Kernel, type KernelInstance } from "./wasm.js";

/** Runs samples `first … first + count − 1` of a chunk that is in memory. */
type StepFunction = (count: number, first: number) => void;

/** A program in one thread's memory. */
export class Runner {
  readonly #program: Program;
  readonly #wasm: KernelInstance;
  readonly #steps: readonly StepFunction[];
  readonly #checkBipolar: Kernel;

  constructor(program: Program, ownCode: (op: string) => OwnCode) {
    this.#program = program;
    this.#wasm = instantiateKernels(program.memoryBytes);
    new Uint8Array(this.#wasm.buffer).set(program.image, program.imageAt);
    this.#checkBipolar = this.#wasm.kernel("check_bipolar");
    this.#steps = program.steps.map((step) =>
      step.kind === "tile"
        ? this.#tile(step)
        : opFunction(step, ownCode(step.op), (port, count) => this.view(port, count)),
    );
  }

  /** Samples `from … to − 1` of the inputs to the same places of the outputs. Throws `ExecError`. */
  run(
    inputs: readonly TensorData[],
    outputs: readonly TensorData[],
    from: number,
    to: number,
    onChunk?: (done: number) => void,
  ): void {
    const { chunk } = this.#program;
    for (let first = from; first < to; first += chunk) {
      const count = Math.min(chunk, to - first);
      this.#program.inputs.forEach((port, i) => {
        this.#load(port, inputs[i]!, i, first, count);
      });
      for (const step of this.#steps) step(count, first);
      this.#program.outputs.forEach((output, i) => {
        const one = product("constant" in output ? output.constant.shape : output.shape);
        const into = outputs[i]!.subarray(first * one, (first + count) * one);
        if ("constant" in output) fill(output.constant, into);
        else copyElements(this.view(output, count), into);
      });
      onChunk?.(first + count - from);
    }
  }

  /** The first `count` samples of a value in natural storage. */
  view({ slot, elem, shape }: Port, count: number): ReturnType<typeof naturalView> {
    const { at } = this.#program.slots[slot]!;
    return naturalView(this.#wasm.buffer, at, count * product(shape), elem);
  }

  #load(port: Port, data: TensorData, index: number, first: number, count: number): void {
    const one = product(port.shape);
    const part = data.subarray(first * one, (first + count) * one);
    const into = this.view(port, count);
    let bad = -1;
    if (part instanceof Int8Array && port.nonZero) {
      into.set(part);
      bad = this.#checkBipolar(into.byteOffset, into.length);
    } else {
      if (port.range) bad = firstOutside(part, port.range, port.nonZero);
      if (bad < 0) copyElements(part, into);
    }
    if (bad >= 0)
      throw new ExecError(
        `input ${index}`,
        first + Math.floor(bad / one),
        `${part[bad]} is not a value of ${port.elem}`,
      );
  }

  #tile({ op, rowsPerSample, blockRows, calls }: TileStep): StepFunction {
    const bound = calls.map((call) => this.#bind(call));
    return (count, first) => {
      const rows = count * rowsPerSample;
      for (let row0 = 0; row0 < rows; row0 += blockRows) {
        const many = Math.min(blockRows, rows - row0);
        for (let i = 0; i < bound.length; i++) {
          const bad = bound[i]!(many, row0);
          const { check } = calls[i]!;
          if (!check || bad < 0) continue;
          const row = Math.floor(bad / check.cols);
          const at =
            this.#program.tiles[check.tile] +
            row * check.strideBytes +
            (bad % check.cols) * elementBytes(check.kind);
          const view = new DataView(this.#wasm.buffer);
          const value = check.kind === "i32" ? view.getInt32(at, true) : view.getFloat64(at, true);
          throw new ExecError(
            op,
            first + Math.floor((row0 + row) / rowsPerSample),
            `${value} ${check.reason}`,
          );
        }
      }
    };
  }

  /** A call with its arguments in one array, of which only those that depend on the block change. */
  #bind({ fn, args }: Call): (rows: number, row0: number) => number {
    const kernel = this.#wasm.kernel(fn);
    const { slots, tiles } = this.#program;
    const fixed = (arg: Arg): number => {
      if (typeof arg === "number") return arg;
      if (typeof arg === "string") return 0;
      return ("tile" in arg ? tiles[arg.tile] : slots[arg.slot]!.at) + (arg.offset ?? 0);
    };
    const values = args.map(fixed);
    const moving = args.flatMap((arg, i) =>
      typeof arg === "object" && "slot" in arg ? [{ i, at: values[i]!, stride: arg.stride }] : [],
    );
    const rowsAt = args.flatMap((arg, i) => (arg === "rows" ? [i] : []));
    const row0At = args.flatMap((arg, i) => (arg === "row0" ? [i] : []));
    return (rows, row0) => {
      for (const i of rowsAt) values[i] = rows;
      for (const i of row0At) values[i] = row0;
      for (const { i, at, stride } of moving) values[i] = at + row0 * stride;
      return kernel(...values);
    };
  }
}

function fill(constant: Tensor, into: TensorData): void {
  const one = constant.data.length;
  for (let at = 0; at < into.length; at += one) copyElements(constant.data, into.subarray(at, at + one));
}
