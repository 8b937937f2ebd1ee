import { Constant, elemForRange, elemInfo, numbers, type Op, type Value } from "@gatefold/core";
import * as q from "@gatefold/dialect-q";
import { asBipolar } from "./bipolar.js";
import { unquantizedWeights, wideAccumulator } from "./diagnostics.js";
import { at } from "./elementwise.js";
import { type AffineForm, type Fact, type FlowFact, host } from "./fact.js";
import { formOf } from "./form.js";
import { onGrid } from "./grid.js";
import { reshapeBase } from "./movement.js";
import type { Site, StreamlineModel } from "./rule.js";
import { integerWeights, weightRows } from "./weights.js";

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
    if (w?.kind !== "constant") return [host(op, "its weights are not constant")];
    if (w.tensor.shape.length !== 2)
      return [host(op, `its weights have shape [${w.tensor.shape}]; a matrix is needed`)];
    const weights = integerWeights(w);
    if (!weights) {
      site.report(unquantizedWeights(op));
      return [host(op, "its weights are not integers times a scale")];
    }
    const input = integerInput(op, x, site);
    if (input.kind === "host") return [input];
    return [product(op, input, weights, w.tensor.shape as [number, number], site)];
  },
};

/** The activation as integers with one scale, quantized onto its own grid where it is not affine. */
function integerInput(op: Op, x: FlowFact, site: Site): Fact & { kind: "flow" | "host" } {
  if (x.affine) return asBipolar(x, x.affine, site) ?? x;
  return (
    onGrid(op, x, site) ?? host(op, "its input is not integers times a scale", "put a quantizer before it")
  );
}

/** Integer factors by which an input's scales differ; `undefined` unless all are exact multiples of the least. */
function scaleFactors(
  scale: Float64Array,
): { readonly unit: number; readonly factors: Float64Array } | undefined {
  const unit = scale.reduce((a, b) => (Math.abs(b) < Math.abs(a) ? b : a));
  if (unit === 0) return undefined;
  const factors = Float64Array.from(scale, (s) => s / unit);
  return factors.every((f) => Number.isInteger(f) && Math.abs(f) <= 256) ? { unit, factors } : undefined;
}

function product(
  op: Op,
  x: FlowFact,
  weights: { readonly codes: Float64Array; readonly scale: Float64Array },
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
  if (x.form.axis !== x.shape.length - 1 && input.factors.some((f) => f !== input.factors[0])) {
    return host(op, "its input has one scale a channel on another axis than it sums over");
  }
  const codes = weights.codes.map((k, i) => k * at(input.factors, Math.floor(i / width)));
  const rows = weightRows(codes, height, width);
  const shape = [...x.shape.slice(0, -1), width];
  const base = accumulate(op, x, rows, site);
  if (!base) return host(op, "its accumulator is too wide");
  const affine: AffineForm = {
    scale: weights.scale.map((c) => input.unit * c),
    bias: weights.scale.map((c, n) => {
      let sum = 0;
      for (let k = 0; k < height; k++) sum += at(bias, k) * weights.codes[k * width + n]!;
      return c * sum;
    }),
  };
  const form = formOf(shape, shape.length - 1);
  return {
    kind: "flow",
    base: base.value,
    baseForm: form,
    range: base.range,
    expr: { kind: "decode", ...affine, form },
    shape,
    form,
    affine,
    monotone: true,
    uniform:
      affine.scale.every((s) => s === affine.scale[0]) && affine.bias.every((b) => b === affine.bias[0]),
  };
}

function accumulate(
  op: Op,
  x: FlowFact,
  rows: Parameters<typeof q.accumulatorRange>[0],
  site: Site,
): { readonly value: Value; readonly range: FlowFact["range"] } | undefined {
  const value = reshapeBase(x.base, x.shape, site);
  const aligned = x.range.channels?.axis === x.shape.length - 1 && value === x.base;
  const range = q.accumulatorRange(
    rows,
    aligned ? x.range : { lo: x.range.lo, hi: x.range.hi },
    x.shape.length - 1,
  );
  const elem = elemForRange(Math.min(range.lo, 0), range.hi);
  const { widthBits } = elemInfo(elem);
  if (widthBits > 53) {
    site.report(wideAccumulator(op, widthBits));
    return undefined;
  }
  const w = Constant.build(site.graph, [], { value: rows }, { loc: op.loc });
  const names = [op.results[0]?.name];
  const made = q.MatMul.build(site.graph, [value, w], { elem }, { loc: op.loc, names });
  const worst = worstCase(x.base.type.elem, rows.elem, rows.shape[1]!);
  site.layers.push({
    kind: "matmul",
    loc: op.loc,
    macs: numbers(rows).length,
    weightCount: numbers(rows).length,
    weightElem: rows.elem,
    inputElem: x.base.type.elem,
    accumulatorElem: elem,
    worstCaseAccumulatorElem: worst,
  });
  return { value: made, range };
}

/** The accumulator for any weights and inputs of these types. */
function worstCase(
  input: FlowFact["base"]["type"]["elem"],
  weight: typeof input,
  terms: number,
): typeof input {
  const [x, w] = [elemInfo(input), elemInfo(weight)];
  const products = [x.min * w.min, x.min * w.max, x.max * w.min, x.max * w.max];
  return elemForRange(Math.min(0, ...products) * terms, Math.max(...products) * terms);
}
