import { createHash } from "node:crypto";
import type { Training } from "./options.js";
import type { SampleArray, Samples } from "./samples.js";

/** A training as JSON: what its figures depend on. */
export type Description = Readonly<Record<string, unknown>>;

function hashOf(values: SampleArray["data"]): string {
  const bytes = ArrayBuffer.isView(values)
    ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    : Buffer.from(JSON.stringify(Array.from(values as ArrayLike<number>)));
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}

function describeArray(array: SampleArray | ArrayLike<number>): unknown {
  const { shape, data, scale } =
    "shape" in array ? array : { shape: [array.length], data: array, scale: undefined };
  return { shape, ...(scale === undefined ? {} : { scale }), sha256: hashOf(data) };
}

const describeSamples = ({ x, y }: Samples): unknown => ({ x: describeArray(x), y: describeArray(y) });

/** Functions fall away, arrays of numbers become lists. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, each: unknown) =>
      ArrayBuffer.isView(each) && !(each instanceof DataView) ? Array.from(each as Float32Array) : each,
    ) ?? "null",
  );
}

/** The training without its functions, data as shapes and hashes. */
export function describeTraining(training: Training): Description {
  const { model, data, loss, optimizer, schedule, plugins } = training;
  const layers =
    "forward" in model
      ? {
          input: model.inputShape,
          parameters: model.parameters.map(({ name, tensor }) => [name, tensor.shape]),
        }
      : model;
  return plain({
    model: layers,
    data: Object.fromEntries(
      Object.entries(data).flatMap(([part, samples]) => (samples ? [[part, describeSamples(samples)]] : [])),
    ),
    loss: typeof loss === "object" ? loss.name : (loss ?? "cross-entropy"),
    optimizer,
    schedule: schedule ?? { type: "constant" },
    epochs: training.epochs,
    rounds: training.rounds ?? 1,
    batch: training.batch,
    lastBatch: training.lastBatch ?? "use",
    clipNorm: training.clipNorm ?? null,
    seed: training.seed ?? 1,
    plugins: (plugins ?? []).filter((plugin) => typeof plugin === "object"),
  }) as Description;
}

/** A hash of the description, 16 hexadecimal digits. */
export function descriptionHash(description: Description): string {
  return createHash("sha256").update(JSON.stringify(description)).digest("hex").slice(0, 16);
}

/** What two descriptions differ in; a training may be given more epochs or rounds than it began with. */
export function differences(a: Description, b: Description): readonly string[] {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.filter(
    (key) => key !== "epochs" && key !== "rounds" && JSON.stringify(a[key]) !== JSON.stringify(b[key]),
  );
}
