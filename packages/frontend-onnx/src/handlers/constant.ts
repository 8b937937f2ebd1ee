import { allocate, makeTensor, scalar, type Tensor, tensorFrom, type Value } from "@gatefold/core";
import { handler, type OnnxHandler } from "../handler.js";
import type { NodeBuilder } from "../node-builder.js";
import { countElements } from "../tensor-in.js";

const int64s = (shape: readonly number[], values: readonly bigint[]): Tensor =>
  makeTensor("i64", shape, BigInt64Array.from(values));

function constant(node: NodeBuilder): Value {
  const { attributes } = node.node;
  if (attributes.size !== 1) node.refuse(`has ${attributes.size} attributes instead of one value`);
  const [name] = [...attributes.keys()];
  switch (name) {
    case "value":
      return node.make(node.tensor("value")!);
    case "value_float":
      return node.makeFrom("f32", [], [node.float("value_float")!]);
    case "value_floats": {
      const values = node.attribute("value_floats", "floats")!;
      return node.makeFrom("f32", [values.length], values);
    }
    case "value_int":
      return node.make(int64s([], [node.attribute("value_int", "int")!]));
    case "value_ints": {
      const values = node.attribute("value_ints", "ints")!;
      return node.make(int64s([values.length], values));
    }
    default:
      return node.refuse(`holds \`${name}\``, "store it as a dense tensor of numbers");
  }
}

function constantOfShape(node: NodeBuilder): Value {
  const shape = node.ints(0, "a shape");
  if (shape.some((d) => d < 0)) node.refuse(`makes a tensor of shape [${shape.join(", ")}]`);
  node.limit(shape);
  const value = node.tensor("value") ?? scalar("f32", 0);
  if (value.data.length !== 1) node.refuse(`repeats a value of ${value.data.length} elements`);
  const data = allocate(value.elem, countElements(shape));
  (data as Float64Array).fill(value.data[0] as number);
  return node.make(makeTensor(value.elem, shape, data));
}

function range(node: NodeBuilder): Value {
  const [start, limit, delta] = [0, 1, 2].map((i) => node.number(i, "a range"));
  const count = Math.max(0, Math.ceil((limit! - start!) / delta!));
  if (!Number.isFinite(count)) node.refuse("never reaches its limit");
  node.limit([count]);
  const values = Array.from({ length: count }, (_, i) => start! + i * delta!);
  return node.make(tensorFrom(node.elem(0), [count], values));
}

/** The (static) shape of the operand, from `start` to `end`. */
function shape(node: NodeBuilder): Value {
  const whole = node.shape(0);
  const part = whole.slice(node.int("start", 0), node.int("end", whole.length));
  return node.make(int64s([part.length], part.map(BigInt)));
}

export const constantHandlers: readonly OnnxHandler[] = [
  handler("Constant", constant),
  handler("ConstantOfShape", constantOfShape),
  handler("Range", range),
  handler("Shape", shape),
  handler("Size", (node) => node.make(int64s([], [BigInt(countElements(node.shape(0)))]))),
];
