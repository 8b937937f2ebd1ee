import type { TrainPlugin } from "../hooks.js";
import { sparsityOf } from "../prune/pruning.js";
import { bopsHawks, bopsProduct, ebops } from "./bops.js";
import { costLayers, density, inputBitsOf, lutMacs } from "./cost-layers.js";

export interface MetricsOptions {
  /** Bits of the network's input; those of its input quantizer, or 32 (reals), unless given. */
  readonly inputBits?: number;
}

/**
 * Adds to each epoch what the model costs as it is then: `sparsity` (held at 0 by masks), `sparsity.codes` (0 as quantized), `bops.hawks`, `bops.product`, `ebops` (with integer
 * weights only), `lut.macs`.
 */
export function metricsPlugin(options: MetricsOptions = {}): TrainPlugin {
  return {
    ...options,
    name: "metrics",
    setup: (hooks) => {
      hooks.afterEpoch.tap(({ model }, metrics) => {
        const inputBits = options.inputBits ?? inputBitsOf(model);
        const layers = costLayers(model, { inputBits });
        if (layers.length === 0) return;
        metrics.set("sparsity", sparsityOf(model));
        metrics.set("sparsity.codes", 1 - density(layers));
        metrics.set("bops.hawks", bopsHawks(layers, { inputBits }));
        metrics.set("bops.product", bopsProduct(layers));
        const effective = ebops(layers);
        if (effective !== undefined) metrics.set("ebops", effective);
        metrics.set("lut.macs", lutMacs(layers));
      });
    },
  } as TrainPlugin;
}
