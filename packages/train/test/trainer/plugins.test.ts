import { DiagnosticError } from "@gatefold/core";
import { oneShot } from "@gatefold/pass-prune";
import { describe, expect, it } from "vitest";
import { TrainError } from "../../src/error.js";
import type { TrainHooks, TrainPlugin } from "../../src/hooks.js";
import { metricsPlugin } from "../../src/metrics/plugin.js";
import { adamw } from "../../src/optim/adam.js";
import { sgd } from "../../src/optim/sgd.js";
import { l1Penalty } from "../../src/prune/l1.js";
import { pruning } from "../../src/prune/pruning.js";
import { earlyStopping } from "../../src/trainer/early-stopping.js";
import { createTrainer, train } from "../../src/trainer/trainer.js";
import { blobs, training, valuesOf } from "./blobs.js";

const plugin = (
  name: string,
  setup: (hooks: TrainHooks) => void,
  more: Partial<TrainPlugin> = {},
): TrainPlugin => ({
  name,
  setup,
  ...more,
});

describe("plugins", () => {
  it("are called at each place, in the order that they ask for", async () => {
    const said: string[] = [];
    const watch = (name: string, more: Partial<TrainPlugin> = {}): TrainPlugin =>
      plugin(
        name,
        (hooks) => {
          for (const place of [
            "beforeFit",
            "beforeRound",
            "beforeEpoch",
            "beforeStep",
            "afterBackward",
          ] as const)
            hooks[place].tap(() => {
              said.push(`${name}.${place}`);
            });
          for (const place of ["afterStep", "afterEpoch", "afterRound", "done"] as const)
            hooks[place].tap(async () => {
              await Promise.resolve();
              said.push(`${name}.${place}`);
            });
        },
        more,
      );
    const plugins = [
      watch("b", { after: ["a", "not-there"] }),
      watch("c", { before: ["a"] }),
      watch("a"),
      false as const,
    ];
    await train(training({ epochs: 1, batch: 330, plugins }));
    const places = ["beforeFit", "beforeRound", "beforeEpoch", "beforeStep", "afterBackward", "afterStep"];
    places.push("afterEpoch", "afterRound", "done");
    expect(said).toEqual(places.flatMap((place) => ["c", "a", "b"].map((name) => `${name}.${place}`)));
  });

  it("are named by what they throw, and the cause is kept", async () => {
    const cause = new Error("no wind");
    const error = (await train(
      training({
        plugins: [
          plugin("kite", ({ beforeStep }) => {
            beforeStep.tap(() => {
              throw cause;
            });
          }),
        ],
      }),
    ).catch((e: unknown) => e)) as TrainError;
    expect(error.message).toBe(
      "Plugin `kite` threw in `beforeStep`: no wind [train/plugin-threw]\n  hint: this is a defect of the plugin; report it to its author",
    );
    expect(error.cause).toBe(cause);
    const tapped = await train(
      training({
        plugins: [
          plugin("fault", ({ tap }) => {
            tap.tap(() => {
              throw new TrainError("train/bad-fault", "There is no channel 99.", "name one of 12");
            });
          }),
        ],
      }),
    ).catch((e: unknown) => e);
    expect(String(tapped)).toContain("Plugin `fault`, in `tap`: There is no channel 99. [train/bad-fault]");
  });

  it("of one name, or in a circle, are refused", async () => {
    const none = (): void => undefined;
    const twice = createTrainer(training({ plugins: [plugin("a", none), plugin("a", none)] }));
    await expect(twice).rejects.toBeInstanceOf(DiagnosticError);
    const circle = [plugin("a", none, { after: ["b"] }), plugin("b", none, { after: ["a"] })];
    await expect(createTrainer(training({ plugins: circle }))).rejects.toThrow("core/plugin-cycle");
  });

  it("change what flows through a tap, each after the other", async () => {
    const seen: number[] = [];
    const zero = plugin("zero", ({ tap }) => {
      tap.tap(({ site }, value) => {
        if (site !== "activation") return undefined;
        value.data.fill(0);
        return value;
      });
    });
    const look = plugin(
      "look",
      ({ tap }) => {
        tap.tap(({ site }, value) => {
          if (site === "activation") seen.push(Math.max(...value.data));
          return undefined;
        });
      },
      { after: ["zero"] },
    );
    await train(training({ epochs: 1, plugins: [look, zero] }));
    expect(seen).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it("draw numbers of their own in each step, the same in each run", async () => {
    const drawn = async (): Promise<readonly number[]> => {
      const numbers: number[] = [];
      const dice = plugin("dice", ({ beforeStep, beforeFit }) => {
        beforeFit.tap((fit) => {
          numbers.push(fit.random("one").uniform(), fit.random("two").uniform());
        });
        beforeStep.tap(({ random }) => {
          numbers.push(random.uniform());
        });
      });
      await train(training({ epochs: 2, plugins: [dice] }));
      return numbers;
    };
    const numbers = await drawn();
    expect(new Set(numbers).size).toBe(2 + 14);
    expect(await drawn()).toEqual(numbers);
  });

  it("that only watch leave every bit as it is", async () => {
    const bare = valuesOf((await train(training())).model);
    const watched = await train(training({ plugins: [metricsPlugin(), pruning({ schedule: oneShot(0) })] }));
    expect(valuesOf(watched.model)).toEqual(bare);
    expect(watched.history[0]!.metrics).toMatchObject({ sparsity: 0, "bops.product": expect.any(Number) });
  });

  it("add losses, which the figure of the criterion leaves out", async () => {
    const { history, model } = await train(training({ epochs: 6, plugins: [l1Penalty({ lambda: 0.02 })] }));
    const [first] = history;
    expect(first!.metrics["loss.total"]).toBeGreaterThan(first!.metrics["loss"]!);
    const sum = (m: typeof model): number =>
      m.parameters[0]!.tensor.data.reduce((total, w) => total + Math.abs(w), 0);
    expect(sum(model)).toBeLessThan(0.8 * sum((await train(training({ epochs: 6 }))).model));
  });
});

describe("masks", () => {
  it("hold weights, gradients and the optimizer's state at 0 for good, with every optimizer", async () => {
    for (const optimizer of [adamw({ rate: 0.01 }), sgd({ rate: 0.05, momentum: 0.9, nesterov: true })]) {
      const drifts: number[] = [];
      // what another plugin does to the gradients, the masks hold back too
      const push = plugin("push", ({ afterBackward }) => {
        afterBackward.tap(({ fit }) => {
          for (const { tensor } of fit.model.parameters) tensor.grad![0]! += 0.1;
        });
      });
      const watch = plugin("watch", ({ afterStep }) => {
        afterStep.tap(({ fit }) => {
          for (const { mask, tensor } of fit.model.parameters)
            mask?.forEach((keep, i) => {
              if (keep === 0) drifts.push(Math.abs(tensor.data[i]!) + Math.abs(tensor.grad![i]!));
            });
        });
      });
      const { model } = await train(
        training({
          epochs: 2,
          rounds: 2,
          optimizer,
          plugins: [pruning({ schedule: [0, 0.6] }), push, watch],
        }),
      );
      expect(drifts.length).toBeGreaterThan(100);
      expect(Math.max(...drifts)).toBe(0);
      const zeros = model.parameters[0]!.tensor.data.filter((w) => w === 0).length;
      expect(zeros).toBe(model.parameters[0]!.mask!.filter((keep) => keep === 0).length);
    }
  });

  it("of ones are no masks", async () => {
    const ones = plugin("ones", ({ beforeFit }) => {
      beforeFit.tap(({ model, kernels }) => {
        const [weight] = model.parameters;
        weight!.mask = kernels.alloc(weight!.tensor.data.length);
        weight!.mask.fill(1);
      });
    });
    expect(valuesOf((await train(training({ plugins: [ones] }))).model)).toEqual(
      valuesOf((await train(training())).model),
    );
  });

  it("are held in the momentum too: a weight that comes free starts from rest", async () => {
    let freed: number | undefined;
    const toggle = plugin("toggle", ({ beforeStep, afterStep }) => {
      beforeStep.tap(({ fit }) => {
        const weight = fit.model.parameters[0]!;
        weight.mask ??= fit.kernels.alloc(weight.tensor.data.length);
        weight.mask.fill(1);
        if (fit.step === 5) weight.mask[0] = 0;
      });
      afterStep.tap(({ fit }) => {
        const weight = fit.model.parameters[0]!;
        if (fit.step === 6) freed = weight.tensor.data[0]! + 0.05 * weight.tensor.grad![0]!;
      });
    });
    await train(training({ epochs: 1, optimizer: sgd({ rate: 0.05, momentum: 0.9 }), plugins: [toggle] }));
    expect(freed).toBeCloseTo(0, 7);
  });
});

describe("early stopping", () => {
  const noisy = blobs(6, 60);
  const scrambled = { x: noisy.x, y: (noisy.y as Uint8Array).map((_, i) => (i * 7) % 3) };

  it("ends the round, with the model of its best epoch", async () => {
    const best = async (more: Parameters<typeof earlyStopping>[0]) =>
      train(
        training({
          epochs: 40,
          data: { train: scrambled, validation: blobs(2, 200) },
          plugins: [earlyStopping({ patience: 4, ...more })],
        }),
      );
    const { history, metrics, stopReason, model } = await best({});
    const losses = history.map((record) => record.metrics["validation.loss"]!);
    const at = losses.indexOf(Math.min(...losses));
    expect(losses.length).toBe(at + 5);
    expect(stopReason).toBe("`validation.loss` has not become better for 4 epochs");
    expect(metrics["validation.loss"]).toBe(losses[at]);
    expect(metrics["best.epoch"]).toBe(at);
    const { evaluate } = await import("../../src/trainer/evaluate.js");
    expect(evaluate(model, blobs(2, 200)).loss).toBe(losses[at]);
    const last = await best({ restoreBest: false });
    expect(last.metrics["validation.loss"]).toBe(losses.at(-1));
    expect(valuesOf(last.model)).not.toEqual(valuesOf(model));
  });

  it("names the figures when there is none of this name", async () => {
    const error = await train(training({ plugins: [earlyStopping({ metric: "auc" })] })).catch(
      (e: unknown) => e,
    );
    expect(String(error)).toContain("There is no figure `auc` in an epoch's metrics. [train/unknown-metric]");
    expect(String(error)).toContain("validation.loss, validation.accuracy");
  });
});
