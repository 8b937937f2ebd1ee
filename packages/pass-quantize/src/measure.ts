import {
  evaluate,
  evaluateOp,
  isFloat,
  type Module,
  numbers,
  product,
  type Tensor,
  tensorFrom,
  type Value,
  type ValueType,
} from "@gatefold/core";
import { notACode, notFinite, sampleSize } from "./diagnostics.js";
import { Histogram, type Observed } from "./histogram.js";
import type { QuantizedWeights } from "./weights.js";

/**
 * One input of the network. An array holds the network's own real inputs, one behind the other; a list of tensors is what `main`
 * reads, integer codes where an input has an encoding.
 */
export type CalibrationSample = Float32Array | Float64Array | readonly Tensor[];

export interface Measured {
  readonly observed: ReadonlyMap<Value, Observed>;
  /** By layer: what its result lost on average by the rounding of its weights, one number an output channel. */
  readonly shifts: ReadonlyMap<QuantizedWeights, Float64Array>;
}

export interface MeasureOptions {
  /** Values to look at. */
  readonly values: readonly Value[];
  /** Layers whose shift is wanted. */
  readonly layers: readonly QuantizedWeights[];
  readonly samples: readonly CalibrationSample[];
  readonly onSample: (done: number) => void;
}

/** Runs the network as it is, in real numbers, on each sample. Throws `DiagnosticError` for samples that do not fit. */
export async function measure(module: Module, options: MeasureOptions): Promise<Measured> {
  const histograms = new Map(options.values.map((value) => [value, new Histogram()]));
  const meters = options.layers.map((layer) => new ShiftMeter(layer));
  const byResult = new Map(meters.map((meter) => [meter.result, meter]));
  const needed = new Set(meters.flatMap((meter) => meter.operands));
  for (const [index, sample] of options.samples.entries()) {
    const kept = new Map<Value, Tensor>();
    const onValue = (value: Value, tensor: Tensor): void => {
      if (needed.has(value)) kept.set(value, tensor);
      const histogram = histograms.get(value);
      if (histogram) addTo(histogram, value, tensor, index);
      byResult.get(value)?.add(kept, tensor);
    };
    evaluate(module.main, mainInputs(module, sample, index), { onValue });
    options.onSample(index + 1);
    // Lets signals and progress through.
    if (index % 16 === 15) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return {
    observed: new Map([...histograms].map(([value, histogram]) => [value, histogram.observed()])),
    shifts: new Map(meters.map((meter) => [meter.layer, meter.shift()])),
  };
}

function addTo(histogram: Histogram, value: Value, tensor: Tensor, sample: number): void {
  try {
    histogram.add(numbers(tensor));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw notFinite(value.name ?? value.op?.loc.node ?? "a value", sample, error.message);
  }
}

function mainInputs(module: Module, sample: CalibrationSample, index: number): readonly Tensor[] {
  const first = module.head ?? module.main;
  const given = ArrayBuffer.isView(sample) ? undefined : sample;
  const wanted = (given ? module.main : first).inputs.map(({ type }) => product(type.shape));
  const total = wanted.reduce((sum, size) => sum + size, 0);
  if (given) {
    const found = given.reduce((sum, { data }) => sum + data.length, 0);
    if (given.length !== wanted.length || given.some(({ data }, i) => data.length !== wanted[i]))
      throw sampleSize(index, found, total);
    return given;
  }
  const data = sample as Float32Array;
  if (data.length !== total) throw sampleSize(index, data.length, total);
  let from = 0;
  const tensors = first.inputs.map(({ type }, i) => {
    from += wanted[i]!;
    return inputTensor(type, data.subarray(from - wanted[i]!, from), index);
  });
  return module.head ? evaluate(module.head, tensors) : tensors;
}

/** Throws `DiagnosticError` where an input is integer codes and a number is none. */
function inputTensor({ elem, shape }: ValueType, data: Float32Array, sample: number): Tensor {
  try {
    return tensorFrom(elem, shape, data);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw notACode(sample, error.message);
  }
}

/** Adds up what a layer gives with its weights, less what it gives with rounded ones, on the same inputs. */
class ShiftMeter {
  readonly layer: QuantizedWeights;
  readonly result: Value;
  readonly operands: readonly Value[];
  readonly #sums: Float64Array;
  readonly #inner: number;
  #elements = 0;

  constructor(layer: QuantizedWeights) {
    this.layer = layer;
    const { op, matrix } = layer.layer;
    this.result = op.result();
    this.operands = op.operands;
    const { shape } = this.result.type;
    const axis =
      shape.length + (matrix.resultAxis! < 0 ? matrix.resultAxis! : matrix.resultAxis! - shape.length);
    this.#sums = new Float64Array(shape[axis]!);
    this.#inner = product(shape.slice(axis + 1));
  }

  add(kept: ReadonlyMap<Value, Tensor>, result: Tensor): void {
    const { op, matrix } = this.layer.layer;
    const operands = this.operands.map((v, i) => (i === matrix.operand ? this.layer.rounded : kept.get(v)!));
    const [real, rounded] = [numbers(result), numbers(evaluateOp(op, operands)[0]!)];
    const channels = this.#sums.length;
    for (let i = 0; i < real.length; i++) {
      this.#sums[Math.floor(i / this.#inner) % channels]! += real[i]! - rounded[i]!;
    }
    this.#elements += real.length / channels;
  }

  shift(): Float64Array {
    return this.#sums.map((sum) => sum / Math.max(1, this.#elements));
  }
}

/** Whether a layer's shift can be told by output channel. */
export function hasChannels({ layer: { op, matrix } }: QuantizedWeights): boolean {
  return matrix.resultAxis !== undefined && op.results.length === 1 && isFloat(op.result().type.elem);
}
