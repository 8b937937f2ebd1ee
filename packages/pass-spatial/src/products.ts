import { constantOf, numbers, type Op, type Tensor } from "@gatefold/core";
import * as q from "@gatefold/dialect-q";
import type { LayerWindow, NeuronRow } from "./layer.js";

/** A product with constant weights: rows over the vector that it reads. */
export interface Product {
  readonly rows: readonly NeuronRow[];
  readonly window: LayerWindow | undefined;
}

/** The product that an op is; `undefined` for an op that is none, or whose weights are not constant. */
export function productOf(op: Op): Product | undefined {
  const weights = constantOf(op.operands[1]);
  if (weights === undefined) return undefined;
  if (q.MatMul.is(op)) return { rows: denseRows(weights), window: undefined };
  if (!q.Conv.is(op)) return undefined;
  const { strides, dilations, pads, pad_value: padValue, groups } = op.attrs;
  const [, kh, kw] = weights.shape as [number, number, number, number];
  const isPoint = [kh, kw, ...strides].every((v) => v === 1) && pads.every((v) => v === 0);
  const channels = op.operand(0).type.shape[3]!;
  return {
    rows: convRows(weights, groups, channels),
    window: isPoint ? undefined : { kernel: [kh, kw], strides, dilations, pads, padValue },
  };
}

const rowOf = (pairs: readonly (readonly [column: number, weight: number])[]): NeuronRow => {
  const live = pairs.filter(([, weight]) => weight !== 0);
  return { columns: live.map(([column]) => column), weights: live.map(([, weight]) => weight) };
};

function denseRows(weights: Tensor): NeuronRow[] {
  const [height, width] = weights.shape as [number, number];
  const values = numbers(weights);
  return Array.from({ length: height }, (_, n) =>
    rowOf(Array.from({ length: width }, (_, k) => [k, values[n * width + k]!] as const)),
  );
}

/** Rows over taps × all channels, of which a filter reads those of its group. */
function convRows(weights: Tensor, groups: number, channels: number): NeuronRow[] {
  const [filters, kh, kw, perGroup] = weights.shape as [number, number, number, number];
  const values = numbers(weights);
  const perFilter = kh * kw * perGroup;
  return Array.from({ length: filters }, (_, o) => {
    const first = Math.floor(o / (filters / groups)) * perGroup;
    return rowOf(
      Array.from({ length: perFilter }, (_, i) => {
        const column = Math.floor(i / perGroup) * channels + first + (i % perGroup);
        return [column, values[o * perFilter + i]!] as const;
      }),
    );
  });
}
