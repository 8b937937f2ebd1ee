import { type DatasetArray, DatasetError, datasetArray, readNpz, writeNpz } from "@gatefold/datasets";
import { badCheckpoint, checkpointMismatch } from "../diagnostics.js";
import type { TrainPlugin } from "../hooks.js";
import type { Model } from "../model.js";
import type { Optimizer } from "../optim/optimizer.js";
import type { EpochRecord } from "../schedule/schedule.js";
import { type Description, descriptionHash, differences } from "./describe.js";
import type { Position } from "./position.js";

const format = "gatefold-checkpoint";
const version = 1;

/** All that changes in a training. */
export interface TrainingState {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly plugins: readonly TrainPlugin[];
  readonly position: Position;
  readonly history: EpochRecord[];
  readonly description: Description;
}

/** What stands beside the arrays, as JSON. */
export interface CheckpointInfo {
  readonly format: typeof format;
  readonly version: number;
  /** Engine and its threads; the same engine gives the same bits, with any number of threads. */
  readonly engine: string;
  readonly configHash: string;
  readonly description: Description;
  readonly position: Position;
  readonly optimizer: { readonly type: string; readonly steps: number };
  readonly history: readonly EpochRecord[];
}

/** JSON has no infinities and no NaN; figures may be either. */
const writeNumber = (_: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? { number: String(value) } : value;
const readNumber = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && Object.keys(value).join() === "number"
    ? Number((value as { number: string }).number)
    : value;

const floats = (data: Float32Array): DatasetArray => datasetArray("float32", [data.length], data.slice());

/** One npz file: JSON under `checkpoint`, and every array of model, optimizer and plugins. */
export function encodeCheckpoint(state: TrainingState): Uint8Array {
  const { model, optimizer, plugins, position, history, description } = state;
  const info: CheckpointInfo = {
    format,
    version,
    engine: model.kernels.name,
    configHash: descriptionHash(description),
    description,
    position,
    optimizer: { type: optimizer.type, steps: optimizer.steps },
    history,
  };
  const text = new TextEncoder().encode(JSON.stringify(info, writeNumber));
  const arrays = new Map([["checkpoint", datasetArray("uint8", [text.length], text)]]);
  for (const { name, tensor, mask } of model.parameters) {
    arrays.set(`parameter/${name}`, floats(tensor.data));
    if (mask) arrays.set(`mask/${name}`, floats(mask));
  }
  for (const { name, data } of model.buffers) arrays.set(`buffer/${name}`, floats(data));
  for (const { parameter, name, data } of optimizer.slots)
    arrays.set(`optimizer/${parameter.name}/${name}`, floats(data));
  for (const plugin of plugins) {
    for (const [key, data] of Object.entries(plugin.save?.() ?? {}))
      arrays.set(`plugin/${plugin.name}/${key}`, datasetArray("float64", [data.length], data.slice()));
  }
  return writeNpz(arrays);
}

function open(bytes: Uint8Array): ReadonlyMap<string, DatasetArray> {
  try {
    return readNpz(bytes);
  } catch (error) {
    if (error instanceof DatasetError) throw badCheckpoint(error.reason.replace(/\.$/, ""));
    throw error;
  }
}

function infoOf(arrays: ReadonlyMap<string, DatasetArray>): CheckpointInfo {
  const text = arrays.get("checkpoint")?.data;
  let info: Partial<CheckpointInfo> = {};
  if (text instanceof Uint8Array) {
    try {
      info = JSON.parse(new TextDecoder().decode(text), readNumber) as CheckpointInfo;
    } catch {
      throw badCheckpoint("its JSON cannot be read");
    }
  }
  if (info.format !== format) throw badCheckpoint("it is an npz file of something else");
  if (info.version !== version)
    throw badCheckpoint(`it is of version ${info.version}, and version ${version} is read`);
  return info as CheckpointInfo;
}

/** What a checkpoint says of itself. Throws `TrainError` `bad-checkpoint`. */
export function readCheckpointInfo(bytes: Uint8Array): CheckpointInfo {
  return infoOf(open(bytes));
}

/** Names of the arrays below `folder/`, with what follows it. */
function below(arrays: ReadonlyMap<string, DatasetArray>, folder: string): ReadonlyMap<string, Float32Array> {
  const found = [...arrays].filter(([name]) => name.startsWith(`${folder}/`));
  return new Map(found.map(([name, { data }]) => [name.slice(folder.length + 1), data as Float32Array]));
}

function checkArrays(
  what: string,
  found: ReadonlyMap<string, Float32Array>,
  wanted: readonly (readonly [name: string, length: number])[],
): void {
  for (const [name, length] of wanted)
    if (found.get(name)?.length !== length)
      throw badCheckpoint(`it lacks the ${what} \`${name}\` of ${length} elements`);
}

/** Puts parameters, masks and buffers of a checkpoint into a model. Throws `TrainError` `bad-checkpoint`. */
export function restoreModel(model: Model, bytes: Uint8Array): void {
  const arrays = open(bytes);
  infoOf(arrays);
  const [parameters, masks, buffers] = [
    below(arrays, "parameter"),
    below(arrays, "mask"),
    below(arrays, "buffer"),
  ];
  const sizes = model.parameters.map(({ name, tensor }) => [name, tensor.data.length] as const);
  const masked = sizes.filter(([name]) => masks.has(name));
  checkArrays("parameter", parameters, sizes);
  checkArrays("mask", masks, masked);
  checkArrays(
    "buffer",
    buffers,
    model.buffers.map(({ name, data }) => [name, data.length] as const),
  );
  for (const parameter of model.parameters) {
    const { name, tensor } = parameter;
    tensor.data.set(parameters.get(name)!);
    const mask = masks.get(name);
    if (mask) parameter.mask ??= model.kernels.alloc(mask.length);
    else parameter.mask = undefined;
    parameter.mask?.set(mask!);
  }
  for (const { name, data } of model.buffers) data.set(buffers.get(name)!);
}

/**
 * Puts a training where the checkpoint was taken: everything in `state` is overwritten.
 *
 * @throws TrainError `bad-checkpoint`; `checkpoint-mismatch` with what differs, when it is of another training.
 */
export function restoreTraining(state: TrainingState, bytes: Uint8Array): void {
  const { model, optimizer, plugins, position, history, description } = state;
  const arrays = open(bytes);
  const info = infoOf(arrays);
  const different = differences(description, info.description);
  if (different.length > 0) throw checkpointMismatch(different);
  restoreModel(model, bytes);
  const slots = below(arrays, "optimizer");
  const nameOf = (slot: (typeof optimizer.slots)[number]): string => `${slot.parameter.name}/${slot.name}`;
  checkArrays(
    "optimizer state",
    slots,
    optimizer.slots.map((slot) => [nameOf(slot), slot.data.length] as const),
  );
  for (const slot of optimizer.slots) slot.data.set(slots.get(nameOf(slot))!);
  optimizer.steps = info.optimizer.steps;
  for (const plugin of plugins) {
    const saved = [...below(arrays, `plugin/${plugin.name}`)] as unknown as [string, Float64Array][];
    plugin.restore?.(Object.fromEntries(saved));
  }
  Object.assign(position, info.position);
  history.splice(0, history.length, ...info.history);
}
