import type { Netlist } from "@gatefold/netlist";
import type { Layer } from "./layer.js";

/** What a form is told of the device and of the work that it may do. */
export interface FormContext {
  /** Inputs of a LUT. */
  readonly lutInputs: 4 | 6;
  /** How long to look for smaller circuits; 1 is usual, 0 the least. */
  readonly effort: number;
}

export interface FormOffer {
  /** A lower bound of the LUTs, which takes no time. */
  readonly leastLuts: number;
  /** LUTs by a shorter way than building it all; absent, or `undefined`, where there is none. */
  estimate?(): number | undefined;
  /**
   * The layer as a function of one vector: inputs `x0`, `x1`, … and outputs `y0`, `y1`, … are its channels in order, of `bipolar` ones
   * the bit of the code. Without registers. May take seconds; called at most once.
   */
  netlist(): Netlist;
}

/** A way to build layers in space. A stranger brings one by putting it among the options' forms. */
export interface LayerForm {
  /** kebab-case; how folding and reports call it. */
  readonly name: string;
  /** A circuit for the layer; a text instead says why there is none. */
  offer(layer: Layer, context: FormContext): FormOffer | string;
}
