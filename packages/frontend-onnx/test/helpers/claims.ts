import { HandlerTable } from "../../src/handler.js";
import { builtinHandlers } from "../../src/handlers/index.js";
import { MAX_OPSET, MIN_OPSET } from "../../src/index.js";
import type { OnnxModel, OnnxNode, OnnxTensor } from "../../src/model.js";
import { readTensor } from "../../src/tensor-in.js";

const table = new HandlerTable(builtinHandlers);

/** Strings, complex numbers and floats of 8 bits or less. */
const foreign: ReadonlySet<number | undefined> = new Set([8, 14, 15, 17, 18, 19, 20, 23, 24]);

const holds = (node: OnnxNode, name: string, test: (text: string) => boolean): boolean => {
  const found = node.attributes.get(name);
  return found !== undefined && test(String("value" in found ? found.value : ""));
};

const tensorsOf = (model: OnnxModel): OnnxTensor[] => [
  ...model.graph.initializers,
  ...model.graph.nodes.flatMap((n) =>
    [...n.attributes.values()].flatMap((a) => (a.kind === "tensor" ? [a.value] : [])),
  ),
];

const allFinite = (t: OnnxTensor): boolean => {
  const tensor = readTensor(t, { path: undefined, maxElements: 2 ** 28 }, {});
  return "code" in tensor || Array.from(tensor.data as Float64Array, Number).every(Number.isFinite);
};

/** Forms of operators that are read in other forms, each with the reason. */
const forms: readonly (readonly [string, (node: OnnxNode, test: string) => boolean])[] = [
  ["cast to a small float", (n) => /^Cast/.test(n.op) && holds(n, "to", (v) => foreign.has(Number(v)))],
  [
    "training mode",
    (n) => holds(n, "training_mode", (v) => v !== "0") || (n.op === "Dropout" && n.inputs.length > 2),
  ],
  ["dropout mask", (n) => n.op === "Dropout" && Boolean(n.outputs[1])],
  ["maxima's indices", (n) => n.op === "MaxPool" && Boolean(n.outputs[1])],
  ["mean and deviation", (n) => n.op === "LayerNormalization" && n.outputs.length > 1],
  ["cubic", (n) => n.op === "Resize" && holds(n, "mode", (v) => v === "cubic")],
  ["antialias", (n) => n.op === "Resize" && holds(n, "antialias", (v) => v !== "0")],
  [
    "crop",
    (n) => n.op === "Resize" && holds(n, "coordinate_transformation_mode", (v) => v === "tf_crop_and_resize"),
  ],
];

/** A network whose float32 rounding decides an integer; reals are float64 here. */
const float32Ties: ReadonlySet<string> = new Set(["test_dynamicquantizelinear_expanded"]);

/** Why a test is not claimed; `undefined` when it has to pass. */
export function unclaimed(test: string, model: OnnxModel, data: readonly OnnxTensor[]): string | undefined {
  const opset = model.opsets.get("");
  if (opset === undefined || opset < MIN_OPSET || opset > MAX_OPSET)
    return `opset ${opset ?? "of another domain"}`;
  for (const { op, domain } of model.graph.nodes) {
    if (!table.find(op, domain, model.opsets.get(domain) ?? 1)) return `op ${op}`;
  }
  if (model.graph.inputs.some((i) => i.dtype === undefined)) return "sequences and optionals";
  const dtypes = [...model.graph.inputs, ...model.graph.outputs, ...data, ...tensorsOf(model)].map(
    (v) => v.dtype,
  );
  if (dtypes.some((d) => foreign.has(d))) return "strings and small floats";
  for (const node of model.graph.nodes) {
    const form = forms.find(([, matches]) => matches(node, test));
    if (form) return form[0];
  }
  return undefined;
}

/** Whether the file holds an infinite constant, which is refused where it is left after folding. */
export function hasInfiniteConstant(model: OnnxModel): boolean {
  return !tensorsOf(model).every(allFinite);
}

/** Tests that are imported and cannot agree. */
export function disagrees(test: string): boolean {
  return float32Ties.has(test);
}
