import { definePass, type Module, type Pass, type PassContext, throwIfErrors } from "@gatefold/core";
import { costModel } from "./cost-model.js";
import { decideForms } from "./decide-forms.js";
import { implementationSummary } from "./implementation-summary.js";
import { lowerGraph, opLowerer } from "./lower-graph.js";
import { type FoldOptions, findTarget } from "./options.js";

/**
 * Each integer op becomes its streaming kernel, fully folded (PE = SIMD = 1), and each tensor a stream of one lane. Layers
 * that something offers to build otherwise become what is offered, where that is chosen (`decideForms`).
 *
 * A reshape that keeps the order of the elements is no hardware: the frame is the same beats. All ops without a
 * kernel are reported together.
 */
export function lowerKernels(options: FoldOptions): Pass {
  return definePass({
    name: "lower-kernels",
    summary: "Integer ops become streaming kernels with PE = SIMD = 1, or what is offered for a whole layer.",
    phase: "implement",
    semantics: "bit-exact",
    run: (module, ctx) => lower(module, ctx, options),
  });
}

function lower(module: Module, ctx: PassContext, options: FoldOptions): void {
  const { main } = module;
  const costs = costModel(ctx.costRules, findTarget(options.target, ctx.targets), ctx.interfaces);
  const lowerOp = opLowerer(main, ctx, options, costs);
  const { offers, layers } = decideForms(main, ctx, options, lowerOp, costs);
  const { graph, errors } = lowerGraph(main, lowerOp, offers);
  throwIfErrors(errors);
  if (layers.length > 0) ctx.facts.set(implementationSummary, layers);
  module.main = graph;
}
