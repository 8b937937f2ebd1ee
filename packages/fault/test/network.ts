import { Constant, evaluate, Graph, numbers, tensor, tensorFrom, type Value } from "@gatefold/core";
import { random } from "@gatefold/datasets";
import { MatMul, Threshold } from "@gatefold/dialect-q";

export const COUNT = 40;

/** 6 codes of 3 bits → 4 of 2 bits → 4 bipolar → 3 sums. */
export function network(): Graph {
  const numbersOf = random(7);
  const graph = new Graph("small");
  const constant = (elem: "i3" | "i8" | "bipolar", shape: number[], values: number[]): Value =>
    Constant.build(graph, [], { value: tensorFrom(elem, shape, values) });
  const draw = (count: number, low: number, high: number): number[] =>
    Array.from({ length: count }, () => low + numbersOf.below(high - low + 1));
  const dense = (x: Value, rows: number, name: string): Value => {
    const columns = x.type.shape.at(-1)!;
    const w = constant("i3", [rows, columns], draw(rows * columns, -3, 3));
    return MatMul.build(graph, [x, w], { elem: "i8" }, { loc: { node: name } });
  };
  const x = graph.addInput(tensor("u3", [1, 6]), "x");
  const t1 = constant("i8", [4, 3], [-9, 0, 9, -6, 1, 8, -3, 2, 7, -12, -1, 5]);
  const h1 = Threshold.build(graph, [dense(x, 4, "fc1"), t1], { elem: "u2" });
  const t2 = constant("i8", [4, 1], [0, 1, -1, 2]);
  const h2 = Threshold.build(graph, [dense(h1, 4, "fc2"), t2], { elem: "bipolar" });
  graph.setOutputs([dense(h2, 3, "fc3")]);
  return graph;
}

const drawn = random(11);
export const codes: Uint8Array = Uint8Array.from({ length: COUNT * 6 }, () => drawn.below(8));
export const labels: readonly number[] = Array.from({ length: COUNT }, () => drawn.below(3));

/** Outputs of frames and their accuracy by the reference evaluator, one sample after the other. */
export function reference(
  graph: Graph,
  frames: ArrayLike<number> = codes,
): { readonly outputs: number[][]; readonly accuracy: number } {
  const outputs = Array.from({ length: frames.length / 6 }, (_, i) => {
    const frame = Float64Array.from({ length: 6 }, (_, k) => frames[i * 6 + k]!);
    return [...numbers(evaluate(graph, [tensorFrom("u3", [1, 6], frame)])[0]!)];
  });
  const right = outputs.filter((o, i) => o.indexOf(Math.max(...o)) === labels[i]).length;
  return { outputs, accuracy: right / outputs.length };
}
