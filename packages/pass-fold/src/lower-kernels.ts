import {
  Constant,
  cloneOp,
  type Diagnostic,
  definePass,
  Graph,
  integerRanges,
  type Module,
  type Op,
  type Pass,
  type PassContext,
  Return,
  stream,
  throwIfErrors,
  type Value,
} from "@gatefold/core";
import { Fork } from "@gatefold/dialect-hw";
import { cheapest } from "./cheapest.js";
import { wantedCycles } from "./choose.js";
import { costModel } from "./cost-model.js";
import { noKernel } from "./diagnostics.js";
import { HwLowering, type KernelSite, type LoweringSite } from "./lowering.js";
import { type FoldOptions, findTarget } from "./options.js";

/**
 * Each integer op becomes its streaming kernel, fully folded (PE = SIMD = 1), and each tensor a stream of one lane.
 *
 * A reshape that keeps the order of the elements is no hardware: the frame is the same beats. All ops without a
 * kernel are reported together.
 */
export function lowerKernels(options: FoldOptions): Pass {
  return definePass({
    name: "lower-kernels",
    summary: "Integer ops become streaming kernels with PE = SIMD = 1.",
    phase: "implement",
    semantics: "bit-exact",
    run: (module, ctx) => lower(module, ctx, options),
  });
}

function lower(module: Module, ctx: PassContext, options: FoldOptions): void {
  const from = module.main;
  const ranges = ctx.analyses.get(integerRanges, from);
  const costs = costModel(ctx.costRules, findTarget(options.target, ctx.targets), ctx.interfaces);
  const cycles = cyclesToKeep(options);
  const into = new Graph(from.name);
  const values = new Map<Value, Value>();
  const errors: Diagnostic[] = [];
  for (const input of from.inputs) {
    values.set(input, into.addInput(stream(input.type.elem, input.type.shape, 1), input.name));
  }
  const site = (op: Op, operands: readonly Value[]): LoweringSite => {
    const at: KernelSite = { graph: into, operands, loc: op.loc };
    return {
      ...at,
      ranges: op.operands.map((v) => ranges.of(v)),
      wantedCycles: wantedCycles(options),
      cheapest: (candidates) => cheapest(candidates, at, cycles, costs, ctx.interfaces)(at),
    };
  };
  for (const op of from.ops()) {
    if (op.operands.some((v) => !values.has(v))) continue;
    if (Constant.is(op) || Return.is(op)) {
      cloneOp(op, into, values);
      continue;
    }
    const operands = op.operands.map((v) => values.get(v)!);
    const model = ctx.interfaces.get(op.def, HwLowering);
    const results = model ? model.lower(op, site(op, operands)) : "nothing says how it becomes one";
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
}

/** Cycles a frame that kernels are compared at: those wanted, and as few as may be where only a budget is said. */
function cyclesToKeep(options: FoldOptions): number {
  const cycles = wantedCycles(options);
  const isFastest = options.budget !== undefined || options.budgetShare !== undefined;
  return Number.isFinite(cycles) || !isFastest ? cycles : 1;
}

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
