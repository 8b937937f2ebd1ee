import {
  elemInfo,
  type Graph,
  type IntegerRange,
  type IntegerRanges,
  type Op,
  type Value,
} from "@gatefold/core";
import * as q from "@gatefold/dialect-q";
import { type ChainOp, chainOp } from "./chain.js";
import { type ChannelFunction, channelFunction } from "./channel-function.js";
import { type Layer, type LayerInput, type Neuron, type NeuronRow, sumInterval } from "./layer.js";
import { type Product, productOf } from "./products.js";

export interface FoundLayers {
  readonly layers: readonly Layer[];
  readonly refused: readonly { readonly layer: string; readonly reason: string }[];
}

interface Run {
  readonly ops: readonly Op[];
  readonly input: Value;
  readonly product: Product | undefined;
  readonly chain: readonly ChainOp[];
  readonly isArgMax: boolean;
}

/**
 * The layers of a graph of integer ops: a product with constants, or none, and what follows it channel by channel as long as each
 * result has one reader. Where an `argmax` ends it, the layer without it is one too.
 */
export function findLayers(graph: Graph, ranges: IntegerRanges): FoundLayers {
  const layers: Layer[] = [];
  const refused: { layer: string; reason: string }[] = [];
  const taken = new Set<Op>();
  for (const op of graph.ops()) {
    const run = taken.has(op) ? undefined : runFrom(op);
    if (run === undefined) continue;
    for (const each of run.ops) taken.add(each);
    const name = op.loc.node ?? op.result().name ?? op.def.name;
    const plain = { ...run, ops: run.ops.slice(0, -1), isArgMax: false };
    for (const each of run.isArgMax && plain.ops.length > 0 ? [plain, run] : [run]) {
      const layer = layerOf(each, name, ranges.of(run.input));
      if (typeof layer === "string") refused.push({ layer: name, reason: layer });
      else layers.push(layer);
    }
  }
  return { layers, refused };
}

/** The longest run of ops that starts here; `undefined` when this op starts none. */
function runFrom(first: Op): Run | undefined {
  const product = productOf(first);
  const start = product === undefined ? chainOp(first) : undefined;
  const input = product === undefined ? start?.input : first.operand(0);
  if (input === undefined) return undefined;
  const ops = [first];
  const chain = start === undefined ? [] : [start];
  for (;;) {
    const result = ops.at(-1)!.result();
    const [use, other] = result.uses;
    if (use === undefined || other !== undefined) break;
    const next = chainOp(use.op);
    if (next !== undefined && next.input === result) {
      ops.push(use.op);
      chain.push(next);
      continue;
    }
    const isArgMax = q.ArgMax.is(use.op) && use.op.attrs.keep_dims;
    return { ops: isArgMax ? [...ops, use.op] : ops, input, product, chain, isArgMax };
  }
  return { ops, input, product, chain, isArgMax: false };
}

function layerOf(
  { ops, input, product, chain, isArgMax }: Run,
  name: string,
  range: IntegerRange,
): Layer | string {
  const inputs = inputsOf(input, range, product);
  const rows = product?.rows ?? inputs.map((_, i): NeuronRow => ({ columns: [i], weights: [1] }));
  const elem = ops.at(-1)!.result().type.elem;
  const neurons: Neuron[] = [];
  for (const [channel, row] of rows.entries()) {
    const sum = sumInterval(inputs, row);
    const steps = chain.map((op) => op.stepOf(channel));
    const found = channelFunction(steps, sum);
    const activation = typeof found === "string" ? found : elem === "bipolar" ? bitsOf(found) : found;
    if (typeof activation === "string") return activation;
    neurons.push({ ...row, sum, activation });
  }
  return { name, ops, input, inputs, neurons, window: product?.window, isArgMax, elem };
}

/** The function whose values are the bits of codes -1 and +1. */
function bitsOf(f: ChannelFunction): ChannelFunction | string {
  if (f.kind === "line") return "its codes -1 and +1 come from no threshold";
  return { ...f, values: f.values.map((v) => (v + 1) / 2) };
}

/** Channels as the product sees them: those of all taps, which outside the image are the pad value. */
function inputsOf(
  { type }: Value,
  { lo, hi, channels }: IntegerRange,
  product: Product | undefined,
): LayerInput[] {
  const own = channels?.axis === type.shape.length - 1 ? channels : undefined;
  const isBipolar = type.elem === "bipolar";
  const { min, max } = elemInfo(type.elem);
  const window = product?.window;
  const pad = window?.pads.some((p) => p > 0) ? window.padValue : undefined;
  const pixel = Array.from({ length: type.shape.at(-1)! }, (_, c): LayerInput => {
    const least = Math.max(min, own ? own.lo[c]! : lo);
    const most = Math.min(max, own ? own.hi[c]! : hi);
    return { lo: Math.min(least, pad ?? least), hi: Math.max(most, pad ?? most), isBipolar };
  });
  const taps = window === undefined ? 1 : window.kernel[0] * window.kernel[1];
  return Array.from({ length: taps }, () => pixel).flat();
}
