import {
  Constant,
  createModule,
  Graph,
  type Module,
  product,
  tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import type { Activation, BatchNormSpec, BipolarSpec, LayerSpec, NetSpec, QuantSpec } from "./net-spec.js";

const constant = (
  graph: Graph,
  values: readonly number[],
  shape: readonly number[] = [values.length],
): Value => Constant.build(graph, [], { value: tensorFrom("f32", shape, values) });
const scalar = (graph: Graph, value: number): Value => constant(graph, [value], []);
const perChannel = (graph: Graph, values: readonly number[]): Value =>
  values.length === 1 ? scalar(graph, values[0]!) : constant(graph, values, [1, values.length]);

export function quantize(graph: Graph, x: Value, spec: QuantSpec | BipolarSpec, node: string): Value {
  const loc = { file: "net", node };
  if (spec.bits === "bipolar")
    return nn.BipolarQuant.build(graph, [x, scalar(graph, spec.scale)], {}, { loc, names: [node] });
  const { bits, signed, narrow, rounding, scale, zero } = spec;
  const operands = [x, perChannel(graph, scale), scalar(graph, zero), scalar(graph, bits)];
  return nn.Quant.build(graph, operands, { signed, narrow, rounding }, { loc, names: [node] });
}

function activate(graph: Graph, x: Value, activation: Activation): Value {
  switch (activation) {
    case "none":
      return x;
    case "relu":
      return nn.Relu.build(graph, [x]);
    case "clip":
      return nn.Clip.build(graph, [x], { min: -1, max: 1 });
    case "sigmoid":
      return nn.Sigmoid.build(graph, [x]);
    case "tanh":
      return nn.Tanh.build(graph, [x]);
    case "leaky_relu":
      return nn.LeakyRelu.build(graph, [x], { alpha: 0.125 });
    case "negate":
      return nn.Neg.build(graph, [x]);
    case "abs":
      return nn.Abs.build(graph, [x]);
    case "swish":
      return nn.Mul.build(graph, [x, nn.Sigmoid.build(graph, [x])]);
    case "sin":
      return nn.Sin.build(graph, [x]);
    case "where": {
      const positive = nn.Greater.build(graph, [x, scalar(graph, 0)]);
      return nn.Where.build(graph, [positive, x, nn.Mul.build(graph, [x, scalar(graph, -0.5)])]);
    }
  }
}

function normalize(graph: Graph, x: Value, { gamma, beta, mean, variance }: BatchNormSpec): Value {
  const parameters = [gamma, beta, mean, variance].map((list) => constant(graph, list));
  return nn.BatchNorm.build(graph, [x, ...parameters], { epsilon: 0 });
}

/** A quantized constant matrix, from reals that its quantizer rounds to the layer's integers. */
function weightsOf(graph: Graph, height: number, layer: LayerSpec, turned: boolean): Value {
  const { width, kind, weightBits, weightScale } = layer;
  const scaleAt = (n: number): number => weightScale[weightScale.length === 1 ? 0 : n]!;
  const reals = layer.weights.map((k, i) => k * scaleAt(i % width));
  const turn = <T>(values: readonly T[]): T[] =>
    turned ? values.map((_, i) => values[(i % height) * width + Math.floor(i / height)]!) : [...values];
  const shape = turned ? [width, height] : [height, width];
  const scaleShape = weightScale.length === 1 ? [] : turned ? [width, 1] : [1, width];
  const x = constant(graph, turn(reals), shape);
  const scale = constant(graph, weightScale, scaleShape);
  if (kind === "bipolar" && weightScale.every((s) => s > 0)) return nn.BipolarQuant.build(graph, [x, scale]);
  const operands = [x, scale, scalar(graph, 0), scalar(graph, kind === "int" ? weightBits : 2)];
  return nn.Quant.build(graph, operands, { signed: true });
}

function layerProduct(graph: Graph, x: Value, height: number, layer: LayerSpec, node: string): Value {
  const init = { loc: { file: "net", node }, names: [node] };
  const bias = layer.bias && constant(graph, layer.bias);
  if (layer.form === "gemm") {
    const w = weightsOf(graph, height, layer, true);
    return nn.Gemm.build(graph, bias ? [x, w, bias] : [x, w], { trans_b: true, alpha: 0.5, beta: 2 }, init);
  }
  const w =
    layer.form === "transposed"
      ? nn.Transpose.build(graph, [weightsOf(graph, height, layer, true)], { perm: [1, 0] })
      : weightsOf(graph, height, layer, false);
  const y = nn.MatMul.build(graph, [x, w], {}, init);
  return bias ? nn.Add.build(graph, [y, bias]) : y;
}

function readInput(graph: Graph, { input }: NetSpec): Value {
  const { elem, scale, zero, size, shape } = input;
  const dims = shape === "flat" ? [1, size] : [1, 1, size, 1];
  const source = graph.addInput(tensor(elem === "real" ? "f32" : elem, dims), "x");
  const real =
    elem === "real"
      ? quantize(
          graph,
          nn.Add.build(graph, [source, scalar(graph, 0.5)]),
          { bits: 4, signed: true, narrow: false, rounding: "ROUND", scale: [scale], zero: 0 },
          "quant_in",
        )
      : nn.Dequantize.build(graph, [
          source,
          scalar(graph, scale),
          scalar(graph, elem === "bipolar" ? 0 : zero),
        ]);
  return shape === "flat" ? real : nn.Flatten.build(graph, [real]);
}

/** The network of a spec, as `nn`. */
export function buildNet(spec: NetSpec): Module {
  const graph = new Graph("main");
  const outputs: Value[] = [];
  let x = readInput(graph, spec);
  spec.layers.forEach((layer, i) => {
    const height = product(x.type.shape);
    x = layerProduct(graph, x, height, layer, `product_${i}`);
    if (i === spec.layers.length - 1 && spec.ending !== "codes") return;
    if (layer.unsqueezed) x = nn.Unsqueeze.build(graph, [x], { axes: [2] });
    if (layer.norm) x = normalize(graph, x, layer.norm);
    if (layer.unsqueezed) x = nn.Squeeze.build(graph, [x], { axes: [2] });
    x = quantize(graph, activate(graph, x, layer.activation), layer.quant, `quant_${i}`);
    if (spec.exposed) outputs.push(x);
  });
  graph.setOutputs([...outputs, finish(graph, x, spec)]);
  return createModule("net", graph);
}

function finish(graph: Graph, x: Value, { ending }: NetSpec): Value {
  switch (ending) {
    case "codes":
    case "logits":
      return x;
    case "real":
      return nn.Mul.build(graph, [x, scalar(graph, 0.75)]);
    case "softmax":
      return nn.Softmax.build(graph, [x]);
    case "argmax":
      return nn.ArgMax.build(graph, [x], { axis: 1, keepdims: false });
    case "top_k":
      return nn.TopK.create(graph, [x], { k: 1 }).result(1);
    case "sign":
      return nn.Greater.build(graph, [x, scalar(graph, 0.5)]);
  }
}
