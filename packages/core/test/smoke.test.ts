import {
  attr,
  Constant,
  defineOp,
  evaluate,
  Graph,
  numbers,
  tensor,
  tensorFrom,
  verifyGraph,
} from "@gatefold/core";
import { expect, it } from "vitest";

const Add = defineOp({
  name: "t.add",
  summary: "",
  operands: ["a", "b"],
  attrs: { k: attr.int(3), m: attr.oneOf(["A", "B"], "A") },
  infer: ({ operands, attrs }) => {
    attrs.m satisfies "A" | "B";
    return [operands[0]!];
  },
  evaluate: ([a, b], attrs) => [
    tensorFrom(
      a!.elem,
      a!.shape,
      numbers(a!).map((v, i) => v + numbers(b!)[i]! + attrs.k),
    ),
  ],
});
it("x", () => {
  const g = new Graph("main");
  const x = g.addInput(tensor("i8", [2]), "x");
  const c = Constant.build(g, [], { value: tensorFrom("i8", [2], [1, 2]) });
  const y = Add.build(g, [x, c], { k: 1 });
  g.setOutputs([y]);
  expect(verifyGraph(g)).toEqual([]);
  expect([...evaluate(g, [tensorFrom("i8", [2], [5, 6])])[0]!.data]).toEqual([7, 9]);
});
