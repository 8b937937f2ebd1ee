import {
  Constant,
  cloneOp,
  type Diagnostic,
  definePass,
  Graph,
  type Pass,
  Return,
  stream,
  throwIfErrors,
  type Value,
} from "@gatefold/core";
import { Fork } from "@gatefold/dialect-hw";
import { noKernel } from "./diagnostics.js";
import { HwLowering } from "./lowering.js";

/**
 * Each integer op becomes its streaming kernel, fully folded (PE = SIMD = 1), and each tensor a stream of one lane.
 *
 * A reshape that keeps the order of the elements is no hardware: the frame is the same beats. All ops without a
 * kernel are reported together.
 */
export const lowerKernels: Pass = definePass({
  name: "lower-kernels",
  summary: "Integer ops become streaming kernels with PE = SIMD = 1.",
  phase: "implement",
  semantics: "bit-exact",
  run(module, ctx) {
    const from = module.main;
    const into = new Graph(from.name);
    const values = new Map<Value, Value>();
    const errors: Diagnostic[] = [];
    for (const input of from.inputs) {
      values.set(input, into.addInput(stream(input.type.elem, input.type.shape, 1), input.name));
    }
    for (const op of from.ops()) {
      if (op.operands.some((v) => !values.has(v))) continue;
      if (Constant.is(op) || Return.is(op)) {
        cloneOp(op, into, values);
        continue;
      }
      const operands = op.operands.map((v) => values.get(v)!);
      const model = ctx.interfaces.get(op.def, HwLowering);
      const results = model
        ? model.lower(op, { graph: into, operands, loc: op.loc })
        : "nothing says how it becomes one";
      if (typeof results === "string") {
        errors.push(noKernel(op, results));
        continue;
      }
      op.results.forEach((result, i) => {
        results[i]!.name ??= result.name;
        values.set(result, results[i]!);
      });
    }
    throwIfErrors(errors);
    into.eraseDead();
    insertForks(into);
    module.main = into;
  },
});

/** A stream has one reader: where a value has several, a fork gives each its own. */
function insertForks(graph: Graph): void {
  const values = [...graph.inputs, ...[...graph.ops()].flatMap((op) => op.results)];
  for (const value of values) {
    const uses = [...value.uses];
    if (value.type.kind !== "stream" || uses.length < 2) continue;
    const readers = new Set(uses.map((use) => use.op));
    const before = [...graph.ops()].find((op) => readers.has(op));
    const fork = Fork.create(graph, [value], { count: uses.length }, { before, loc: value.op?.loc ?? {} });
    uses.forEach((use, i) => {
      graph.setOperand(use.op, use.index, fork.result(i));
    });
  }
}
