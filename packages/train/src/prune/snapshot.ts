import { TrainError } from "../error.js";
import type { Model } from "../model.js";

/** Values of a model at one time. Copies, never views: what is trained on must not change them. */
export interface Snapshot {
  /** Writes the values back into a model of the same parameters. */
  restore(model: Pick<Model, "parameters" | "buffers">): void;
  save(): Readonly<Record<string, Float64Array>>;
}

const isModel = (source: object): source is Model => "parameters" in source && "buffers" in source;

/** Copies the parameters and buffers of a model, or takes what `save` gave. */
export function snapshotOf(source: Model | Readonly<Record<string, Float64Array>>): Snapshot {
  const values = new Map<string, Float64Array>();
  if (isModel(source)) {
    for (const { name, tensor } of source.parameters) values.set(name, Float64Array.from(tensor.data));
    for (const { name, data } of source.buffers) values.set(name, Float64Array.from(data));
  } else {
    for (const [name, data] of Object.entries(source)) values.set(name, data.slice());
  }
  const put = (name: string, into: Float32Array): void => {
    const from = values.get(name);
    if (from?.length === into.length) {
      into.set(from);
      return;
    }
    throw new TrainError(
      "train/snapshot-mismatch",
      `The saved values have ${from ? `${from.length} elements` : "no entry"} for '${name}', which has ${into.length}.`,
      "use values of the same model",
    );
  };
  return {
    restore: (model) => {
      for (const { name, tensor } of model.parameters) put(name, tensor.data);
      for (const { name, data } of model.buffers) put(name, data);
    },
    save: () => Object.fromEntries([...values].map(([name, data]) => [name, data.slice()])),
  };
}
