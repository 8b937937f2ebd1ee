import { cost } from "@gatefold/analysis-cost";
import { verilog } from "@gatefold/backend-verilog";
import { definePlugin, type Plugin } from "@gatefold/core";
import { hwOps } from "@gatefold/dialect-hw";
import { nnOps } from "@gatefold/dialect-nn";
import { qOps } from "@gatefold/dialect-q";
import { frontendOnnx } from "@gatefold/frontend-onnx";
import { fold } from "@gatefold/pass-fold";
import { streamline } from "@gatefold/pass-streamline";
import { ecp5 } from "@gatefold/target-ecp5";
import { ice40 } from "@gatefold/target-ice40";
import { xilinx7 } from "@gatefold/target-xilinx7";
import { defined } from "../defined.js";
import { hostGraphs } from "./host-graphs.js";
import { defaults, type StandardOptions } from "./options.js";

const assumedClockMhz = 25;

/** The ops of the three levels, for models in text form. */
const dialects: Plugin = definePlugin({ name: "dialects", ops: [...nnOps, ...qOps, ...hwOps] });

/**
 * The usual plugins: ONNX in, integers, folded kernels, Verilog out, and all targets.
 *
 * Without a clock, rates are counted at 25 MHz, which is what `ice40-hx8k` has; `build` takes the target's.
 */
export function standard(options: StandardOptions = {}): readonly Plugin[] {
  const { inputs, dims, handlers, maxElements, cycles, folding } = options;
  const { budgetShare, device } = options;
  const openRate = [options.fps, cycles, folding, budgetShare].every((given) => given === undefined);
  return [
    frontendOnnx(defined({ inputs, dims, handlers, maxElements })),
    dialects,
    streamline(),
    fold({
      clockMhz: options.clockMhz ?? assumedClockMhz,
      fps: openRate ? defaults.fps : options.fps,
      targetCycles: cycles,
      folding,
      target: device,
      budgetShare,
      requantize: options.requantize,
    }),
    verilog({ multipliers: options.multipliers }),
    cost(defined({ multipliers: options.multipliers, dspCount: device?.resources.dspCount })),
    hostGraphs,
    ...standardTargets(),
  ];
}

/** The plugins that bring the devices. */
export function standardTargets(): readonly Plugin[] {
  return [ice40(), ecp5(), xilinx7()];
}
