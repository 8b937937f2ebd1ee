import { elemInfo } from "@gatefold/core";
import { codesBetween, type LayerShape } from "@gatefold/fault";
import type { Fit } from "../hooks.js";
import type { Tap } from "../layer.js";
import { Tape } from "../tape.js";

/** Where a model can have faults while it trains. */
export interface FaultSites {
  /** Quantized activations, for faults of codes. */
  readonly activations: readonly LayerShape[];
  /** Quantized weights. */
  readonly weights: readonly LayerShape[];
}

/** Runs one sample of zeros forward to see what is quantized, and how wide it is. */
export function faultSites({ model, kernels, random }: Fit): FaultSites {
  const activations: LayerShape[] = [];
  const weights: LayerShape[] = [];
  const tape = new Tape(kernels);
  const x = tape.tensor([1, ...model.inputShape]);
  kernels.fill(x.data, 0);
  const note = (tap: Tap, shape: readonly number[]): void => {
    if (!tap.codes) return;
    const codes = codesBetween(tap.codes.low, tap.codes.high, tap.bits);
    const matrix = model.layers.find(({ name }) => name === tap.layer)?.matrix;
    const isWeight = tap.site === "weight";
    if (isWeight && !matrix) return;
    const channels = shape.at(-1)!;
    (isWeight ? weights : activations).push({
      name: tap.layer,
      channels,
      rows: isWeight ? matrix!.rows : channels,
      columns: isWeight ? matrix!.columns : 0,
      codes,
      accumulatorBits: 0,
      weightBits: isWeight ? elemInfo(codes.elem).widthBits : 0,
      isConvolution: shape.length === 4,
    });
  };
  model.forward(
    {
      tape,
      mode: "evaluate",
      moments: "running",
      random: random("fault sites"),
      tap: (tap, value) => {
        note(tap, value.shape);
        return value;
      },
    },
    x,
  );
  tape.reset();
  return { activations, weights };
}
