import { definePass, type Pass } from "@gatefold/core";
import { namedKernels } from "@gatefold/dialect-hw";
import { chooseFolding, nextStep } from "./choose.js";
import { costModel } from "./cost-model.js";
import { readFolding } from "./folding-file.js";
import { implementationSummary } from "./implementation-summary.js";
import { foldedLatency } from "./latency.js";
import { budgetOf, type FoldOptions, findTarget } from "./options.js";
import { type ChoiceCache, type FoldingProblem, foldingProblem, type GivenFolds } from "./problem.js";
import { refold } from "./refold.js";
import { foldSummary, summarizeFold } from "./summary.js";

/**
 * Chooses PE and SIMD of every kernel and puts width converters between kernels that disagree.
 *
 * The folding of least cost for the wanted rate, where a frame may take `floor(clock / rate)` cycles, or the fastest
 * within a budget, over all legal foldings of all kernels at once, converters counted. A folding that is given wins
 * over the choice, kernel by kernel and axis by axis. Source of the folding rule: Umuroglu et al., "FINN", FPGA 2017,
 * §4.3.
 */
export function foldKernels(options: FoldOptions): Pass {
  return definePass({
    name: "fold-kernels",
    summary: "Chooses PE and SIMD for a rate or a budget and inserts width converters.",
    phase: "fold",
    semantics: "bit-exact",
    run(module, ctx) {
      const { main } = module;
      const { interfaces } = ctx;
      const target = findTarget(options.target, ctx.targets);
      const model = costModel(ctx.costRules, target, interfaces);
      const kernels = namedKernels(main, interfaces);
      const given: GivenFolds =
        options.folding === undefined ? new Map() : readFolding(options.folding, kernels);
      const cache: ChoiceCache = new Map();
      const problemOf = (folds: GivenFolds): FoldingProblem =>
        foldingProblem(main, kernels, folds, model, interfaces, cache);
      const problem = problemOf(given);
      const solution = chooseFolding(
        problem,
        options,
        budgetOf(options, target),
        model.weights,
        ({ folds }) => foldedLatency(main, folds, interfaces),
      );
      const next = nextStep(problem, solution, given, problemOf, model.weights);
      const layers = ctx.facts.get(implementationSummary) ?? [];
      module.main = refold(main, (op) => solution.folds.get(op) ?? {}, interfaces);
      ctx.facts.set(
        foldSummary,
        summarizeFold({ graph: module.main, interfaces, options, model, kernels, layers, solution, next }),
      );
    },
  });
}
