import proto from "onnx-proto";
import { EPSILON } from "./layers.mjs";

const { onnx } = proto;
const QONNX_DOMAIN = "qonnx.custom_op.general";
const FLOAT = onnx.TensorProto.DataType.FLOAT;
const { AttributeType } = onnx.AttributeProto;

const integer = (name, value) => onnx.AttributeProto.create({ name, type: AttributeType.INT, i: value });
const float = (name, value) => onnx.AttributeProto.create({ name, type: AttributeType.FLOAT, f: value });
const string = (name, value) =>
  onnx.AttributeProto.create({ name, type: AttributeType.STRING, s: new TextEncoder().encode(value) });

function tensor(name, dims, values) {
  const rawData = new Uint8Array(4 * values.length);
  const view = new DataView(rawData.buffer);
  for (const [i, value] of values.entries()) view.setFloat32(4 * i, value, true);
  return onnx.TensorProto.create({ name, dims, dataType: FLOAT, rawData });
}

function valueInfo(name, dims) {
  const shape = { dim: dims.map((dimValue) => ({ dimValue })) };
  return onnx.ValueInfoProto.create({ name, type: { tensorType: { elemType: FLOAT, shape } } });
}

/** Collects nodes and initializers; `node` returns the name of the node's output. */
function graphBuilder() {
  const nodes = [];
  const initializers = [];
  const constant = (name, dims, values) => {
    initializers.push(tensor(name, dims, values));
    return name;
  };
  const node = (opType, name, input, attribute = [], domain = "") => {
    nodes.push(onnx.NodeProto.create({ opType, name, input, output: [`${name}_out`], attribute, domain }));
    return `${name}_out`;
  };
  /** `Quant` or `BipolarQuant`, by the quantizer's description; `scale` is the name of a constant. */
  const quant = (name, x, scale, { op, bits, signed, narrow }) => {
    if (op === "BipolarQuant") return node(op, name, [x, scale], [], QONNX_DOMAIN);
    const inputs = [x, scale, constant(`${name}_zero_point`, [], [0]), constant(`${name}_bits`, [], [bits])];
    const attributes = [
      integer("signed", signed),
      integer("narrow", narrow),
      string("rounding_mode", "ROUND"),
    ];
    return node(op, name, inputs, attributes, QONNX_DOMAIN);
  };
  return { nodes, initializers, constant, node, quant };
}

function addHiddenLayer(graph, name, x, layer) {
  const { constant, node, quant } = graph;
  const { inputs, outputs, weights, activation } = layer;
  const scales = weights.perTensor
    ? constant(`${name}_weight_scale`, [], [layer.scales[0]])
    : constant(`${name}_weight_scale`, [1, outputs], [...layer.scales]);
  const values = [...layer.codes].map((code, i) => code * layer.scales[i % outputs]);
  const w = quant(
    `${name}_weight_quant`,
    constant(`${name}_weight`, [inputs, outputs], values),
    scales,
    weights,
  );
  const z = node("MatMul", `${name}_matmul`, [x, w]);
  const statistics = ["gamma", "beta", "mean", "variance"];
  const norm = statistics.map((key) => constant(`${name}_${key}`, [outputs], [...layer[key]]));
  let y = node("BatchNormalization", `${name}_norm`, [z, ...norm], [float("epsilon", EPSILON)]);
  if (activation.onnx.relu) y = node("Relu", `${name}_relu`, [y]);
  const scale = constant(`${name}_activation_scale`, [], [layer.activationScale]);
  return quant(`${name}_activation_quant`, y, scale, activation.onnx);
}

/** The last layer: weights of scale 1, then one multiplication and the bias. */
function addOutputLayer(graph, name, x, layer) {
  const { constant, node, quant } = graph;
  const weight = constant(`${name}_weight`, [layer.inputs, layer.outputs], [...layer.codes]);
  const w = quant(`${name}_weight_quant`, weight, constant(`${name}_weight_scale`, [], [1]), layer.weights);
  const z = node("MatMul", `${name}_matmul`, [x, w]);
  const scaled = node("Mul", `${name}_scale`, [z, constant(`${name}_output_scale`, [], [layer.scales[0]])]);
  return node("Add", `${name}_bias`, [
    scaled,
    constant(`${name}_bias_value`, [layer.outputs], [...layer.beta]),
  ]);
}

/** The QONNX file of frozen layers: input `input` `[1, inputs]`, output `logits` `[1, classes]`, float32. */
export function exportQonnx(layers, { name, version }) {
  const graph = graphBuilder();
  let x = "input";
  for (const [i, layer] of layers.entries()) {
    const add = layer.activation ? addHiddenLayer : addOutputLayer;
    x = add(graph, `dense${i + 1}`, x, layer);
  }
  graph.nodes.at(-1).output = ["logits"];
  const model = onnx.ModelProto.create({
    irVersion: 7,
    producerName: "gatefold",
    producerVersion: version,
    opsetImport: [
      { domain: "", version: 13 },
      { domain: QONNX_DOMAIN, version: 1 },
    ],
    graph: onnx.GraphProto.create({
      name,
      node: graph.nodes,
      initializer: graph.initializers,
      input: [valueInfo("input", [1, layers[0].inputs])],
      output: [valueInfo("logits", [1, layers.at(-1).outputs])],
    }),
  });
  return onnx.ModelProto.encode(model).finish();
}
