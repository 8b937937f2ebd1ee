import { cost } from "@gatefold/analysis-cost";
import { hls } from "@gatefold/backend-hls";
import { verilog } from "@gatefold/backend-verilog";
import { definePlugin, type Plugin } from "@gatefold/core";
import { hwOps } from "@gatefold/dialect-hw";
import { nnOps } from "@gatefold/dialect-nn";
import { qOps } from "@gatefold/dialect-q";
import { frontendOnnx } from "@gatefold/frontend-onnx";
import { fold } from "@gatefold/pass-fold";
import { implementations, spatial } from "@gatefold/pass-spatial";
import { streamline } from "@gatefold/pass-streamline";
import { drivers, projects, uartBoard } from "@gatefold/projects";
import { ecp5 } from "@gatefold/target-ecp5";
import { ice40 } from "@gatefold/target-ice40";
import { xilinx7 } from "@gatefold/target-xilinx7";
import { defined } from "../defined.js";
import { hostGraphs } from "./host-graphs.js";
import { defaults, type StandardOptions } from "./options.js";
import { tableNetworks } from "./table-network.js";

const assumedClockMhz = 25;

/** Families whose LUTs spatial circuits are written in: synthesis keeps them, where it would find more of its own. */
const lutFamilies = ["ice40", "ecp5", "xilinx7"] as const;

/** The ops of the three levels, for models in text form. */
const dialects: Plugin = definePlugin({ name: "dialects", ops: [...nnOps, ...qOps, ...hwOps] });

/**
 * The usual plugins: ONNX in, integers, folded kernels and spatial circuits, Verilog out, and all targets.
 *
 * Without a clock, rates are counted at 25 MHz, which is what `ice40-hx8k` has; `build` takes the target's.
 */
export function standard(options: StandardOptions = {}): readonly Plugin[] {
  const { inputs, dims, handlers, maxElements, cycles, folding } = options;
  const { budgetShare, device, latencyNs } = options;
  const clockMhz = options.clockMhz ?? assumedClockMhz;
  const openRate = [options.fps, cycles, folding, budgetShare, latencyNs].every(
    (given) => given === undefined,
  );
  const space = defined({ clockMhz, target: device, tables: options.tables });
  return [
    frontendOnnx(defined({ inputs, dims, handlers, maxElements })),
    tableNetworks,
    dialects,
    streamline(),
    fold({
      clockMhz,
      fps: openRate ? defaults.fps : options.fps,
      targetCycles: cycles,
      folding,
      target: device,
      budgetShare,
      implementations: implementations(space),
      latencyCycles: latencyNs === undefined ? undefined : Math.floor((latencyNs * clockMhz) / 1000),
      implementation: options.implementation ?? (options.writableWeights === true ? "folded" : undefined),
      implementationOf: options.implementationOf,
      requantize: options.requantize,
    }),
    spatial(space),
    verilog({
      multipliers: options.multipliers,
      luts: lutFamilies.find((each) => each === device?.family),
      weights: options.writableWeights === true ? "writable" : "constant",
    }),
    cost(
      defined({
        multipliers: options.multipliers,
        dspCount: device?.resources.dspCount,
        weights: options.writableWeights === true ? ("writable" as const) : undefined,
      }),
    ),
    hostGraphs,
    drivers(),
    ...aroundVerilog(options, clockMhz),
    ...standardTargets(),
  ];
}

/** What puts the circuit on a board or into a vendor's tools, as far as it is asked for. */
function aroundVerilog(options: StandardOptions, clockMhz: number): readonly Plugin[] {
  const { board, baud, vendors = [], device: target } = options;
  const { part } = (target?.tools["vivado"] ?? {}) as { readonly part?: string };
  return [
    ...(board === undefined ? [] : [uartBoard({ board, baud })]),
    ...(vendors.length === 0 ? [] : [projects({ vendors, clockMhz, target })]),
    ...(options.hls === true ? [hls({ clockMhz, part })] : []),
  ];
}

/** The plugins that bring the devices. */
export function standardTargets(): readonly Plugin[] {
  return [ice40(), ecp5(), xilinx7()];
}
