import { oneShot } from "@gatefold/pass-prune";
import { describe, expect, it } from "vitest";
import { TrainError } from "../../src/error.js";
import type { TrainPlugin } from "../../src/hooks.js";
import { metricsPlugin } from "../../src/metrics/plugin.js";
import { sgd } from "../../src/optim/sgd.js";
import { pruning } from "../../src/prune/pruning.js";
import { plateau } from "../../src/schedule/schedules.js";
import { readCheckpointInfo, restoreModel } from "../../src/trainer/checkpoint.js";
import { earlyStopping } from "../../src/trainer/early-stopping.js";
import { evaluate } from "../../src/trainer/evaluate.js";
import type { TrainOptions } from "../../src/trainer/options.js";
import { createTrainer, train } from "../../src/trainer/trainer.js";
import { blobs, training, valuesOf } from "./blobs.js";

/** A plugin whose effect depends on all it has seen: a resumed training needs its state. */
function momentumNoise(): TrainPlugin {
  let memory = 0;
  return {
    name: "noise",
    setup: ({ afterBackward }) => {
      afterBackward.tap(({ fit, random }) => {
        memory = 0.9 * memory + random.between(-1, 1);
        const gradient = fit.model.parameters[0]!.tensor.grad!;
        for (let i = 0; i < gradient.length; i++) gradient[i]! += 1e-3 * memory;
      });
    },
    save: () => ({ memory: Float64Array.of(memory) }),
    restore: (state) => {
      memory = state["memory"]![0]!;
    },
  };
}

const long = (more: Partial<TrainOptions> = {}): TrainOptions =>
  training({
    epochs: 3,
    rounds: 2,
    schedule: plateau({ patience: 1 }),
    plugins: [
      pruning({ schedule: [0, 0.5], survivors: "rewind" }),
      metricsPlugin(),
      earlyStopping({ patience: 2 }),
      momentumNoise(),
    ],
    ...more,
  });

/** Trains to the given step, then goes on from the checkpoint in a training made anew. */
async function interruptedAt(step: number, options: () => TrainOptions = long) {
  const abort = new AbortController();
  let steps = 0;
  const onProgress = (): void => {
    if (++steps === step) abort.abort();
  };
  const first = await createTrainer({ ...options(), signal: abort.signal, onProgress });
  expect((await first.run()).ended).toBe("interrupted");
  const resume = first.checkpoint();
  return { resume, result: await train({ ...options(), resume }) };
}

describe("a checkpoint", () => {
  it("goes on bit for bit, wherever the training was interrupted", async () => {
    const whole = await train(long());
    // in an epoch, at an epoch's last step, at a round's first step and last but one
    for (const step of [1, 3, 7, 14, 22, 25]) {
      const { result } = await interruptedAt(step);
      expect(valuesOf(result.model)).toEqual(valuesOf(whole.model));
      expect(result.history).toEqual(whole.history);
      expect(result.metrics).toEqual(whole.metrics);
    }
  }, 60_000);

  it("holds the optimizer's state: without it the rest would differ", async () => {
    const plain = (): TrainOptions => training({ epochs: 2 });
    const whole = await train(plain());
    const abort = new AbortController();
    let steps = 0;
    const first = await createTrainer({
      ...plain(),
      signal: abort.signal,
      onProgress: () => {
        if (++steps === 9) abort.abort();
      },
    });
    await first.run();
    const forgetful: TrainPlugin = {
      name: "forgetful",
      setup: ({ beforeStep }) => {
        beforeStep.tap(({ fit }) => {
          if (fit.step === 9) fit.resetOptimizer();
        });
      },
    };
    const reset = await train({ ...plain(), plugins: [forgetful] });
    expect(valuesOf(reset.model)).not.toEqual(valuesOf(whole.model));
    const resumed = await train({ ...plain(), resume: first.checkpoint() });
    expect(valuesOf(resumed.model)).toEqual(valuesOf(whole.model));
  });

  it("taken after each epoch changes nothing, and the last one is the whole training", async () => {
    const taken: Uint8Array[] = [];
    const { model, metrics, history } = await train(
      long({
        onEpoch: (_, trainer) => {
          taken.push(trainer.checkpoint());
        },
      }),
    );
    expect(valuesOf(model)).toEqual(valuesOf((await train(long())).model));
    expect(taken.length).toBe(history.length);
    const again = await train(long({ resume: taken.at(-1)! }));
    expect(valuesOf(again.model)).toEqual(valuesOf(model));
    expect(again.metrics).toEqual(metrics);
    const info = readCheckpointInfo(taken[0]!);
    expect(info.position).toMatchObject({ round: 0, epochOfRound: 1, epoch: 1, step: 7, batch: 0 });
  });

  it("is a copy: training on does not change what was saved", async () => {
    const kept: { bytes: Uint8Array; values: ReadonlyMap<string, Float32Array> }[] = [];
    const { history } = await train(
      training({
        plugins: [pruning({ schedule: oneShot(0.5) })],
        onEpoch: (_, trainer) => {
          kept.push({ bytes: trainer.checkpoint(), values: valuesOf(trainer.model) });
        },
      }),
    );
    const { model } = await createTrainer(training());
    restoreModel(model, kept[0]!.bytes);
    expect(valuesOf(model)).toEqual(kept[0]!.values);
    expect(valuesOf(model)).not.toEqual(kept[1]!.values);
    expect(model.parameters[0]!.mask?.filter((m) => m === 0).length).toBeGreaterThan(0);
    // and it is the model that it says it is
    expect(evaluate(model, blobs(2, 200)).loss).toBe(history[0]!.metrics["validation.loss"]);
  });

  it("keeps figures that are no finite numbers", async () => {
    const odd = (): TrainPlugin => ({
      name: "odd",
      setup: ({ afterEpoch }) => {
        afterEpoch.tap((_, metrics) => {
          metrics.set("rejection", Number.POSITIVE_INFINITY).set("nothing", Number.NaN);
        });
      },
    });
    const { result } = await interruptedAt(9, () => training({ epochs: 2, plugins: [odd()] }));
    expect(result.history[0]!.metrics).toMatchObject({
      rejection: Number.POSITIVE_INFINITY,
      nothing: Number.NaN,
    });
  });

  it("may be given more epochs, and nothing else that is new", async () => {
    const { resume } = await interruptedAt(9, () => training({ epochs: 2 }));
    expect((await train(training({ epochs: 4, resume }))).history.length).toBe(4);
    const refused = async (more: Partial<TrainOptions>): Promise<string> => {
      const error = await createTrainer(training({ resume, ...more })).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(TrainError);
      return (error as TrainError).message;
    };
    expect(await refused({ epochs: 1 })).toContain("`epochs` differ.");
    expect(await refused({ seed: 8, batch: 32 })).toContain(
      "`batch`, `seed` differ. [train/checkpoint-mismatch]",
    );
    expect(await refused({ optimizer: sgd({ rate: 1 }) })).toContain("`optimizer`");
    expect(await refused({ data: { train: blobs(5, 330), validation: blobs(2, 200) } })).toContain("`data`");
    expect(await refused({ resume: resume.slice(0, 500) })).toContain("train/bad-checkpoint");
    expect(await refused({ resume: new TextEncoder().encode("PK") })).toContain("train/bad-checkpoint");
  });
});
