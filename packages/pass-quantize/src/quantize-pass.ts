import {
  Constant,
  defineFact,
  definePass,
  type Fact,
  type Graph,
  isFloat,
  type Module,
  type Op,
  type Pass,
  type PassContext,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { Add, type ConstantWeights, constantWeights } from "@gatefold/dialect-nn";
import { addQuantizer } from "./add-quantizer.js";
import type { CodeSpan } from "./calibrator.js";
import { mse } from "./calibrators.js";
import { alreadyQuantized, nothingToQuantize, unknownLayer } from "./diagnostics.js";
import type { Observed } from "./histogram.js";
import { hasChannels, measure } from "./measure.js";
import type { QuantizeOptions } from "./options.js";
import { type Place, placeQuantizers } from "./places.js";
import { activationCodes, alignScales, calibratedScale } from "./scale.js";
import { insertWeightQuantizer, type QuantizedWeights, quantizeWeights } from "./weights.js";

/** What a layer's weights became. */
export interface QuantizedLayer {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly bits: number;
  /** 1, or one a row. */
  readonly scaleCount: number;
  /** Power of the weights over that of the rounding error, in decibels; infinite without an error. */
  readonly signalToNoiseDb: number;
  /** The largest correction of an output channel; absent where none was made. */
  readonly largestCorrection?: number;
}

/** A quantizer that was put behind a value. */
export interface QuantizedActivation {
  readonly name: string;
  readonly bits: number;
  readonly signed: boolean;
  readonly scale: number;
  /** What calibration saw. */
  readonly min: number;
  readonly max: number;
  /** Share of the seen values that is clipped, 0 to 1. */
  readonly clippedShare: number;
}

export interface QuantizeSummary {
  /** Names of the calibrators of activations and of weights. */
  readonly calibrator: string;
  readonly weightCalibrator: string;
  readonly sampleCount: number;
  readonly layers: readonly QuantizedLayer[];
  readonly activations: readonly QuantizedActivation[];
}

/** What `quantize` did, for reports. */
export const quantizeSummary: Fact<QuantizeSummary> = defineFact<QuantizeSummary>("quantize.summary");

/** Bits of network inputs unless said: what cameras and converters give. */
const usualInputBits = 8;

/**
 * Puts quantizers on the weights and activations of a trained network, with ranges that calibration samples show. Biases
 * and batch norms stay real: streamlining makes thresholds of them. The function changes: measure the accuracy.
 *
 * Bias correction: where rounding the weights shifts a channel's mean on the samples, the shift is added back.
 * Source: Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", arXiv:1906.04721, section 4.2 (empirical).
 */
export function quantizePass(options: QuantizeOptions): Pass {
  return definePass({
    name: "quantize-network",
    summary: "Quantizers on weights and activations, with ranges from calibration samples.",
    phase: "quantize",
    semantics: "changes-numerics",
    run: (module, ctx) => run(module, ctx, options),
  });
}

/** A place with its codes and scale. */
interface ScaledPlace {
  readonly place: Place;
  readonly name: string;
  readonly bits: number;
  readonly codes: CodeSpan;
  readonly scale: number;
  readonly observed: Observed;
}

async function run(module: Module, ctx: PassContext, options: QuantizeOptions): Promise<void> {
  const { main } = module;
  const weights = realWeights(module, ctx, options).map((layer) =>
    quantizeWeights(layer, {
      bits: options.bits.layers?.[layer.name] ?? options.bits.weights,
      calibrator: options.weightCalibrator ?? mse(),
      perChannel: options.weightScales !== "tensor",
      powerOfTwo: options.powerOfTwoScales ?? false,
    }),
  );
  const { places, groups } = placeQuantizers(main, ctx.interfaces);
  const corrected = options.biasCorrection === false ? [] : weights.filter(hasChannels);
  const total = options.calibration.length;
  const { observed, shifts } = await measure(module, {
    values: places.map(({ value }) => value),
    layers: corrected,
    samples: options.calibration,
    onSample: (done) => ctx.progress(done, total, "calibration"),
  });
  const scaled = scalePlaces(places, groups, observed, options);
  for (const each of scaled) insertActivationQuantizer(main, each);
  for (const each of weights) insertWeightQuantizer(main, each);
  for (const [layer, shift] of shifts) addCorrection(main, layer, shift);
  ctx.facts.set(quantizeSummary, {
    calibrator: (options.calibrator ?? mse()).name,
    weightCalibrator: (options.weightCalibrator ?? mse()).name,
    sampleCount: total,
    layers: weights.map((each) => layerSummary(each, shifts.get(each))),
    activations: scaled.map(activationSummary),
  });
}

/** The layers whose weights are real numbers. Throws when there is none, or one is asked for that is not there. */
function realWeights(
  module: Module,
  ctx: PassContext,
  { bits }: QuantizeOptions,
): readonly ConstantWeights[] {
  const all = constantWeights(module, ctx.interfaces).filter(
    ({ op, constant }) => op.graph === module.main && isFloat(constant.result().type.elem),
  );
  if (all.length === 0) throw nothingToQuantize();
  const real = all.filter(({ quantized }) => !quantized);
  if (real.length === 0) throw alreadyQuantized();
  const names = real.map(({ name }) => name);
  for (const name of Object.keys(bits.layers ?? {}))
    if (!names.includes(name)) throw unknownLayer(name, names);
  return real;
}

const nameOf = ({ name, op, index }: Value): string => name ?? op?.loc.node ?? `value_${index}`;

function scalePlaces(
  places: readonly Place[],
  groups: readonly (readonly Place[])[],
  observed: ReadonlyMap<Value, Observed>,
  options: QuantizeOptions,
): readonly ScaledPlace[] {
  const calibrator = options.calibrator ?? mse();
  const scaled = new Map(
    places.map((place): [Place, ScaledPlace] => {
      const { value, isInput } = place;
      const seen = observed.get(value)!;
      const name = nameOf(value);
      const bits = isInput ? (options.bits.input ?? usualInputBits) : options.bits.activations;
      const codes = activationCodes(seen, bits);
      const scale = calibratedScale(seen, codes, calibrator, options.powerOfTwoScales ?? false, name);
      return [place, { place, name, bits, codes, scale, observed: seen }];
    }),
  );
  for (const group of groups) {
    const members = group.map((place) => scaled.get(place)!);
    alignScales(members.map(({ scale }) => scale)).forEach((scale, i) => {
      scaled.set(members[i]!.place, { ...members[i]!, scale });
    });
  }
  return [...scaled.values()];
}

function insertActivationQuantizer(graph: Graph, { place, name, bits, codes, scale }: ScaledPlace): void {
  const { value, readers } = place;
  const quantized = addQuantizer(graph, value, {
    before: operationAfter(graph, value.op),
    name: `${name}_quant`,
    scale: tensorFrom(value.type.elem, [], [scale]),
    bits,
    signed: codes.low < 0,
    narrow: false,
  });
  for (const { op, index } of readers) graph.setOperand(op, index, quantized);
}

/** The op behind another, or the first one. */
function operationAfter(graph: Graph, op: Op | undefined): Op | undefined {
  let seen = op === undefined;
  for (const each of graph.ops()) {
    if (seen) return each;
    seen = each === op;
  }
  return undefined;
}

/** `layer(x)` → `layer(x) + shift`, one number an output channel; nothing where all are 0. */
function addCorrection(graph: Graph, { layer }: QuantizedWeights, shift: Float64Array): void {
  if (shift.every((v) => v === 0)) return;
  const { op, matrix, name } = layer;
  const result = op.result();
  const { elem, shape } = result.type;
  const axis = (matrix.resultAxis! + shape.length) % shape.length;
  const readers = [...result.uses];
  const init = { before: operationAfter(graph, op), loc: { ...op.loc, node: `${name}_correction` } };
  const value = tensorFrom(
    elem,
    shape.map((_, i) => (i === axis ? shift.length : 1)),
    shift.map(Math.fround),
  );
  const constant = Constant.build(graph, [], { value }, { ...init, names: [`${name}_shift`] });
  const corrected = Add.build(graph, [result, constant], {}, { ...init, names: [`${name}_corrected`] });
  for (const use of readers) graph.setOperand(use.op, use.index, corrected);
}

function layerSummary(weights: QuantizedWeights, shift: Float64Array | undefined): QuantizedLayer {
  const { layer, bits, scaleCount, signalToNoiseDb } = weights;
  return {
    name: layer.name,
    rows: layer.matrix.rows,
    columns: layer.matrix.columns,
    bits,
    scaleCount,
    signalToNoiseDb,
    ...(shift ? { largestCorrection: shift.reduce((most, v) => Math.max(most, Math.abs(v)), 0) } : {}),
  };
}

function activationSummary({ name, bits, codes, scale, observed }: ScaledPlace): QuantizedActivation {
  const { count, min, max, values, counts } = observed;
  const [lo, hi] = [(codes.low - 0.5) * scale, (codes.high + 0.5) * scale];
  const clipped = values.reduce((sum, v, i) => sum + (v < lo || v > hi ? counts[i]! : 0), 0);
  return {
    name,
    bits,
    signed: codes.low < 0,
    scale,
    min,
    max,
    clippedShare: count === 0 ? 0 : clipped / count,
  };
}
