import {
  Constant,
  type ElemType,
  elemForRange,
  elemInfo,
  type IntegerRange,
  isInt,
  numbers,
  type Op,
  signedBits,
  type Tensor,
  unsignedBits,
  type Value,
} from "@gatefold/core";
import * as q from "@gatefold/dialect-q";
import { asBipolar } from "./bipolar.js";
import { unquantizedWeights, wideAccumulator } from "./diagnostics.js";
import { codes } from "./expr.js";
import { type AffineForm, type Fact, type FlowFact, type HostFact, host, refused } from "./fact.js";
import { formOf } from "./form.js";
import { onGrid } from "./grid.js";
import { reshapeBase } from "./movement.js";
import type { Site, StreamlineModel } from "./rule.js";
import { at } from "./spread.js";
import { type IntegerWeights, integerWeights, scaleFactors, weightRows } from "./weights.js";

/** Sums beyond this are not exact in float64. */
export const accumulatorBits = 53;

/**
 * `(s·n + b) · (k·c) = s·c·(n·k) + c·(b·k)`: a product of two scaled integers is an integer product with a scale and
 * a bias. `n` is the integer input, `s` its one scale, `b` its bias an input, `k` the integer weights, `c` one scale
 * a neuron.
 *
 * The accumulator is as wide as the weights themselves can reach on the input's range.
 * Source: scaled-integer range analysis, Umuroglu et al., arXiv:2508.21493.
 */
export const matmulRule: StreamlineModel = {
  mustLower: true,
  streamline(op, [x, w], site) {
    if (x?.kind !== "flow") return [host(op, "its first operand is not an activation", "write x·W, not W·x")];
    if (w?.kind !== "constant")
      return [host(op, "its weights are not constant", "give it weights from the model, not from its data")];
    if (w.tensor.shape.length !== 2)
      return [
        host(
          op,
          `its weights have shape [${w.tensor.shape}]; a matrix is needed`,
          "split it into matrix products",
        ),
      ];
    const weights = integerWeights(w);
    if (!weights) return [refused(op, unquantizedWeights(op))];
    const input = integerInput(op, x, site);
    if (input.kind === "host") return [input];
    return [product(op, input, weights, w.tensor.shape as [number, number], site)];
  },
};

/** The activation as integers with one scale, quantized onto its own grid where it is not affine; once for all readers. */
export function integerInput(op: Op, x: FlowFact, site: Site): FlowFact | HostFact {
  const { padding } = x;
  if (padding) {
    const image = integerInput(op, padding.image, site);
    return image.kind === "host" ? image : { ...image, shape: x.shape, padding: { ...padding, image } };
  }
  const known = site.integers.get(x);
  if (known) return known;
  const found = x.affine
    ? (asBipolar(x, x.affine, site) ?? x)
    : (onGrid(op, x, site) ??
      host(op, "its input is not integers times a scale", "put a quantizer before it"));
  site.integers.set(x, found);
  return found;
}

function product(
  op: Op,
  x: FlowFact,
  weights: IntegerWeights,
  [height, width]: readonly [number, number],
  site: Site,
): Fact {
  const { scale, bias } = x.affine!;
  const input = scaleFactors(scale);
  if (!input)
    return host(
      op,
      "its input channels have scales that are no integer multiples of each other",
      "train with one activation scale a tensor",
    );
  const biases = bias.every((b) => b === bias[0]) ? bias.slice(0, 1) : bias;
  if (x.form.axis !== x.shape.length - 1 && Math.max(input.factors.length, biases.length) > 1)
    return host(
      op,
      "its input has a scale or bias a channel, on another axis than it sums over",
      "train with one activation scale a tensor",
    );
  const integers = weights.codes.map((k, i) => k * at(input.factors, Math.floor(i / width)));
  const base = accumulate(op, x, weightRows(integers, height, width), site);
  if (base.kind === "host") return base;
  const affine: AffineForm = {
    scale: weights.scale.map((c) => input.unit * c),
    bias: weights.scale.map((c, n) => {
      let sum = 0;
      for (let k = 0; k < height; k++) sum += at(biases, k) * weights.codes[k * width + n]!;
      return c * sum + 0;
    }),
  };
  const shape = [...x.shape.slice(0, -1), width];
  const form = formOf(shape, shape.length - 1);
  const { elem } = op.result().type;
  return {
    kind: "flow",
    base: base.value,
    baseForm: form,
    range: base.range,
    expr: isInt(elem) ? codes(elem) : { kind: "decode", ...affine, form, elem },
    shape,
    form,
    affine,
    monotone: true,
    uniform:
      affine.scale.every((s) => s === affine.scale[0]) && affine.bias.every((b) => b === affine.bias[0]),
  };
}

interface Accumulated {
  readonly kind: "accumulated";
  readonly value: Value;
  readonly range: IntegerRange;
}

function accumulate(op: Op, x: FlowFact, rows: Tensor, site: Site): Accumulated | HostFact {
  const axis = x.shape.length - 1;
  const value = reshapeBase(x.base, x.shape, site);
  const aligned = x.range.channels?.axis === axis && value === x.base;
  const range = q.accumulatorRange(rows, aligned ? x.range : { lo: x.range.lo, hi: x.range.hi }, axis);
  const widthBits = bitsOf(range.lo, range.hi);
  if (widthBits > accumulatorBits) return refused(op, wideAccumulator(op, widthBits));
  const { elem: kept } = op.result().type;
  if (isInt(kept) && (range.lo < elemInfo(kept).min || range.hi > elemInfo(kept).max))
    return host(op, `its sums wrap around at ${kept}`, "compute the product in a wider integer type");
  const elem = elemForRange(range.lo, range.hi);
  const w = Constant.build(site.graph, [], { value: rows }, { loc: op.loc });
  const names = [op.results[0]?.name];
  const made = q.MatMul.build(site.graph, [value, w], { elem }, { loc: op.loc, names });
  const count = numbers(rows).length;
  const worst = worstCase(x.base.type.elem, rows.elem, rows.shape[1]!);
  site.layers.push({
    kind: "matmul",
    loc: op.loc,
    macs: count * x.shape.slice(0, -1).reduce((all, d) => all * d, 1),
    weightCount: count,
    weightElem: rows.elem,
    inputElem: x.base.type.elem,
    accumulatorElem: elem,
    ...(worst === undefined ? {} : { worstCaseAccumulatorElem: worst }),
  });
  return { kind: "accumulated", value: made, range };
}

export function bitsOf(lo: number, hi: number): number {
  return lo < 0 ? signedBits(lo, hi) : unsignedBits(hi);
}

/** The accumulator for any weights and inputs of these types; `undefined` beyond 64 bits. */
export function worstCase(input: ElemType, weight: ElemType, terms: number): ElemType | undefined {
  const [x, w] = [elemInfo(input), elemInfo(weight)];
  const products = [x.min * w.min, x.min * w.max, x.max * w.min, x.max * w.max];
  const [lo, hi] = [Math.min(0, ...products) * terms, Math.max(...products) * terms];
  return bitsOf(lo, hi) > 64 ? undefined : elemForRange(lo, hi);
}
