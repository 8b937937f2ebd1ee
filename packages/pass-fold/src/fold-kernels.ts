import { definePass, type Pass, throwIfErrors } from "@gatefold/core";
import { namedKernels } from "@gatefold/dialect-hw";
import { chooseFolds } from "./choose.js";
import { unreachableRate } from "./diagnostics.js";
import { readFolding } from "./folding-file.js";
import type { FoldOptions } from "./options.js";
import { refold } from "./refold.js";
import { foldSummary, summarizeFold } from "./summary.js";

/**
 * Chooses PE and SIMD of every kernel for the wanted rate and puts width converters between kernels that disagree.
 *
 * A frame may take `floor(clock / rate)` cycles. A folding that is given wins over the choice, kernel by kernel and
 * axis by axis. Source of the folding rule: Umuroglu et al., "FINN", FPGA 2017, §4.3.
 */
export function foldKernels(options: FoldOptions): Pass {
  const { clockMhz, fps, targetCycles } = options;
  const wantedCycles =
    targetCycles ?? (fps === undefined ? Number.POSITIVE_INFINITY : Math.floor((clockMhz * 1e6) / fps));
  return definePass({
    name: "fold-kernels",
    summary: "Chooses PE and SIMD for the wanted rate and inserts width converters.",
    phase: "fold",
    semantics: "bit-exact",
    run(module, ctx) {
      const kernels = namedKernels(module.main, ctx.interfaces);
      const given = options.folding === undefined ? new Map() : readFolding(options.folding, kernels);
      const { folds, unreachable } = chooseFolds(kernels, given, wantedCycles, ctx.interfaces);
      throwIfErrors(
        unreachable.map(({ kernel, best }) =>
          unreachableRate({
            op: kernel.op,
            name: kernel.name,
            fps,
            clockMhz,
            wantedCycles,
            leastCycles: best.intervalCycles,
            axes: Object.entries(best.fold)
              .map(([name, v]) => `${name} ${v}`)
              .join(", "),
          }),
        ),
      );
      module.main = refold(module.main, (op) => folds.get(op) ?? {}, ctx.interfaces);
      ctx.facts.set(foldSummary, summarizeFold(module.main, ctx.interfaces, clockMhz, fps));
    },
  });
}
