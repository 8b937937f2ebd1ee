import {
  AnalysisManager,
  type ElemType,
  elemInfo,
  evaluate,
  Graph,
  InterfaceTable,
  integerRanges,
  numbers,
  opTable,
  parseGraph,
  printGraph,
  randomInteger,
  seededRandom,
  type Tensor,
  tensor,
  tensorFrom,
  verifyGraph,
} from "@gatefold/core";
import { evaluate as evaluateWords, latencyCycles, Netlist as WordNetlist } from "@gatefold/netlist";
import { describe, expect, it } from "vitest";
import { stagedNetlist } from "../../netlist/test/staged-netlist.js";
import { bodyOf, Netlist, netlistLatencyCycles, netlistOf, qOps } from "../src/index.js";

/** A netlist op on an input of this type. */
function graphOf(netlist: WordNetlist, input: ElemType, shape: readonly number[], elem: ElemType): Graph {
  const graph = new Graph("main");
  const x = graph.addInput(tensor(input, shape), "x");
  graph.setOutputs([Netlist.build(graph, [x], { body: bodyOf(netlist), elem })]);
  return graph;
}

const words = (elem: ElemType): { readonly lo: number; readonly hi: number } => {
  const { min, max } = elemInfo(elem);
  return elem === "bipolar" ? { lo: 0, hi: 1 } : { lo: min, hi: max };
};

/** A single input and output, so that each constraint is broken alone. */
function small(change: (netlist: WordNetlist) => void): readonly string[] {
  const netlist = new WordNetlist("small");
  change(netlist);
  return bodyOf(netlist);
}

describe("q.netlist", () => {
  it.each<readonly [ElemType, ElemType]>([
    ["i4", "i3"],
    ["u3", "bipolar"],
    ["bipolar", "u2"],
    ["bipolar", "bipolar"],
    ["u1", "i5"],
  ])("%s to %s is the netlist on each vector, within its range, and its text comes back", (input, elem) => {
    for (let seed = 1; seed <= 8; seed++) {
      const random = seededRandom(seed);
      const netlist = stagedNetlist((below) => Math.floor(random() * below), {
        inputs: new Array(5).fill(words(input)),
        outputs: new Array(4).fill(words(elem)),
        stages: seed % 3,
      });
      const graph = graphOf(netlist, input, [2, 3, 5], elem);
      expect(verifyGraph(graph)).toEqual([]);
      const text = printGraph(graph);
      expect(printGraph(parseGraph(text, { ops: opTable(qOps) }))).toBe(text);
      const { lo, hi } = words(input);
      const drawn = Array.from({ length: 30 }, () => randomInteger(random, lo, hi));
      const x = tensorFrom(input, [2, 3, 5], input === "bipolar" ? drawn.map((w) => 2 * w - 1) : drawn);
      const [y] = evaluate(graph, [x]) as [Tensor];
      expect([y.elem, y.shape]).toEqual([elem, [2, 3, 4]]);
      const expected = Array.from({ length: 6 }, (_, v) =>
        evaluateWords(netlist, drawn.slice(5 * v, 5 * v + 5)),
      );
      const codes = expected.flat().map((word) => (elem === "bipolar" ? 2 * word - 1 : word + 0));
      expect(Array.from(numbers(y))).toEqual(codes);
      const range = new AnalysisManager(new InterfaceTable()).get(integerRanges, graph).of(graph.outputs[0]!);
      codes.forEach((code, i) => {
        expect(code).toBeGreaterThanOrEqual(range.channels!.lo[i % 4]!);
        expect(code).toBeLessThanOrEqual(range.channels!.hi[i % 4]!);
      });
      expect(netlistLatencyCycles(graph.outputs[0]!.op!)).toBe(latencyCycles(netlist));
    }
  });

  it("says which code is outside what the netlist takes", () => {
    const netlist = new WordNetlist("narrow");
    netlist.output("y", netlist.input("x", { lo: 0, hi: 5 }));
    const graph = graphOf(netlist, "u3", [2, 1], "u3");
    expect(verifyGraph(graph).map(({ message }) => message)).toEqual([
      "`q.netlist` (C7): input x takes 0 … 5, and an input of the graph may be any u3",
    ]);
    expect(Array.from(numbers(evaluate(graph, [tensorFrom("u3", [2, 1], [5, 0])])[0]!))).toEqual([5, 0]);
    expect(() => evaluate(graph, [tensorFrom("u3", [2, 1], [5, 6])])).toThrow("Vector 1 of input x is 6.");
    const one = graphOf(netlist, "u3", [1, 1], "u3");
    expect(Array.from(numbers(evaluate(one, [tensorFrom("u3", [1, 1], [4])])[0]!))).toEqual([4]);
    expect(() => evaluate(one, [tensorFrom("u3", [1, 1], [7])])).toThrow("Input x is 7.");
  });

  it("reads a body once, for all ops that have it", () => {
    const body = small((n) => n.output("y", n.input("x", { lo: 0, hi: 3 })));
    const graph = new Graph("main");
    const x = graph.addInput(tensor("u2", [1, 1]), "x");
    const first = Netlist.build(graph, [x], { body, elem: "u2" });
    const second = Netlist.build(graph, [first], { body: [...body], elem: "u2" });
    const other = Netlist.build(graph, [second], {
      body: small((n) => n.output("z", n.input("x", { lo: 0, hi: 3 }))),
      elem: "u2",
    });
    expect(netlistOf(second.op!)).toBe(netlistOf(first.op!));
    expect(netlistOf(other.op!)).not.toBe(netlistOf(first.op!));
  });

  const two = { lo: 0, hi: 3 };
  it.each<readonly [string, ElemType, ElemType, readonly string[]]>([
    ["(C1) `x` is not an integer tensor", "f32", "u2", small((n) => n.output("y", n.input("x", two)))],
    ["(C2) the body is no netlist: Line 1: 'nets' is no header.", "u2", "u2", ["nets"]],
    ["(C2) the body is no netlist: Line 2: %3 is not defined", "u2", "u2", ['netlist "n"', 'output "y" %3']],
    ["(C3) a netlist of 1 inputs and 0 outputs", "u2", "u2", small((n) => n.input("x", two))],
    [
      "(C3) a netlist of 2 inputs and 1 outputs reads 1 channels",
      "u2",
      "u2",
      small((n) =>
        n.output(
          "y",
          n.sum([
            { node: n.input("a", two), shift: 0, negative: false },
            { node: n.input("b", two), shift: 0, negative: false },
          ]),
        ),
      ),
    ],
    [
      "(C4) input x takes 4 … 9, which u2 never is",
      "u2",
      "u4",
      small((n) => n.output("y", n.input("x", { lo: 4, hi: 9 }))),
    ],
    [
      "(C5) u1 does not hold output y, which is 0 … 3",
      "u2",
      "u1",
      small((n) => n.output("y", n.input("x", two))),
    ],
    ["(C5) bipolar does not hold output y", "u2", "bipolar", small((n) => n.output("y", n.input("x", two)))],
    ["(C5) f32 is not an integer type", "u2", "f32", small((n) => n.output("y", n.input("x", two)))],
    [
      "(C6) Outputs come at clocks 0, 1.",
      "u2",
      "u2",
      small((n) => {
        const x = n.input("x", two);
        n.output("y", x);
        n.output("z", n.register(x));
      }),
    ],
  ])("%s", (message, input, elem, body) => {
    const graph = new Graph("main");
    const x = graph.addInput(tensor(input, [1, 1]), "x");
    expect(() => Netlist.build(graph, [x], { body, elem })).toThrow(message);
  });
});
