import { type AnyOpDef, firstUnrepresentable, isInt, printGraph, verifyGraph } from "@gatefold/core";
import { anyTensor, graphOf, intElem, tensorOf, tensorType, valueType } from "@gatefold/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Cap } from "./toy.js";

const choice = { def: Cap as AnyOpDef, attrs: fc.record({ max: fc.integer({ min: -1, max: 0 }) }) };

describe("arbitraries", () => {
  it("give values of their types", () => {
    fc.assert(
      fc.property(
        tensorType(intElem()).chain((type) => tensorOf(type)),
        (t) => firstUnrepresentable(t) === -1,
      ),
    );
    fc.assert(fc.property(anyTensor(), (t) => !isInt(t.elem) || firstUnrepresentable(t) === -1));
    fc.assert(
      fc.property(valueType(), (type) => type.kind === "tensor" || type.shape.at(-1)! % type.lanes === 0),
    );
  });

  it("give valid graphs of several ops, which print in counterexamples", () => {
    const graphs = graphOf([choice], { inputType: tensorType(fc.constant("i8")) });
    fc.assert(
      fc.property(graphs, (graph) => {
        expect(verifyGraph(graph)).toEqual([]);
        expect(fc.stringify(graph)).toBe(printGraph(graph));
      }),
    );
    const sizes = fc.sample(graphs, 100).map((graph) => [...graph.ops()].length);
    expect(Math.max(...sizes)).toBeGreaterThan(6);
    expect(new Set(sizes).size).toBeGreaterThan(4);
  });

  it("shrink to a small graph", () => {
    const graphs = graphOf([choice], { inputType: tensorType(fc.constant("i8")) });
    const details = fc.check(fc.property(graphs, (graph) => [...graph.ops()].length < 3));
    expect([...details.counterexample![0].ops()]).toHaveLength(3);
  });
});
