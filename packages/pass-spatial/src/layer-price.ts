import { elemInfo, type Resources, type Target } from "@gatefold/core";
import { type Netlist, widthOf, worstStageNs } from "@gatefold/netlist";
import type { OfferPrice } from "@gatefold/pass-fold";
import { stageNs, timingOf } from "./family.js";
import { type Layer, wordInterval } from "./layer.js";
import { lutsOf } from "./price.js";

/** What the registers of a layer depend on. */
export interface Timing {
  readonly target: Target | undefined;
  readonly clockMhz: number;
  /** Stages that are asked for, whatever the clock. */
  readonly stages: number | undefined;
}

/** Words of a line up to which it stands in registers. */
const registerLine = 16;

/** What a layer takes when built alone: its circuit, mapped and in stages, and its window where it reads an image. */
export function layerPrice(layer: Layer, netlist: Netlist, lutInputs: 4 | 6, timing: Timing): OfferPrice {
  const delays = timing.target?.delays;
  const pathNs =
    delays === undefined
      ? 0
      : worstStageNs(netlist, { ...timingOf(timing.target, delays), lutInputs: timing.target!.lutInputs }) -
        delays.registerNs;
  const outputBits = netlist.outputs.reduce((sum, { node }) => sum + netlist.width(node), 0);
  return priceOf(layer, { lutCount: lutsOf(netlist, lutInputs), outputBits, pathNs }, timing);
}

/** The same by a count of LUTs alone: sums are taken to be trees of two terms a level. */
export function estimatedPrice(layer: Layer, lutCount: number, timing: Timing): OfferPrice {
  const terms = layer.neurons.reduce((most, { columns }) => Math.max(most, columns.length), 1);
  const { carryEntryNs = 0, carryBitNs = 0, lutNs = 0 } = timing.target?.delays ?? {};
  const levels = Math.ceil(Math.log2(terms));
  const pathNs = levels * (carryEntryNs + 2 * carryBitNs) + 2 * lutNs;
  const outputBits = layer.neurons.length * elemInfo(layer.elem).widthBits;
  return priceOf(layer, { lutCount, outputBits, pathNs }, timing);
}

interface Circuit {
  readonly lutCount: number;
  readonly outputBits: number;
  /** Of the longest way, without registers. */
  readonly pathNs: number;
}

function priceOf(layer: Layer, { lutCount, outputBits, pathNs }: Circuit, timing: Timing): OfferPrice {
  const stages = stagesOf(pathNs, lutCount, timing);
  const inputBits = layer.inputs.reduce((sum, input) => sum + widthOf(wordInterval(input)), 0);
  // Words between stages are taken to be as wide as the geometric mean of what comes and what leaves; a stream leaves from two registers.
  const between = (stages - 1) * Math.round(Math.sqrt(inputBits * Math.max(1, outputBits)));
  const { ffCount, bramCount } = windowPrice(layer, timing.target);
  return {
    resources: { lutCount, ffCount: between + 2 * outputBits + ffCount, bramCount, dspCount: 0 },
    latencyCycles: stages,
  };
}

/** Stages for the clock, as if the longest way could be cut anywhere. */
function stagesOf(pathNs: number, lutCount: number, { target, clockMhz, stages }: Timing): number {
  if (stages !== undefined || target?.delays === undefined) return stages ?? 1;
  const { registerNs, lutNs } = target.delays;
  return Math.max(1, Math.ceil(pathNs / Math.max(stageNs(1000 / clockMhz, lutCount) - registerNs, lutNs)));
}

/** The taps of a window that leave in one beat, in registers, and the lines that it keeps, in block RAMs where they are long. */
function windowPrice(
  { window, inputs, input }: Layer,
  target: Target | undefined,
): Pick<Resources, "ffCount" | "bramCount"> {
  if (window === undefined) return { ffCount: 0, bramCount: 0 };
  const taps = window.kernel[0] * window.kernel[1];
  const tapBits = inputs.reduce((sum, each) => sum + widthOf(wordInterval(each)), 0);
  const pixelBits = Math.ceil(tapBits / taps);
  const columns = input.type.shape[2]! + window.pads[1]! + window.pads[3]!;
  const lines = (window.kernel[0] - 1) * window.dilations[0]!;
  if (columns <= registerLine) return { ffCount: tapBits + lines * columns * pixelBits, bramCount: 0 };
  return { ffCount: tapBits, bramCount: lines * Math.ceil(pixelBits / widestWord(target)) };
}

/** Bits of the widest word of a block RAM: of 4, 18 and 36 Kbit. */
function widestWord(target: Target | undefined): number {
  const bits = target?.resources.bramBits ?? 36_864;
  if (bits > 20_000) return 72;
  return bits > 10_000 ? 36 : 16;
}
