import type { ElemType, Op, Value } from "@gatefold/core";
import type { Interval } from "@gatefold/netlist";
import type { ChannelFunction } from "./channel-function.js";

/** The weights of one neuron that are not 0. */
export interface NeuronRow {
  readonly columns: readonly number[];
  readonly weights: readonly number[];
}

export interface Neuron extends NeuronRow {
  /** What Σ w·x can be, by its weights and inputs. */
  readonly sum: Interval;
  /** From Σ w·x to the channel that leaves. */
  readonly activation: ChannelFunction;
}

/** What one channel of the input can be. Of bipolar channels the code, -1 or +1. */
export interface LayerInput extends Interval {
  readonly isBipolar: boolean;
}

/** How the product reads an image: the pads before it and its window, taps first, then channels. */
export interface LayerWindow {
  readonly kernel: readonly [number, number];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Top, left, bottom, right. */
  readonly pads: readonly number[];
  readonly padValue: number;
}

/** A product with constants and the elementwise ops behind it, as a function of one vector. */
export interface Layer {
  /** The network's node that the product comes from. */
  readonly name: string;
  /** They follow each other, the product first; the first alone reads the layer's input. */
  readonly ops: readonly Op[];
  readonly input: Value;
  /** The vector's channels; with a window those of all taps, the first tap's first. */
  readonly inputs: readonly LayerInput[];
  readonly neurons: readonly Neuron[];
  readonly window: LayerWindow | undefined;
  /** Whether the index of the greatest channel leaves in the place of the channels. */
  readonly isArgMax: boolean;
  /** Of what leaves. */
  readonly elem: ElemType;
}

/** What a channel's netlist word can be: of a bipolar channel its bit. */
export function wordInterval({ lo, hi, isBipolar }: LayerInput): Interval {
  return isBipolar ? { lo: (lo + 1) / 2, hi: (hi + 1) / 2 } : { lo, hi };
}

/** Least and greatest Σ w·x. */
export function sumInterval(inputs: readonly Interval[], { columns, weights }: NeuronRow): Interval {
  let [lo, hi] = [0, 0];
  columns.forEach((column, i) => {
    const [a, b] = [weights[i]! * inputs[column]!.lo, weights[i]! * inputs[column]!.hi];
    lo += Math.min(a, b);
    hi += Math.max(a, b);
  });
  return { lo, hi };
}
