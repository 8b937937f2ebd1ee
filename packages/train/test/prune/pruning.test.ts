import { magnitude, ofRemaining, oneShot } from "@gatefold/pass-prune";
import { describe, expect, it } from "vitest";
import type { TrainPlugin } from "../../src/hooks.js";
import { l1Penalty } from "../../src/prune/l1.js";
import { pruning, sparsityOf } from "../../src/prune/pruning.js";
import { snapshotOf } from "../../src/prune/snapshot.js";
import { train } from "../../src/trainer/trainer.js";
import { training, valuesOf } from "../trainer/blobs.js";

const watch = (name: string, setup: TrainPlugin["setup"], after: string[] = []): TrainPlugin => ({
  name,
  after,
  setup,
});

describe("pruning", () => {
  it("reaches each round's sparsity, and pruned weights stay 0 in values, gradients' effect and the optimizer", async () => {
    const seen: number[] = [];
    const check = watch("check", (hooks) => {
      hooks.afterStep.tap(({ fit }) => {
        for (const { mask, tensor } of fit.model.parameters) {
          if (mask) expect(tensor.data.every((value, i) => mask[i] === 1 || value === 0)).toBe(true);
        }
      });
      hooks.afterRound.tap((fit) => {
        seen.push(sparsityOf(fit.model));
      });
    });
    const schedule = ofRemaining([0.25, 0.5, 0]);
    const { model, metrics } = await train(
      training({ rounds: 3, epochs: 2, plugins: [pruning({ schedule }), check] }),
    );
    const total = 6 * 12 + 12 * 3;
    expect(seen.map((s) => Math.round(s * total))).toEqual(schedule.map((s) => Math.round(s * total)));
    expect(metrics["sparsity"]).toBeCloseTo(schedule[2]!, 2);
    expect(
      model.parameters.filter(({ role }) => role !== "weight").every(({ mask }) => mask === undefined),
    ).toBe(true);
  });

  it("does not drift: a thousand steps later the zeros are the same", async () => {
    let first: string | undefined;
    let steps = 0;
    const zeros = (weights: Float32Array): string => Array.from(weights, (w) => (w === 0 ? 1 : 0)).join("");
    const check = watch(
      "check",
      (hooks) => {
        hooks.afterStep.tap(({ fit }) => {
          steps++;
          const now = fit.model.layers
            .flatMap(({ matrix }) => (matrix ? [zeros(matrix.weight.mask!)] : []))
            .join(" ");
          first ??= now;
          if (now !== first) throw new Error("a mask moved");
        });
      },
      ["pruning"],
    );
    await train(training({ epochs: 150, plugins: [pruning({ schedule: oneShot(0.6) }), check] }));
    expect(steps).toBeGreaterThan(1000);
  });

  it("rewinds survivors to the values before training, whatever training did to them (lottery ticket)", async () => {
    let initial: ReadonlyMap<string, Float32Array> | undefined;
    let second: ReadonlyMap<string, Float32Array> | undefined;
    let trained: ReadonlyMap<string, Float32Array> | undefined;
    const masks = new Map<string, Float32Array>();
    const look = watch(
      "look",
      (hooks) => {
        hooks.beforeFit.tap((fit) => {
          initial = valuesOf(fit.model);
        });
        hooks.afterRound.tap((fit) => {
          if (fit.round === 0) trained = valuesOf(fit.model);
        });
        hooks.beforeEpoch.tap((fit) => {
          if (fit.round !== 1 || second) return;
          second = valuesOf(fit.model);
          for (const { name, mask } of fit.model.parameters) if (mask) masks.set(name, mask.slice());
        });
      },
      ["pruning"],
    );
    const plugin = pruning({ schedule: [0, 0.5], survivors: "rewind" });
    await train(training({ rounds: 2, epochs: 2, plugins: [plugin, look] }));
    for (const [name, values] of initial!) {
      const mask = masks.get(name);
      expect(Array.from(second!.get(name)!), name).toEqual(
        Array.from(values, (v, i) => (mask?.[i] === 0 ? 0 : v)),
      );
    }
    expect([...trained!].some(([name, values]) => values.some((v, i) => v !== initial!.get(name)![i]))).toBe(
      true,
    );
  });

  it("keeps a mask of its own for each layer and each training", async () => {
    const run = async (): Promise<readonly Float32Array[]> => {
      const { model } = await train(training({ epochs: 1, plugins: [pruning({ schedule: oneShot(0.5) })] }));
      return model.parameters.flatMap(({ mask }) => (mask ? [mask] : []));
    };
    const [a, b] = [await run(), await run()];
    expect(a).toHaveLength(2);
    const buffers = [...a, ...b].map(({ buffer, byteOffset }) => ({ buffer, byteOffset }));
    for (const [i, x] of buffers.entries()) {
      for (const y of buffers.slice(i + 1))
        expect(x.buffer === y.buffer && x.byteOffset === y.byteOffset).toBe(false);
    }
    expect(b.map((mask) => [...mask])).toEqual(a.map((mask) => [...mask]));
  });

  it("is training without it when nothing is pruned", async () => {
    const plain = await train(training());
    const none = await train(training({ plugins: [pruning({ schedule: oneShot(0) })] }));
    for (const [name, values] of valuesOf(plain.model)) {
      expect([...valuesOf(none.model).get(name)!]).toEqual([...values]);
    }
  });

  it("prunes by epochs, by channels, and leaves layers alone", async () => {
    const plugin = pruning({
      schedule: [0.25, 0.5],
      every: "epoch",
      beginEpoch: 1,
      pruner: magnitude({ granularity: { kind: "channel" } }),
      exclude: ["dense2"],
    });
    const { model, history } = await train(training({ epochs: 4, plugins: [plugin] }));
    expect(history.map(({ metrics }) => Math.round(metrics["sparsity"]! * 108))).toEqual([0, 18, 36, 36]);
    const { rows, columns, at, weight } = model.layers.find(({ name }) => name === "dense1")!.matrix!;
    for (let row = 0; row < rows; row++) {
      const bits = new Set(Array.from({ length: columns }, (_, column) => weight.mask![at(row, column)]));
      expect(bits.size).toBe(1);
    }
  });

  it("refuses layers that are not there and an empty schedule", async () => {
    const plugin = pruning({ schedule: oneShot(0.5), exclude: ["dense9"] });
    await expect(train(training({ plugins: [plugin] }))).rejects.toThrow(
      /No layer with weights is called 'dense9'/,
    );
    expect(() => pruning({ schedule: [] })).toThrow(/no steps/);
    expect(() => l1Penalty({ lambda: -1 })).toThrow(/L1 factor is -1/);
  });
});

describe("snapshotOf", () => {
  it("copies: what is trained on changes nothing in it", async () => {
    const { model } = await train(training({ epochs: 1 }));
    const before = valuesOf(model);
    const snapshot = snapshotOf(model);
    for (const { tensor } of model.parameters) tensor.data.fill(9);
    const saved = snapshotOf(snapshot.save());
    saved.restore(model);
    for (const [name, values] of valuesOf(model)) expect([...values]).toEqual([...before.get(name)!]);
    expect(() => snapshotOf({}).restore(model)).toThrow(/no entry for/);
  });
});

describe("l1Penalty", () => {
  it("makes weights smaller, and gains of batch normalization only through them", async () => {
    const size = async (lambda: number, role: string): Promise<number> => {
      const { model } = await train(training({ epochs: 8, plugins: [l1Penalty({ lambda })] }));
      const weights = model.parameters.filter((p) => p.role === role).flatMap((p) => [...p.tensor.data]);
      return weights.reduce((sum, w) => sum + Math.abs(w), 0);
    };
    expect(await size(0.01, "weight")).toBeLessThan(0.8 * (await size(0, "weight")));
  });
});
