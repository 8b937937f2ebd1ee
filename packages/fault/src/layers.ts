import { constantOf, elemInfo, type Graph, numbers, type Op, type Value } from "@gatefold/core";
import { Conv, Lookup, MatMul, Threshold } from "@gatefold/dialect-q";
import type { Codes } from "./codes.js";
import { noLayers, unknownLayer } from "./diagnostics.js";

/** The sizes of a layer that its faults are counted by. */
export interface LayerShape {
  readonly name: string;
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
  /** What the activation emits. */
  readonly codes: Codes;
  readonly accumulatorBits: number;
  readonly weightBits: number;
  readonly isConvolution: boolean;
}

/** A layer of an integer graph as faults see it: a product with weights and the activation behind it. */
export interface FaultLayer extends LayerShape {
  /** Node of the network that the product comes from; numbered when it has none or shares it. */
  readonly name: string;
  readonly product: Op;
  /** The op whose results are the layer's codes. */
  readonly activation: Op;
}

/** Every layer whose product has constant weights and one reader chain that ends in thresholds or a table. */
export function layersOf(graph: Graph): readonly FaultLayer[] {
  const found: FaultLayer[] = [];
  const used = new Set<string>();
  for (const product of graph.ops()) {
    if (!MatMul.is(product) && !Conv.is(product)) continue;
    const weights = constantOf(product.operand(1));
    const activation = activationOf(product.result());
    if (!weights || !activation) continue;
    const base = product.loc.node ?? `layer${found.length}`;
    const name = used.has(base) ? `${base}#${found.length}` : base;
    used.add(name);
    const { type } = activation.result();
    const rows = weights.shape[0]!;
    found.push({
      name,
      product,
      activation,
      channels: type.shape.at(-1)!,
      rows,
      columns: weights.data.length / rows,
      codes: emittedCodes(activation),
      accumulatorBits: elemInfo(product.result().type.elem).widthBits,
      weightBits: elemInfo(weights.elem).widthBits,
      isConvolution: Conv.is(product),
    });
  }
  if (found.length === 0) throw noLayers();
  return found;
}

/** The ends of what thresholds or a table can give, which may be less than their type holds (narrow codes). */
function emittedCodes(activation: Op): Codes {
  const { elem } = activation.result().type;
  const { min: low, max: high } = elemInfo(elem);
  const parameters = constantOf(activation.operand(1));
  if (elem === "bipolar" || !parameters) return { low, high, elem };
  if (Threshold.is(activation)) {
    const { bias } = activation.attrs;
    return { low: bias, high: bias + parameters.shape[1]!, elem };
  }
  const entries = numbers(parameters);
  let [least, most] = [entries[0]!, entries[0]!];
  for (const entry of entries) [least, most] = [Math.min(least, entry), Math.max(most, entry)];
  return { low: least, high: most, elem };
}

/** The thresholds or table that alone read a product, past ops that only they read (pools, adds of constants). */
function activationOf(value: Value): Op | undefined {
  const reader = value.onlyReader;
  if (reader?.results.length !== 1) return undefined;
  if (Threshold.is(reader) || Lookup.is(reader)) return reader;
  return activationOf(reader.result());
}

export function layerNamed<T extends LayerShape>(layers: readonly T[], name: string): T {
  const layer = layers.find((each) => each.name === name);
  if (layer) return layer;
  throw unknownLayer(
    name,
    layers.map((each) => each.name),
  );
}
