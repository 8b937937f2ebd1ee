import {
  cloneOp,
  evaluate,
  Graph,
  InferError,
  type Module,
  makeTensor,
  numbers,
  product,
  Return,
  type Tensor,
  type TensorData,
  tensor,
  type Value,
} from "@gatefold/core";

/** The class of each sample from a graph's outputs: a lone number is the class, of several the place of the largest, the first of equals. */
export type Classes = (outputs: readonly TensorData[], count: number) => ArrayLike<number>;

export const largest: Classes = ([output], count) => {
  const size = output!.length / count;
  return Int32Array.from({ length: count }, (_, sample) =>
    size === 1 ? Number(output![sample]) : placeOfLargest(output!, sample * size, size),
  );
};

/** The same behind the part of a network that runs on the host: scales and biases of the classes may differ. */
export function classesOf({ main, tail }: Pick<Module, "main" | "tail">): Classes {
  if (!tail) return largest;
  return (outputs, count) => {
    const sizes = main.outputs.map(({ type }) => product(type.shape));
    const one = (sample: number): Tensor[] =>
      main.outputs.map(({ type }, i) =>
        makeTensor(type.elem, type.shape, outputs[i]!.slice(sample * sizes[i]!, (sample + 1) * sizes[i]!)),
      );
    const all = allAtOnce(tail, main, outputs, count);
    return Int32Array.from({ length: count }, (_, sample) => {
      if (all) return classIn(all, (sample * all.length) / count, all.length / count);
      const scores = numbers(evaluate(tail, one(sample))[0]!);
      return classIn(scores, 0, scores.length);
    });
  };
}

const classIn = (scores: TensorData, begin: number, size: number): number =>
  size === 1 ? Number(scores[begin]) : placeOfLargest(scores, begin, size);

/**
 * The tail's scores of all samples in one evaluation, where its ops take a batch of any size as they take one of one; `undefined` where
 * they do not.
 */
function allAtOnce(
  tail: Graph,
  main: Graph,
  outputs: readonly TensorData[],
  count: number,
): TensorData | undefined {
  const shapes = main.outputs.map(({ type }) => [count, ...type.shape.slice(1)]);
  if (main.outputs.some(({ type }) => type.shape[0] !== 1)) return undefined;
  const batched = new Graph(tail.name);
  const copies = new Map<Value, Value>();
  try {
    for (const [i, input] of tail.inputs.entries()) {
      copies.set(input, batched.addInput(tensor(input.type.elem, shapes[i]!), input.name));
    }
    for (const op of tail.ops()) {
      if (Return.is(op)) batched.setOutputs(op.operands.map((value) => copies.get(value)!));
      else cloneOp(op, batched, copies);
    }
  } catch (error) {
    if (error instanceof InferError) return undefined;
    throw error;
  }
  const before = tail.outputs[0]!.type.shape;
  const after = batched.outputs[0]!.type.shape;
  if (before[0] !== 1 || `${after}` !== `${[count, ...before.slice(1)]}`) return undefined;
  const inputs = main.outputs.map(({ type }, i) => makeTensor(type.elem, shapes[i]!, outputs[i]!));
  return evaluate(batched, inputs)[0]!.data;
}

function placeOfLargest(values: TensorData, begin: number, size: number): number {
  let best = 0;
  for (let i = 1; i < size; i++) if (values[begin + i]! > values[begin + best]!) best = i;
  return best;
}
