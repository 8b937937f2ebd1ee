import {
  Constant,
  cloneOp,
  constantOf,
  Graph,
  numbers,
  type Op,
  Return,
  type Tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { Vote } from "@gatefold/dialect-q";
import { cannotTriplicate } from "./diagnostics.js";
import { requireBelow } from "./inject.js";
import { type FaultLayer, layerNamed, layersOf } from "./layers.js";

/** Channels of layers that are to be there three times. */
export type Redundancy = Readonly<Record<string, readonly number[]>>;

/**
 * Selective triple modular redundancy: the weight rows of some channels are there three times, next to each other, with a majority
 * vote (`q.vote`) behind the activation. Without faults nothing changes; a fault in one copy changes nothing either. A layer of C
 * channels with N of them tripled computes C + 2N. With PE ≥ 3 and a PE that divides C + 2N the copies are on different PEs.
 *
 * Source: Gambardella et al., "Efficient Error-Tolerant Quantized Neural Network Accelerators", arXiv:1912.07394.
 */
export function triplicate(graph: Graph, redundancy: Redundancy): Graph {
  const layers = layersOf(graph);
  const plans = new Map<Op, Plan>();
  for (const [name, channels] of Object.entries(redundancy)) {
    const layer = layerNamed(layers, name);
    for (const channel of channels) requireBelow(layer, "channel", channel, layer.channels);
    if (channels.length === 0) continue;
    if (layer.product.result().onlyReader !== layer.activation || layer.rows !== layer.channels) {
      throw cannotTriplicate(layer.name);
    }
    const plan = planOf(layer, channels);
    plans.set(layer.product, plan);
    plans.set(layer.activation, plan);
  }
  const copy = new Graph(graph.name);
  const copies = new Map<Value, Value>();
  for (const input of graph.inputs) copies.set(input, copy.addInput(input.type, input.name));
  for (const op of graph.ops()) {
    const plan = plans.get(op);
    if (Return.is(op)) copy.setOutputs(op.operands.map((value) => copies.get(value)!));
    else if (plan) tripled(op, plan, copy, copies);
    else cloneOp(op, copy, copies);
  }
  copy.eraseDead();
  return copy;
}

/** Rows of the tripled layer, each by its row of the layer as it was, and where the triples begin. */
interface Plan {
  readonly layer: FaultLayer;
  readonly rows: readonly number[];
  readonly triples: readonly number[];
}

function planOf(layer: FaultLayer, channels: readonly number[]): Plan {
  const wanted = new Set(channels);
  const rows: number[] = [];
  const triples: number[] = [];
  for (let channel = 0; channel < layer.channels; channel++) {
    if (wanted.has(channel)) triples.push(rows.length);
    rows.push(...(wanted.has(channel) ? [channel, channel, channel] : [channel]));
  }
  return { layer, rows, triples };
}

function tripled(op: Op, { layer, rows, triples }: Plan, copy: Graph, copies: Map<Value, Value>): void {
  const at = { loc: op.loc, names: op.results.map(({ name }) => name) };
  const parameters = op.operands.slice(1).map((value) => {
    const tensor = constantOf(value);
    if (!tensor) throw cannotTriplicate(layer.name);
    return Constant.build(copy, [], { value: repeatRows(tensor, layer.channels, rows) }, { loc: op.loc });
  });
  const made = copy.create(op.def, [copies.get(op.operand(0))!, ...parameters], op.attrs, at);
  const result = op === layer.activation ? Vote.build(copy, [made.result()], { triples }, at) : made.result();
  copies.set(op.result(), result);
}

/** One row for each of `rows`; a tensor of a single row serves all channels and stays. */
function repeatRows(tensor: Tensor, channels: number, rows: readonly number[]): Tensor {
  const [count, ...inner] = tensor.shape;
  if (count !== channels) return tensor;
  const size = tensor.data.length / count;
  const from = numbers(tensor);
  const data = new Float64Array(rows.length * size);
  rows.forEach((row, i) => {
    for (let k = 0; k < size; k++) data[i * size + k] = from[row * size + k]!;
  });
  return tensorFrom(tensor.elem, [rows.length, ...inner], data);
}
