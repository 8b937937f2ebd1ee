import { encodeModel, type OnnxNode, type OnnxTensor } from "@gatefold/frontend-onnx";

const channels = 16;
const templates = 4;

/** Weights of −1, 0 and +1: template `t` adds up the power of its quarter and subtracts that of the next. */
const weights: readonly number[] = Array.from({ length: channels * templates }, (_, i) => {
  const [quarter, t] = [Math.floor(i / templates / (channels / templates)), i % templates];
  return quarter === t ? 1 : quarter === (t + 1) % templates ? -1 : 0;
});

function constant(name: string, dims: readonly number[], values: readonly number[]): OnnxTensor {
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  return { name, dtype: 1, dims, payload: { kind: "raw", bytes } };
}

function node(
  op: string,
  domain: string,
  inputs: readonly string[],
  output: string,
  signed?: bigint,
): OnnxNode {
  const attributes = new Map(
    signed === undefined ? [] : [["signed", { kind: "int", value: signed } as const]],
  );
  return { name: output, op, domain, inputs, outputs: [output], attributes };
}

const qonnx = "qonnx.custom_op.general";

/**
 * The bytes of a trigger on power: 16 samples → square → 7-bit codes → 4 templates → 2-bit codes.
 * Inputs are meant as 4-bit codes of scale 1/8.
 */
export function powerTrigger(): Uint8Array {
  return encodeModel({
    irVersion: 8,
    producer: "plugin-hello",
    opsets: new Map([
      ["", 13],
      ["com.example.hello", 1],
      [qonnx, 1],
    ]),
    functions: [],
    graph: {
      name: "power_trigger",
      inputs: [{ name: "x", dtype: 1, shape: [1, channels] }],
      outputs: [{ name: "y", dtype: 1, shape: [1, templates] }],
      sparseInitializers: [],
      datatypes: new Map(),
      initializers: [
        constant("zero", [], [0]),
        constant("power_scale", [], [1 / 64]),
        constant("power_bits", [], [7]),
        constant("weights", [channels, templates], weights),
        constant("one", [], [1]),
        constant("weight_bits", [], [2]),
        constant("y_scale", [], [0.5]),
        constant("y_bits", [], [2]),
      ],
      nodes: [
        node("Square", "com.example.hello", ["x"], "power"),
        node("Quant", qonnx, ["power", "power_scale", "zero", "power_bits"], "codes", 0n),
        node("Quant", qonnx, ["weights", "one", "zero", "weight_bits"], "template_codes", 1n),
        node("MatMul", "", ["codes", "template_codes"], "sums"),
        node("Quant", qonnx, ["sums", "y_scale", "zero", "y_bits"], "y", 0n),
      ],
    },
  });
}
