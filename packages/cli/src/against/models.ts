import {
  Constant,
  DiagnosticError,
  evaluate,
  isInt,
  type Module,
  type Op,
  sameShape,
  type Tensor,
  type Value,
} from "@gatefold/core";
import type { Rows } from "../data/rows.js";
import { otherStructure } from "../diagnostics.js";
import { Comparison, type Place } from "./divergence.js";
import { flowing, opsBetween } from "./quantizers.js";

/** A constant that is another one in the other model. */
export interface ConstantChange {
  readonly name: string;
  /** The first element that differs, row-major. */
  readonly index: number;
  readonly expected: number;
  readonly got: number;
  readonly differingCount: number;
  readonly elementCount: number;
}

export interface ModelComparison {
  readonly comparison: Comparison;
  readonly outputsEqual: boolean;
  /** All constants that differ, or those alone that make the tensor of a place. */
  readonly changes: (place?: number) => readonly ConstantChange[];
}

/**
 * Runs two networks of one structure in real numbers on the same frames and compares what every op gives.
 *
 * Throws `DiagnosticError` (`cli/other-structure`) when the other one has other inputs or ops.
 */
export function compareModels(
  network: Module,
  other: { readonly module: Module; readonly name: string },
  rows: Rows,
  frames: readonly number[],
  onProgress: (done: number) => void,
): ModelComparison {
  const twin = twins(network, other.module, other.name);
  const flows = flowing(network.main);
  const values = [...flows].filter(({ op }) => op !== undefined);
  const place = new Map(values.map((value, i) => [value, i]));
  const comparison = new Comparison(values.map(placeOf), rows.samplesPerFrame);
  frames.forEach((frame, done) => {
    onProgress(done);
    const row = rows.row(frame);
    const found = run(other.module, rows, row);
    run(network, rows, row, (value, { data }) => {
      const at = place.get(value);
      if (at !== undefined) comparison.add(at, frame, data, found.get(twin(value))!.data);
    });
  });
  const outputsEqual = network.main.outputs.every((value) => {
    const at = place.get(value);
    return at === undefined || !comparison.differs(at);
  });
  const changes = (at?: number): readonly ConstantChange[] => {
    const ops = at === undefined ? [...network.main.ops()] : opsBetween(values[at]!, flows);
    return ops.flatMap((op) => (Constant.is(op) ? constantChange(op.result(), twin(op.result())) : []));
  };
  return { comparison, outputsEqual, changes };
}

function placeOf(value: Value): Place {
  const op = value.op!;
  const { node } = op.loc;
  const { shape, elem } = value.type;
  const first = shape.length > 2 && op.attrs["layout"] !== "channels_last";
  return {
    tensor: value.name ?? node ?? op.def.name,
    node,
    kernel: op.def.name,
    nodes: node === undefined ? [] : [node],
    shape,
    channelAxis: first ? 1 : shape.length - 1,
    exact: isInt(elem),
  };
}

/** Every value that a network makes of a frame. */
function run(
  module: Module,
  { entry }: Rows,
  row: readonly Tensor[],
  onValue?: (value: Value, tensor: Tensor) => void,
): ReadonlyMap<Value, Tensor> {
  const values = new Map<Value, Tensor>();
  const inputs = entry === "codes" || !module.head ? row : evaluate(module.head, row);
  evaluate(module.main, inputs, { onValue: onValue ?? ((value, tensor) => void values.set(value, tensor)) });
  return values;
}

/** What stands in the other network where a value stands in this one. */
function twins({ main }: Module, other: Module, name: string): (value: Value) => Value {
  const ops = (module: Module): readonly Op[] => [...module.main.ops()];
  const [own, theirs] = [ops({ ...other, main }), ops(other)];
  const sameShapes = (a: readonly Value[], b: readonly Value[]): boolean =>
    a.length === b.length && a.every(({ type }, i) => sameShape(type.shape, b[i]!.type.shape));
  const sameOps =
    own.length === theirs.length &&
    own.every((op, i) => op.def === theirs[i]!.def && sameShapes(op.results, theirs[i]!.results));
  if (!sameShapes(main.inputs, other.main.inputs))
    throw new DiagnosticError([otherStructure(name, "inputs")]);
  if (!sameOps) throw new DiagnosticError([otherStructure(name, "ops")]);
  const index = new Map(own.map((op, i) => [op, i]));
  return ({ op, index: result }) =>
    op ? theirs[index.get(op)!]!.result(result) : other.main.inputs[result]!;
}

function constantChange(own: Value, other: Value): readonly ConstantChange[] {
  const [a, b] = [Constant.match(own)!.attrs.value.data, Constant.match(other)!.attrs.value.data];
  let first = -1;
  let differingCount = 0;
  for (let i = 0; i < a.length; i++) {
    if (Object.is(a[i], b[i])) continue;
    if (first < 0) first = i;
    differingCount++;
  }
  if (first < 0) return [];
  const name = own.name ?? own.op?.loc.node ?? "constant";
  const values = { expected: Number(a[first]), got: Number(b[first]) };
  return [{ name, index: first, ...values, differingCount, elementCount: a.length }];
}
