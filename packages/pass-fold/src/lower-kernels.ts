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
import { forkedStream, noKernel } from "./diagnostics.js";
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
      for (const result of op.results) {
        if (result.uses.length > 1) errors.push(forkedStream(op, result.uses.length));
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
    module.main = into;
  },
});
