import {
  Constant,
  cloneGraph,
  constantOf,
  createModule,
  defineOp,
  EvaluateError,
  evaluate,
  evaluateModule,
  Graph,
  printGraph,
  sameTensor,
  tensor,
  tensorFrom,
  verifyGraph,
  verifyModule,
} from "@gatefold/core";
import { graphOf, tensorOf } from "@gatefold/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Add, Marked, Neg, testOps } from "./dialect.js";

const graphs = graphOf(testOps.map((def) => ({ def })));

/** Every use is listed at its value, and every listed use is real. */
function checkUses(graph: Graph): void {
  const ops = [...graph.ops()];
  for (const op of ops) {
    op.operands.forEach((value, index) => {
      expect(value.uses.filter((u) => u.op === op && u.index === index)).toHaveLength(1);
    });
  }
  for (const value of [...graph.inputs, ...ops.flatMap((op) => op.results)]) {
    for (const { op, index } of value.uses) expect(op.operand(index)).toBe(value);
    for (const { op } of value.uses) expect(ops).toContain(op);
  }
}

describe("graph", () => {
  it("keeps uses and operands in step, and stays valid", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        checkUses(graph);
        expect(verifyGraph(graph)).toEqual([]);
      }),
    );
  });

  it("clones to the same text, and the copy is on its own", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const text = printGraph(graph);
        const copy = cloneGraph(graph);
        expect(printGraph(copy)).toBe(text);
        copy.setOutputs(copy.inputs);
        copy.eraseDead();
        checkUses(copy);
        expect(printGraph(graph)).toBe(text);
      }),
    );
  });

  it("means the same after dead ops went", () => {
    const cases = graphs.chain((graph) =>
      fc.tuple(fc.constant(graph), fc.tuple(...graph.inputs.map((v) => tensorOf(v.type)))),
    );
    fc.assert(
      fc.property(cases, ([graph, inputs]) => {
        graph.setOutputs(graph.outputs.slice(0, 1));
        const before = evaluate(graph, inputs);
        const count = [...graph.ops()].length;
        const gone = graph.eraseDead();
        expect([...graph.ops()]).toHaveLength(count - gone);
        expect(graph.eraseDead()).toBe(0);
        checkUses(graph);
        expect(evaluate(graph, inputs).every((t, i) => sameTensor(t, before[i]!))).toBe(true);
      }),
    );
  });

  it("refuses values of another graph, erased values, and erasing what is read", () => {
    const [a, b] = [new Graph("a"), new Graph("b")];
    const x = a.addInput(tensor("i4", [2]));
    expect(() => Neg.build(b, [x])).toThrow("does not belong to graph `b`");
    const y = Neg.build(a, [x]);
    const z = Neg.build(a, [y]);
    expect(() => a.erase(y.op!)).toThrow("still has readers");
    a.erase(z.op!);
    expect(() => a.erase(z.op!)).toThrow("erased already");
    expect(() => Neg.build(a, [z])).toThrow("does not belong");
    expect(x.onlyReader).toBe(y.op);
  });

  it("replaces ops, moves name hints, and counts versions", () => {
    const graph = new Graph("main");
    const x = graph.addInput(tensor("i4", [1]));
    const y = Marked.build(graph, [x], {}, { names: ["y"] });
    graph.setOutputs([y, y]);
    const { version } = graph;
    graph.replaceOp(y.op!, [x]);
    expect(graph.outputs).toEqual([x, x]);
    expect(x.name).toBe("y");
    expect(graph.version).toBeGreaterThan(version);
    checkUses(graph);
  });

  it("puts new ops before `return` and before an anchor", () => {
    const graph = new Graph("main");
    const x = graph.addInput(tensor("i4", [1]));
    graph.setOutputs([x]);
    const last = Neg.build(graph, [x]);
    Marked.build(graph, [x], {}, { before: last.op });
    expect([...graph.ops()].map((op) => op.def.name)).toEqual(["t.marked", "t.neg", "core.return"]);
  });

  it("checks arity and attributes at creation", () => {
    const graph = new Graph("main");
    const x = graph.addInput(tensor("i4", [1]));
    expect(() => Add.build(graph, [x])).toThrow("takes 2 operands, not 1");
    expect(() => Marked.build(graph, [x, x, x])).toThrow("takes 1 to 2 operands, not 3");
    expect(() => Marked.build(graph, [x], { count: 1.5 })).toThrow("attribute `count` is not an integer");
    expect(() => Marked.build(graph, [x], { mode: "quick" as "fast" })).toThrow("one of slow, fast");
    expect(() => Constant.build(graph, [])).toThrow("needs the attribute `value`");
    expect(() => Neg.build(graph, [x], { odd: 1 } as never)).toThrow("has no attribute `odd`");
    expect([...graph.ops()]).toHaveLength(0);
    expect(x.uses).toHaveLength(0);
  });
});

describe("verifier", () => {
  it("finds broken constraints, types, order and a missing return", () => {
    const graph = new Graph("main");
    const x = graph.addInput(tensor("i4", [1]));
    expect(verifyGraph(graph)[0]?.message).toContain("has 0 returns");
    const y = Marked.build(graph, [x], { count: -1 }, { loc: { file: "m.onnx", node: "N" } });
    const z = Neg.build(graph, [y]);
    graph.setOutputs([z]);
    expect(verifyGraph(graph).map((d) => d.message)).toEqual(["`t.marked` (C1): count is -1"]);
    expect(verifyGraph(graph)[0]?.loc).toEqual({ file: "m.onnx", node: "N" });
    graph.setType(z, tensor("i9", [1]));
    expect(verifyGraph(graph).map((d) => d.message)).toContain(
      "`t.neg` (type): result 0 is tensor<1xi9>, but its operands give tensor<1xi5>",
    );
    const late = Neg.build(graph, [x]);
    graph.setOperand(y.op!, 0, late);
    expect(
      verifyGraph(graph).some((d) => d.message.includes("(order): operand 0 is read before it is made")),
    ).toBe(true);
  });

  it("finds graphs of a module that don't fit together", () => {
    const pass = (elem: "i4" | "i5", count: number): Graph => {
      const graph = new Graph("g");
      graph.setOutputs([graph.addInput(tensor(elem, [count]))]);
      return graph;
    };
    const module = createModule("m", pass("i4", 4));
    module.head = pass("i4", 4);
    module.tail = pass("i4", 4);
    expect(verifyModule(module)).toEqual([]);
    module.tail = pass("i5", 4);
    expect(verifyModule(module)[0]?.message).toContain("tensor<4xi4> feeds tensor<4xi5>");
    module.tail = pass("i4", 3);
    expect(verifyModule(module)).toHaveLength(1);
    module.tail.setOutputs([]);
    module.head.setOutputs([]);
    expect(verifyModule(module)[0]?.message).toContain("0 outputs feed 1 inputs");
  });
});

describe("evaluation", () => {
  it("runs head, main and tail in order", () => {
    const step = (c: number): Graph => {
      const graph = new Graph("g");
      const x = graph.addInput(tensor("i60", [1]));
      const k = Constant.build(graph, [], { value: tensorFrom("i60", [1], [c]) });
      expect(constantOf(k)?.data[0]).toBe(BigInt(c));
      graph.setOutputs([Add.build(graph, [x, k])]);
      return graph;
    };
    const module = createModule("m", step(10));
    module.head = step(1);
    module.tail = step(100);
    const [out] = evaluateModule(module, [tensorFrom("i60", [1], [1000])]);
    expect(Number(out!.data[0])).toBe(1111);
  });

  it("names the op that cannot be evaluated", () => {
    const Pin = defineOp({ name: "t.pin", summary: "", operands: ["x"], infer: ({ operands }) => operands });
    const graph = new Graph("main");
    const x = graph.addInput(tensor("i4", [1]));
    graph.setOutputs([Pin.build(graph, [x], {}, { loc: { node: "P" } })]);
    const run = (): unknown => evaluate(graph, [tensorFrom("i4", [1], [1])]);
    expect(run).toThrow(EvaluateError);
    expect(run).toThrow("`t.pin` (node P): this op has no evaluator");
    expect(() => evaluate(graph, [])).toThrow("has 1 inputs, not 0");
  });
});
