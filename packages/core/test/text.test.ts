import {
  Constant,
  createModule,
  DiagnosticError,
  Graph,
  makeTensor,
  parseGraph,
  parseModule,
  printGraph,
  printModule,
  sameTensor,
  type Tensor,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import { anyTensor, graphOf, valueType } from "@gatefold/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Add, Marked, Neg, Swap, testOps, testTable } from "./dialect.js";

const anyNumber = fc.oneof(fc.double(), fc.constantFrom(1, -0, 0.1, 1e21, 5e-324, Number.NEGATIVE_INFINITY));
const attrs = fc.record({
  flag: fc.boolean(),
  count: fc.maxSafeInteger(),
  gain: anyNumber,
  label: fc.string({ unit: "binary" }),
  mode: fc.constantFrom("slow", "fast"),
  pads: fc.array(fc.maxSafeInteger()),
  gains: fc.array(anyNumber),
  tags: fc.array(fc.string()),
  table: fc.option(anyTensor(), { nil: undefined }),
});
const graphs = graphOf(
  [...testOps.filter((def) => def.name !== "t.marked").map((def) => ({ def })), { def: Marked, attrs }],
  { inputType: valueType() },
);

/** Equal in everything but identity: ops, attributes, types, locations, wiring, and names where they are unique. */
function describeGraph(graph: Graph): unknown {
  const ids = new Map(
    [...graph.inputs, ...[...graph.ops()].flatMap((op) => op.results)].map((v, i) => [v, i]),
  );
  const values = [...ids.keys()];
  const plain = (t: Tensor) => ({
    elem: t.elem,
    shape: t.shape,
    storage: t.data.constructor.name,
    data: [...t.data],
  });
  return {
    name: graph.name,
    inputs: graph.inputs.map((v) => v.type),
    ops: [...graph.ops()].map((op) => ({
      name: op.def.name,
      operands: op.operands.map((v) => ids.get(v)),
      attrs: { ...op.attrs, ...(op.attrs["table"] ? { table: plain(op.attrs["table"] as Tensor) } : {}) },
      results: op.results.map((v) => v.type),
      loc: op.loc,
    })),
    named: values.map((v) => v.name !== undefined),
  };
}

function errorsOf(text: string): string {
  try {
    parseModule(text, { ops: testTable, file: "a.gf" });
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message;
    throw error;
  }
  return "";
}

/** A module of one graph with one input `%x`, whose first op stands on line 3. */
function errorsIn(...ops: readonly string[]): string {
  return errorsOf(`module "m" {\n  main(%x: tensor<2xi4>) {\n${ops.join("\n")}\n  }\n}\n`);
}

describe("round trip", () => {
  it("print ∘ parse ∘ print = print, and parse gives an equal graph", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const text = printGraph(graph);
        const parsed = parseGraph(text, { ops: testTable });
        expect(printGraph(parsed)).toBe(text);
        expect(describeGraph(parsed)).toEqual(describeGraph(graph));
      }),
      { numRuns: 300 },
    );
  });

  it("keeps every bit of a tensor, as list and as base64", () => {
    const big = fc.constantFrom(
      makeTensor(
        "f64",
        [100],
        Float64Array.from({ length: 100 }, (_, i) => Math.sqrt(i) - 5),
      ),
      makeTensor(
        "f32",
        [100],
        Float32Array.from({ length: 100 }, (_, i) => Math.sqrt(i) - 5),
      ),
      makeTensor(
        "i2",
        [100],
        Int8Array.from({ length: 100 }, (_, i) => (i % 4) - 2),
      ),
      makeTensor(
        "i12",
        [65],
        Int32Array.from({ length: 65 }, (_, i) => i - 32),
      ),
      makeTensor(
        "u64",
        [65],
        BigUint64Array.from({ length: 65 }, (_, i) => 2n ** 64n - 1n - BigInt(i)),
      ),
      makeTensor("i4", [0, 3], new Int8Array(0)),
    );
    fc.assert(
      fc.property(fc.oneof(anyTensor(), big), (value) => {
        const graph = new Graph("graph");
        graph.setOutputs([Constant.build(graph, [], { value })]);
        const text = printGraph(graph);
        const [output] = parseGraph(text, { ops: testTable }).outputs;
        const back = output!.op!.attrs["value"] as Tensor;
        expect(sameTensor(back, value)).toBe(true);
        expect(back.data).toEqual(value.data);
        expect(text.includes("base64")).toBe(value.data.length > 64);
      }),
    );
  });

  it("keeps head, main and tail, their names and the module's", () => {
    const step = (name: string): Graph => {
      const graph = new Graph(name);
      graph.setOutputs([Neg.build(graph, [graph.addInput(tensor("f32", [2]), "x")])], { file: "f.onnx" });
      return graph;
    };
    const module = createModule('a "quoted" name', step("torso"));
    module.head = step("head");
    module.tail = step("tail");
    module.tail.setOutputs([]);
    const text = printModule(module);
    const parsed = parseModule(text, { ops: testTable });
    expect(printModule(parsed)).toBe(text);
    expect([parsed.head?.name, parsed.main.name, parsed.tail?.name]).toEqual(["head", "torso", "tail"]);
    expect(parsed.main.outputs[0]?.uses[0]?.op.loc).toEqual({ file: "f.onnx" });
  });
});

describe("form", () => {
  it("is as documented", () => {
    const graph = new Graph("main");
    const x = graph.addInput(tensor("u8", [1, 2]), "x");
    const w = Constant.build(
      graph,
      [],
      { value: tensorFrom("i2", [1, 2], [1, -1]) },
      { names: ["fc1/weight:0"] },
    );
    const y = Add.build(graph, [x, w], {}, { loc: { file: "tfc.onnx", node: "Add_0" }, names: ["x"] });
    const z = Marked.build(graph, [y], { gain: 2, count: 2, gains: [1, 0.5] }, { loc: { node: "M" } });
    const [a, b] = Swap.create(graph, [z, x]).results;
    graph.setOutputs([a!, b!]);
    expect(printModule(createModule("tfc", graph))).toBe(
      `module "tfc" {
  main(%x: tensor<1x2xu8>) {
    %fc1_weight_0 = core.constant() {value = dense<tensor<1x2xi2>, [1, -1]>} : tensor<1x2xi2>
    %x_1 = t.add(%x, %fc1_weight_0) : tensor<1x2xi10> @"tfc.onnx":"Add_0"
    %0 = t.marked(%x_1) {flag = false, count = 2, gain = 2.0, label = "", mode = "slow", pads = [], gains = [1.0, 0.5], tags = []} : tensor<1x2xi10> @:"M"
    %1, %2 = t.swap(%0, %x) : tensor<1x2xu8>, tensor<1x2xi10>
    return %1, %2
  }
}
`,
    );
  });

  it("lets types, defaults and blanks be left out, and takes comments", () => {
    const text = `# a comment
      module "m" { main(%x: tensor<2xi4>) { # another
        %y=t.marked(%x){gain=1}%z
        =t.neg(%y)return %z } }`;
    const module = parseModule(text, { ops: testTable });
    expect([...module.main.ops()].map((op) => op.def.name)).toEqual(["t.marked", "t.neg", "core.return"]);
    expect(module.main.outputs[0]?.name).toBe("z");
  });

  it("makes hints unique and clean, and the same ones again", () => {
    const graph = new Graph("graph");
    let value = graph.addInput(tensor("i4", []), "x");
    for (const name of ["x", "x_1", "7", "", "é è", undefined]) {
      value = Marked.build(graph, [value], {}, { names: [name] });
    }
    graph.setOutputs([value]);
    const text = printGraph(graph);
    expect(text.match(/%\S+(?= =)/g)).toEqual(["%x_1", "%x_1_1", "%_7", "%_", "%___", "%0"]);
    expect(printGraph(parseGraph(text, { ops: testTable }))).toBe(text);
  });
});

describe("errors", () => {
  it.each([
    ["%y = t.neg(%z)", "3:12: error: `%z` is not defined before it is read."],
    [
      "%y = t.nag(%x)",
      "3:6: error: There is no op `t.nag`. [core/text]\n  hint: the ops of `t` are t.add, t.marked, t.neg, t.swap",
    ],
    ["%y = q.add(%x)", "no plugin brings the dialect `q`; add one that does"],
    ["%y = t.neg(%x) : tensor<2xi4>", "3:18: error: Result 0 of `t.neg` is tensor<2xi5>, not tensor<2xi4>."],
    ["%y = t.neg(%x) : tensor<2xi5>, tensor<2xi5>", "`t.neg` has 1 results, and 2 types are given."],
    ["%y = t.neg(%x) : tensor<2x>", "`tensor<2x>` is not a type."],
    ["%y = t.neg(%x) : stream<2xi5>", "`stream<2xi5>` is not a type."],
    ["%y = t.neg(%x) : tensor<2xi99>", "`i99` is not an element type."],
    ["%y, %z = t.neg(%x)", "`t.neg` has 1 results, and 2 are named."],
    ["%x = t.neg(%x)", "3:1: error: `%x` is defined twice."],
    ["%y = t.add(%x)", "3:6: error: `t.add` takes 2 operands, not 1"],
    ["%y = t.marked(%x) {count = 1.0}", "3:20: error: The attribute `count` is not an integer."],
    ["%y = t.marked(%x) {count = 9007199254740993}", "The attribute `count` is not an integer."],
    ["%y = t.marked(%x) {pads = [1, 2.5]}", "The attribute `pads` is not a list of integers."],
    ['%y = t.marked(%x) {mode = "quick"}', "The attribute `mode` is not one of slow, fast."],
    [
      "%y = t.marked(%x) {cuont = 1}",
      "`t.marked` has no attribute `cuont`. [core/text]\n  hint: it has flag, count,",
    ],
    ["%y = t.marked(%x) {flag = true, flag = true}", "The attribute `flag` is given twice."],
    ["%y = t.marked(%x) {flag = maybe}", "Expected the value of `flag`, not `maybe`."],
    ['%y = t.marked(%x) {label = "a\\q"}', "has an escape that JSON does not know."],
    ['%y = t.marked(%x) {label = "a', "a string that does not end on its line"],
    ["%y = t.neg(%x) @", "Expected a location after `@`, not `return`."],
    ["%y = t.neg(%x ; %x)", "3:15: error: Expected `)` around the operands, not `;`."],
    ["%y t.neg(%x)", "3:4: error: Expected `=` after the results, not `t.neg`."],
    [
      "%y = core.constant() {value = dense<tensor<2xi4>, [1]>}",
      "The tensor has 2 elements, and 1 are given.",
    ],
    ["%y = core.constant() {value = dense<tensor<1xi4>, [8]>}", "3:52: error: `8` is not a value of i4."],
    ["%y = core.constant() {value = dense<tensor<1xu64>, [-1]>}", "`-1` is not a value of u64."],
    ["%y = core.constant() {value = dense<tensor<1xi64>, [9223372036854775808]>}", "is not a value of i64."],
    ["%y = core.constant() {value = dense<tensor<1xi4>, [nan]>}", "`nan` is not a value of i4."],
    [
      '%y = core.constant() {value = dense<tensor<1xi4>, i8 base64 "fw==">}',
      "Element 0 is 127, which is not a value of i4.",
    ],
    [
      '%y = core.constant() {value = dense<tensor<1xi4>, i8 base64 "f">}',
      "This is not base64 of 1 elements of i8.",
    ],
    [
      '%y = core.constant() {value = dense<tensor<1xi4>, i16 base64 "AQ==">}',
      "This is not base64 of 1 elements of i16.",
    ],
    ["%y = core.constant() {value = dense<tensor<1xi4>, i9 [1]>}", "`i9` is not a storage"],
    ["%y = core.constant() {value = dense<stream<1xi4, 1>, [1]>}", "A constant is a tensor, not a stream."],
    ["%y = core.constant()", "`core.constant` needs the attribute `value`"],
    ["core.return(%x)", "There is no op `core.return`."],
  ])("%s", (line, message) => {
    expect(errorsIn(line, "return %x")).toContain(message);
  });

  it("are all found at once, and what follows from them is not said", () => {
    const text = errorsIn(
      "%a = t.nag(%x)",
      "%b = t.neg(%a)",
      "%c = t.marked(%b) {count = true}",
      "%d = t.neg(",
      "return %b, %q",
    );
    expect(text.match(/^a\.gf:\d+:\d+/gm)).toEqual(["a.gf:3:6", "a.gf:5:20", "a.gf:7:1", "a.gf:7:12"]);
  });

  it("concern the frame too", () => {
    expect(errorsOf("")).toContain(
      "a.gf:1:1: error: Expected `module` at the start, not the end of the text.",
    );
    expect(errorsOf('module "m" {}')).toContain("The module `m` has no graph `main`.");
    expect(errorsOf('module "m" { man() { return } }')).toContain(
      "Expected `head`, `main` or `tail`, not `man`.",
    );
    expect(errorsOf('module "m" { main() { return } main() { return } }')).toContain("two graphs `main`");
    expect(errorsOf('module "m" { main() { return } } x')).toContain("Nothing follows here");
    expect(errorsOf('module "m" { main() {\nreturn\nreturn } }')).toContain("Nothing comes after `return`.");
    expect(errorsOf('module "m" { main() { } }')).toContain("has no `return`");
    expect(errorsOf('module "m" { main() { return')).toContain("The graph `main` does not end.");
  });

  it("never are crashes: cut and garbled text gives a module or a DiagnosticError", () => {
    const texts = graphs.map((graph) => printModule(createModule("m", graph)));
    fc.assert(
      fc.property(
        texts,
        fc.nat(),
        fc.nat(20),
        fc.constantFrom("", "}", "%x", '"', "=", "dense<", "1"),
        (text, at, cut, put) => {
          const from = at % text.length;
          const garbled = text.slice(0, from) + put + text.slice(from + cut);
          try {
            parseModule(garbled, { ops: testTable });
          } catch (error) {
            expect(error).toBeInstanceOf(DiagnosticError);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
