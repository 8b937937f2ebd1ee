import { describe, expect, it } from "vitest";
import { jsKernels } from "../../src/engine/js-kernels.js";
import { TrainError } from "../../src/error.js";
import { dense, dropout } from "../../src/layers/index.js";
import { sgd } from "../../src/optim/sgd.js";
import { cosine } from "../../src/schedule/schedules.js";
import { evaluate } from "../../src/trainer/evaluate.js";
import { createTrainer, train } from "../../src/trainer/trainer.js";
import { blobs, training, valuesOf } from "./blobs.js";

describe("train", () => {
  it("learns, and says so epoch by epoch", async () => {
    const { history, metrics, ended, model } = await train(
      training({ epochs: 8, data: { train: blobs(1, 330), validation: blobs(2, 200), test: blobs(3, 200) } }),
    );
    expect(ended).toBe("finished");
    expect(history.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(history.at(-1)!.metrics["validation.accuracy"]).toBeGreaterThan(0.8);
    expect(history.at(-1)!.metrics["loss"]).toBeLessThan(history[0]!.metrics["loss"]! * 0.7);
    expect(metrics["test.accuracy"]).toBe(evaluate(model, blobs(3, 200)).accuracy);
    expect(Object.keys(history[0]!.metrics)).not.toContain("test.accuracy");
  });

  it("gives the same bits for the same seed, and others for another", async () => {
    const run = async (seed: number) => valuesOf((await train(training({ seed }))).model);
    const [a, b, c] = [await run(7), await run(7), await run(8)];
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  it("sees each sample once an epoch, in an order of its own each epoch", async () => {
    const rows: number[][] = [];
    const { x, y } = blobs(1, 130);
    const first = Float32Array.from({ length: 130 }, (_, i) => i);
    const data = Float32Array.from(x.data as Float32Array, (each, i) => (i % 6 === 0 ? first[i / 6]! : each));
    const samples = { x: { ...x, data }, y };
    const run = async (lastBatch: "use" | "drop") => {
      rows.length = 0;
      await train(
        training({
          data: { train: samples },
          epochs: 2,
          lastBatch,
          plugins: [
            {
              name: "watch",
              setup: ({ beforeStep }) => {
                beforeStep.tap(({ x }) => {
                  rows.push(Array.from({ length: x.shape[0]! }, (_, i) => x.data[i * 6]!));
                });
              },
            },
          ],
        }),
      );
      return rows.map((batch) => batch.length);
    };
    expect(await run("use")).toEqual([50, 50, 30, 50, 50, 30]);
    const [one, two] = [rows.slice(0, 3).flat(), rows.slice(3).flat()];
    expect([...one].sort((a, b) => a - b)).toEqual(Array.from(first));
    expect([...two].sort((a, b) => a - b)).toEqual(Array.from(first));
    expect(one).not.toEqual(two);
    expect(await run("drop")).toEqual([50, 50, 50, 50]);
  });

  it("keeps validation data out of the training", async () => {
    const one = await train(training());
    const other = await train(training({ data: { train: blobs(1, 330), validation: blobs(9, 100) } }));
    expect(valuesOf(one.model)).toEqual(valuesOf(other.model));
  });

  it("follows the schedule, and begins it anew each round", async () => {
    const { history } = await train(
      training({ optimizer: sgd({ rate: 0.1 }), schedule: cosine(), epochs: 2, rounds: 2 }),
    );
    const rates = history.map(({ rate }) => rate);
    expect(rates[0]).toBeCloseTo(0.1 * 0.5 * (1 + Math.cos((Math.PI * 6) / 14)), 12);
    expect(rates.slice(2)).toEqual(rates.slice(0, 2));
    expect(history.map(({ round }) => round)).toEqual([0, 0, 1, 1]);
  });

  it("takes uint8 samples with a scale", async () => {
    const data = Uint8Array.from({ length: 60 }, (_, i) => (i * 37) % 256);
    const y = Uint8Array.from({ length: 10 }, (_, i) => i % 3);
    const real = Float32Array.from(data, (x) => x * Math.fround(1 / 256));
    const a = await train(training({ data: { train: { x: { shape: [10, 6], data, scale: 1 / 256 }, y } } }));
    const b = await train(training({ data: { train: { x: { shape: [10, 6], data: real }, y } } }));
    expect(valuesOf(a.model)).toEqual(valuesOf(b.model));
  });

  it("evaluation does not depend on the batch, on training or on what else is in it", async () => {
    const { model } = await train(training());
    const samples = blobs(4, 97);
    const whole = evaluate(model, samples, { batch: 97 });
    const single = evaluate(model, samples, { batch: 1 });
    expect(single.logits).toEqual(whole.logits);
    expect(single.loss).toBeCloseTo(whole.loss, 6);
    expect(whole.classes.reduce((sum, { count }) => sum + count, 0)).toBe(97);
  });

  it("evaluation drops nothing out, and training does", async () => {
    const input = { shape: [6] };
    const half = train(
      training({ model: { input, layers: [dropout({ rate: 0.5 }), dense({ outputs: 3 })] } }),
    );
    const none = train(training({ model: { input, layers: [dense({ outputs: 3 })] } }));
    const { model } = await half;
    expect(evaluate(model, blobs(4, 50), { seed: 1 }).logits).toEqual(
      evaluate(model, blobs(4, 50), { seed: 2 }).logits,
    );
    expect((await half).history[0]!.metrics["loss"]).not.toBe((await none).history[0]!.metrics["loss"]);
  });

  it("an interrupted training ends after the step in hand", async () => {
    const abort = new AbortController();
    let steps = 0;
    const trainer = await createTrainer(
      training({
        signal: abort.signal,
        onProgress: () => {
          if (++steps === 10) abort.abort();
        },
      }),
    );
    const { ended, history } = await trainer.run();
    expect({ ended, steps, epochs: history.length }).toEqual({ ended: "interrupted", steps: 10, epochs: 1 });
  });

  it("learns with each loss", async () => {
    for (const loss of ["cross-entropy", "bce", "squared-hinge"] as const) {
      const { history } = await train(training({ loss, epochs: 8 }));
      expect(history.at(-1)!.metrics["validation.accuracy"]).toBeGreaterThan(0.75);
    }
  });

  it("holds the norm of the gradients", async () => {
    const drift = async (clipNorm: number | undefined) => {
      const begin = await createTrainer(
        training({ epochs: 1, optimizer: sgd({ rate: 1 }), lastBatch: "drop" }),
      );
      const before = valuesOf(begin.model).get("dense1.weight")!;
      const options = training({ epochs: 1, batch: 330, optimizer: sgd({ rate: 1 }) });
      const { model } = await train(clipNorm === undefined ? options : { ...options, clipNorm });
      return Math.hypot(
        ...valuesOf(model)
          .get("dense1.weight")!
          .map((w, i) => w - before[i]!),
      );
    };
    expect(await drift(1e-3)).toBeLessThan(1.01e-3);
    expect(await drift(undefined)).toBeGreaterThan(0.01);
  });
});

describe("a training that cannot be", () => {
  const refused = async (more: Parameters<typeof training>[0]): Promise<string> => {
    try {
      await train(training(more));
    } catch (error) {
      expect(error).toBeInstanceOf(TrainError);
      return `${(error as TrainError).code}: ${(error as TrainError).reason}`;
    }
    return "";
  };

  it("says what is wrong with data", async () => {
    const { x, y } = blobs(1, 10);
    const of = (train: object) => refused({ data: { train: train as never } });
    expect(await of({ x: { ...x, shape: [10, 5] }, y })).toContain(
      "train/bad-data: The data `train.x` cannot",
    );
    expect(await of({ x: { shape: [12, 5], data: new Float32Array(60) }, y })).toContain("takes [6]");
    expect(await of({ x, y: [1, 2] })).toContain("2 labels for 10 samples");
    expect(await of({ x, y: new Uint8Array(10).fill(3) })).toContain("label 0 is 3");
    expect(await of({ x: { shape: [1, 6], data: new BigInt64Array(6) }, y: [0] })).toContain("64-bit");
  });

  it("says what is wrong with options", async () => {
    expect(await refused({ epochs: 0 })).toBe(
      "train/bad-option: `epochs` is 0, and has to be a whole number from 1.",
    );
    expect(await refused({ batch: 331, lastBatch: "drop" })).toContain("at most the 330 samples");
    expect(await refused({ loss: "mse" as never })).toContain("one of cross-entropy, bce, squared-hinge");
    expect(await refused({ optimizer: {} as never })).toContain("`sgd`, `adam`");
  });

  it("stops when the loss is no number", async () => {
    const data = new Float32Array(60).fill(Number.NaN);
    const train = { x: { shape: [10, 6], data }, y: new Uint8Array(10) };
    expect(await refused({ data: { train } })).toContain(
      "train/diverged: The loss is NaN in epoch 0, step 0",
    );
  });

  it("runs on the engine of a model that is built already", async () => {
    const { model } = await train(training({ epochs: 1 }));
    const again = await train(training({ model, engine: jsKernels({ memoryMegabytes: 16 }) }));
    expect(again.model).toBe(model);
  });
});
