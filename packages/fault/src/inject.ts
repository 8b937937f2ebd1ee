import {
  Constant,
  cloneGraph,
  constantOf,
  elemForRange,
  elemInfo,
  type Graph,
  makeTensor,
  numbers,
  type Op,
  rangeOfType,
  type Tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { Threshold } from "@gatefold/dialect-q";
import { type CodeFunction, faultyBit, faultyCode } from "./codes.js";
import { badFault, noConstantForm } from "./diagnostics.js";
import { type FaultLayer, layerNamed, layersOf } from "./layers.js";
import type { Fault, FaultMode, Scenario } from "./manifest.js";
import { Override } from "./override.js";
import { channelsAt } from "./scenarios.js";

/**
 * A copy of an integer graph that has the faults built into its constants: a stuck channel's thresholds lie all below or above what
 * its sums reach, a weight's bit is changed in the weight. It is an ordinary graph, so that the reference evaluator, the executor
 * and the circuit that is emitted from it all show the fault.
 *
 * Throws `DiagnosticError` `fault/no-constant-form` for bits of codes and accumulators, which are no constants.
 */
export function inject(graph: Graph, scenario: Scenario): Graph {
  const copy = cloneGraph(graph);
  const layers = layersOf(copy);
  for (const fault of scenario.faults) injectOne(layers, fault);
  return copy;
}

/**
 * A copy of an integer graph with the faults as ops (`fault.override`) behind what they change, and changed weights: any fault, for
 * evaluation and the executor.
 */
export function injectOps(graph: Graph, scenario: Scenario): Graph {
  const copy = cloneGraph(graph);
  const layers = layersOf(copy);
  for (const fault of scenario.faults) {
    const change = changeOf(layers, fault);
    if (!change) {
      const layer = layerNamed(layers, fault.site.layer);
      replaceConstant(layer.product, 1, faultyWeights(layer, fault));
      continue;
    }
    const { value, channels, attrs } = change;
    const readers = [...value.uses];
    const op = copy.create(
      Override,
      [value],
      { channels, ...attrs },
      { before: nextOf(value), loc: value.op!.loc },
    );
    for (const use of readers) copy.setOperand(use.op, use.index, op.result());
  }
  return copy;
}

/** What one fault changes: codes of some channels of a value, by a function. */
export interface Change {
  readonly value: Value;
  readonly channels: readonly number[];
  readonly change: CodeFunction;
  /** The same for `fault.override`. */
  readonly attrs: Readonly<Record<string, string | number>>;
}

/** `undefined` for faults of weights, which change no stream. */
export function changeOf(layers: readonly FaultLayer[], fault: Fault): Change | undefined {
  const { site, mode } = fault;
  if (site.kind === "weight-bit") return undefined;
  const layer = layerNamed(layers, site.layer);
  const value = (site.kind === "accumulator-bit" ? layer.product : layer.activation).result();
  if (site.kind === "channel" || site.kind === "pe") {
    const { low, high } = layer.codes;
    const change = faultyCode(layer.codes, mode);
    return {
      value,
      channels: channelsOf(layer, fault),
      change,
      attrs: {
        what: "code",
        mode: mode.kind,
        value: mode.kind === "stuck-at" ? change(low, 0) : seedOf(mode),
        low,
        high,
      },
    };
  }
  requireBelow(layer, "channel", site.channel, value.type.shape.at(-1)!);
  const change = faultyBit(value.type, site.bit, mode);
  const stuck = mode.kind === "stuck-at" && (mode.value === "high" || mode.value === 1);
  return {
    value,
    channels: [site.channel],
    change,
    attrs: { what: "bit", bit: site.bit, mode: mode.kind, value: stuck ? 1 : seedOf(mode) },
  };
}

const seedOf = (mode: FaultMode): number => (mode.kind === "random" ? mode.seed : 0);

/** The op after the one that makes a value. */
function nextOf(value: Value): Op {
  let found = false;
  for (const op of value.graph.ops()) {
    if (found) return op;
    found = op === value.op;
  }
  throw new RangeError("a value has no op, or its graph no return");
}

/** Channels that a fault of a layer's whole codes is about. */
export function channelsOf(layer: FaultLayer, { site }: Fault): readonly number[] {
  if (site.kind === "channel") {
    requireBelow(layer, "channel", site.channel, layer.channels);
    return [site.channel];
  }
  if (site.kind !== "pe") return [];
  const { pe, lanes } = site;
  if (layer.channels % lanes !== 0) {
    throw badFault(
      `${lanes} PEs of layer \`${layer.name}\``,
      `they do not divide its ${layer.channels} channels`,
      "take the PE of the layer's folding",
    );
  }
  requireBelow(layer, "PE", pe, lanes);
  return channelsAt(site, layer.channels);
}

export function requireBelow(layer: FaultLayer, what: string, index: number, count: number): void {
  if (index < count) return;
  throw badFault(
    `${what} ${index} of layer \`${layer.name}\``,
    `it has ${count}`,
    `take one of 0 … ${count - 1}`,
  );
}

function injectOne(layers: readonly FaultLayer[], fault: Fault): void {
  const { site } = fault;
  const layer = layerNamed(layers, site.layer);
  if (site.kind === "weight-bit") {
    replaceConstant(layer.product, 1, faultyWeights(layer, fault));
    return;
  }
  const channels = channelsOf(layer, fault);
  if (channels.length === 0 || fault.mode.kind !== "stuck-at" || !Threshold.is(layer.activation)) {
    throw noConstantForm(`A fault of kind ${site.kind} (${fault.mode.kind}) in layer \`${layer.name}\``);
  }
  const code = faultyCode(layer.codes, fault.mode)(layer.codes.low, 0);
  stickThresholds(layer.activation, channels, code);
}

/** The weights of a layer with one bit changed; a wider type only where the value needs it. */
export function faultyWeights(layer: FaultLayer, { site, mode }: Fault): Tensor {
  if (site.kind !== "weight-bit") throw noConstantForm(`A fault of kind ${site.kind}`);
  requireBelow(layer, "row", site.row, layer.rows);
  requireBelow(layer, "column", site.column, layer.columns);
  const weights = constantOf(layer.product.operand(1))!;
  const data = numbers(weights).slice();
  const place = site.row * layer.columns + site.column;
  data[place] = faultyBit(weights, site.bit, mode)(data[place]!, place);
  return makeTensor(weights.elem, weights.shape, data);
}

/** Rows of channels that are stuck at `code`: as many thresholds are always reached as the code counts, the others never. */
function stickThresholds(op: Op, channels: readonly number[], code: number): void {
  const old = constantOf(op.operand(1))!;
  const count = old.shape[1]!;
  const all = op.result().type.shape.at(-1)!;
  const bipolar = op.result().type.elem === "bipolar";
  const reached = bipolar ? (code + 1) / 2 : code - (op.attrs["bias"] as number);
  const { lo, hi } = rangeOfType(op.operand(0).type);
  const values = Float64Array.from({ length: all * count }, (_, i) => {
    const row = old.shape[0] === 1 ? 0 : Math.floor(i / count);
    return numbers(old)[row * count + (i % count)]!;
  });
  for (const channel of channels) {
    for (let i = 0; i < count; i++) values[channel * count + i] = i < reached ? lo : hi + 1;
  }
  const [least, most] = values.reduce(
    ([a, b], v) => [Math.min(a, v), Math.max(b, v)],
    [values[0]!, values[0]!],
  );
  const { min, max } = elemInfo(old.elem);
  const elem = least >= min && most <= max ? old.elem : elemForRange(least, most);
  replaceConstant(op, 1, tensorFrom(elem, [all, count], values));
}

function replaceConstant(op: Op, operand: number, value: Tensor): void {
  const { graph } = op;
  graph.setOperand(op, operand, Constant.build(graph, [], { value }, { before: op, loc: op.loc }));
}
