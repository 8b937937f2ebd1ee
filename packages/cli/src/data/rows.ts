import {
  type Diagnostic,
  DiagnosticError,
  drawInputs,
  elemInfo,
  evaluate,
  type InputDomain,
  isInt,
  type Module,
  product,
  type Tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { dataRange, dataShape } from "../diagnostics.js";
import type { Dataset } from "./dataset.js";

/**
 * Frames to run a network on. Where every input of the imported `main` is integer codes, a frame is these codes;
 * otherwise it is the network's own real inputs.
 */
export interface Rows {
  readonly entry: "codes" | "values";
  /** Frames. */
  readonly count: number;
  /** Samples a frame: the first dimension of the network's first input. */
  readonly samplesPerFrame: number;
  /** A file's name, or `drawn`. */
  readonly origin: string;
  row(index: number): readonly Tensor[];
}

/** What a frame is of: the codes that `main` reads, or the network's own inputs. */
export function entryOf(network: Module): Rows["entry"] {
  return network.main.inputs.every((input) => isInt(input.type.elem)) ? "codes" : "values";
}

function inputsOf(network: Module): readonly Value[] {
  return entryOf(network) === "codes" ? network.main.inputs : (network.head ?? network.main).inputs;
}

function batchOf(input: Value | undefined): number {
  const shape = input?.type.shape ?? [];
  return shape.length > 1 ? shape[0]! : 1;
}

/** Frames drawn over each input's range: half uniform, half at the ends of the range and around constants. */
export function drawRows(
  network: Module,
  options: {
    readonly count: number;
    readonly seed: number;
    readonly domains?: readonly (InputDomain | undefined)[] | undefined;
  },
): Rows {
  const entry = entryOf(network);
  const drawn = drawInputs(entry === "codes" ? { ...network, head: undefined } : network, {
    rows: options.count,
    seed: options.seed,
    domains: entry === "values" ? options.domains : undefined,
  });
  const samplesPerFrame = batchOf(inputsOf(network)[0]);
  return { entry, count: drawn.length, samplesPerFrame, origin: "drawn", row: (i) => drawn[i]! };
}

/** How the frames of one input lie in an array. */
interface Column {
  readonly input: Value;
  readonly data: Dataset;
  readonly frames: number;
  readonly elements: number;
}

function column(input: Value, data: Dataset): Column | Diagnostic {
  const { shape } = input.type;
  const elements = product(shape);
  const total = product(data.array.shape);
  const perSample = elements / batchOf(input);
  const inner = product(data.array.shape.slice(1));
  const whole = inner === elements || total === elements;
  const fits = whole || (inner === perSample && total % elements === 0);
  const frames = total / elements;
  if (!fits || frames < 1) {
    return dataShape(data.name, data.array.shape, input.name ?? "", shape.slice(shape.length > 1 ? 1 : 0));
  }
  return { input, data, frames, elements };
}

/** Frame `index` of a column as numbers. */
function valuesOf({ data, elements }: Column, index: number): number[] {
  const part = data.array.data.subarray(index * elements, (index + 1) * elements);
  return Array.from(part as ArrayLike<number | bigint>, Number);
}

function codesOf(col: Column, index: number): Tensor {
  const { elem, shape } = col.input.type;
  const { min, max } = elemInfo(elem);
  const values = valuesOf(col, index);
  const bad = values.find(
    (v) => !Number.isInteger(v) || v < min || v > max || (elem === "bipolar" && v === 0),
  );
  if (bad !== undefined)
    throw new DiagnosticError([dataRange(col.data.name, col.input.name ?? "", index, bad, elem)]);
  return tensorFrom(elem, shape, values);
}

/**
 * Frames from files, one file an input. Integer arrays are the codes that the circuit reads; float arrays are real values
 * and go through the input's encoding. Throws `DiagnosticError` with every array that does not fit.
 */
export function rowsOf(network: Module, data: readonly Dataset[]): Rows {
  const entry = entryOf(network);
  const columns = inputsOf(network).map((input, i) => column(input, data[i]!));
  const errors = columns.filter((c): c is Diagnostic => "code" in c);
  if (errors.length > 0) throw new DiagnosticError(errors);
  const good = columns as readonly Column[];
  const count = Math.min(...good.map((c) => c.frames));
  const real = ({ data: { array } }: Column): boolean => array.dtype.startsWith("float");
  const encode = entry === "codes" && network.head !== undefined && good.every(real);
  const row = (index: number): readonly Tensor[] => {
    if (encode) {
      const values = good.map((c, i) => {
        const { elem, shape } = network.head!.inputs[i]!.type;
        return tensorFrom(elem, shape, valuesOf(c, index));
      });
      return evaluate(network.head!, values);
    }
    if (entry === "codes") return good.map((c) => codesOf(c, index));
    return good.map((c) => tensorFrom(c.input.type.elem, c.input.type.shape, valuesOf(c, index)));
  };
  const samplesPerFrame = batchOf(good[0]?.input);
  return { entry, count, samplesPerFrame, origin: data.map((d) => d.name).join(", "), row };
}

/** The frames of `rows` that a smaller run takes: `count` of them, evenly spread, so that edges are among them. */
export function spread(total: number, count: number): readonly number[] {
  const taken = Math.min(total, count);
  return Array.from({ length: taken }, (_, i) => Math.floor((i * total) / taken));
}
