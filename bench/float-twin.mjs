// The float twin of a QONNX network: the same function in ONNX's standard float32 ops, which any ONNX runtime computes.
//
// A quantizer of a constant is evaluated, so that weights are float32 initializers as quantization leaves them. A
// quantizer of an activation is written out: `Quant` as Div, Add, Round, Clip, Sub, Mul (Add and Sub only where the
// zero point is not 0), `BipolarQuant` as GreaterOrEqual and Where. Everything else stays as the file has it. The first
// dimension of the input becomes open, and with it that of a constant target of `Reshape`.
import { decodeModel, encodeModel, readTensor } from "@gatefold/frontend-onnx";

const FLOAT = 1;
const INT64 = 7;
const noAttributes = new Map();
const bytesOf = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

function floatTensor(name, dims, values) {
  return {
    name,
    dtype: FLOAT,
    dims,
    payload: { kind: "raw", bytes: bytesOf(Float32Array.from(values)) },
  };
}

/** Halves to even, as ONNX's Round. */
function roundEven(x) {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

/** Range of the codes of a `Quant` node. */
function codeRange(node, bits) {
  const flag = (name, fallback) => Number(node.attributes.get(name)?.value ?? fallback) === 1;
  const [signed, narrow] = [flag("signed", 1), flag("narrow", 0)];
  const lo = signed ? -(2 ** (bits - 1)) + Number(narrow) : 0;
  const hi = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1 - Number(narrow);
  return { lo, hi };
}

/** Value at `index` of a tensor of shape `dims`, of a parameter that broadcasts over it from the right. */
function broadcast(parameter, dims, index) {
  const { shape, data } = parameter;
  let offset = 0;
  let stride = 1;
  let rest = index;
  for (let axis = dims.length - 1, own = shape.length - 1; own >= 0; axis--, own--) {
    if (shape[own] !== 1) offset += (rest % dims[axis]) * stride;
    stride *= shape[own];
    rest = Math.floor(rest / dims[axis]);
  }
  return data[offset];
}

/** Writes the twin of the network in `bytes`. Throws where a quantizer has a form that has no twin here. */
export function floatTwin(bytes) {
  const model = decodeModel(bytes);
  const { graph } = model;
  const initializers = new Map(graph.initializers.map((t) => [t.name, t]));
  const constant = (name) => {
    const found = initializers.get(name);
    return found && readTensor(found, { path: undefined, maxElements: 2 ** 28 }, {});
  };
  const parameter = (node, index) =>
    constant(node.inputs[index]) ?? fail(node, "parameters that are computed");
  const nodes = [];
  const emit = (op, inputs, output) =>
    nodes.push({ name: output, op, domain: "", inputs, outputs: [output], attributes: noAttributes });
  const scalar = (name, tensor, map = (v) => v) => {
    initializers.set(name, floatTensor(name, tensor.shape, Array.from(tensor.data, map)));
    return name;
  };

  const quant = (node) => {
    const [input, output] = [node.inputs[0], node.outputs[0]];
    const [scale, zero, width] = [1, 2, 3].map((i) => parameter(node, i));
    const mode = node.attributes.get("rounding_mode")?.value ?? "ROUND";
    if (mode !== "ROUND" || width.data.length !== 1) fail(node, "this rounding or width");
    const { lo, hi } = codeRange(node, width.data[0]);
    const fixed = constant(input);
    if (fixed) {
      const values = Array.from(fixed.data, (x, i) => {
        const [s, z] = [scale, zero].map((p) => broadcast(p, fixed.shape, i));
        return (Math.min(hi, Math.max(lo, roundEven(Math.fround(x / s) + z))) - z) * s;
      });
      initializers.set(output, floatTensor(output, fixed.shape, values));
      return;
    }
    const shifted = zero.data.some((z) => z !== 0);
    const s = scalar(`${output}_scale`, scale);
    const bound = (name, value) => scalar(`${output}_${name}`, { shape: [], data: [value] });
    emit("Div", [input, s], `${output}_div`);
    if (shifted) emit("Add", [`${output}_div`, scalar(`${output}_zero`, zero)], `${output}_add`);
    emit("Round", [shifted ? `${output}_add` : `${output}_div`], `${output}_round`);
    emit("Clip", [`${output}_round`, bound("lo", lo), bound("hi", hi)], `${output}_clip`);
    if (shifted) emit("Sub", [`${output}_clip`, `${output}_zero`], `${output}_sub`);
    emit("Mul", [shifted ? `${output}_sub` : `${output}_clip`, s], output);
  };

  const bipolar = (node) => {
    const [input, output] = [node.inputs[0], node.outputs[0]];
    const scale = parameter(node, 1);
    const fixed = constant(input);
    if (fixed) {
      const values = Array.from(fixed.data, (x, i) => (x >= 0 ? 1 : -1) * broadcast(scale, fixed.shape, i));
      initializers.set(output, floatTensor(output, fixed.shape, values));
      return;
    }
    const zero = scalar(`${output}_zero`, { shape: [], data: [0] });
    const [plus, minus] = [scalar(`${output}_plus`, scale), scalar(`${output}_minus`, scale, (v) => -v)];
    emit("GreaterOrEqual", [input, zero], `${output}_is_plus`);
    emit("Where", [`${output}_is_plus`, plus, minus], output);
  };

  for (const node of graph.nodes) {
    if (node.op === "Quant") quant(node);
    else if (node.op === "BipolarQuant") bipolar(node);
    else if (node.domain === "") nodes.push(node);
    else fail(node, "an op that is not ONNX's");
    if (node.op === "Reshape") openReshape(initializers, node);
  }
  const given = new Set(graph.initializers.map((t) => t.name));
  const read = new Set(nodes.flatMap((n) => n.inputs));
  const open = ({ shape, ...info }) => ({ ...info, shape: shape && ["n", ...shape.slice(1)] });
  return encodeModel({
    ...model,
    opsets: new Map([["", model.opsets.get("")]]),
    graph: {
      ...graph,
      nodes,
      initializers: [...initializers.values()].filter((t) => read.has(t.name)),
      inputs: graph.inputs.filter(({ name }) => !given.has(name)).map(open),
      outputs: graph.outputs.map(open),
    },
  });
}

/** A target `[1, …]` becomes `[-1, …]`, and `[1, …, -1, …]` becomes `[0, …, -1, …]`: the first dimension as it is. */
function openReshape(initializers, node) {
  const target = initializers.get(node.inputs[1]);
  if (target?.payload.kind !== "raw") fail(node, "a shape that is computed");
  const values = new BigInt64Array(Uint8Array.from(target.payload.bytes).buffer);
  if (values[0] !== 1n) return;
  values[0] = values.includes(-1n) ? 0n : -1n;
  initializers.set(target.name, {
    ...target,
    dtype: INT64,
    payload: { kind: "raw", bytes: bytesOf(values) },
  });
}

function fail(node, what) {
  throw new Error(
    `${node.op} that makes ${node.outputs[0]} has ${what}, which the float twin does not write`,
  );
}
