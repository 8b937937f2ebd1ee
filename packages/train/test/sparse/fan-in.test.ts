import { describe, expect, it } from "vitest";
import type { MatrixInfo } from "../../src/layer.js";
import type { Model } from "../../src/model.js";
import { type FanInOptions, fanIn } from "../../src/sparse/fan-in.js";
import { liveCone } from "../../src/sparse/live-cone.js";
import { createTrainer, train } from "../../src/trainer/trainer.js";
import { training, valuesOf } from "../trainer/blobs.js";

function fanIns(model: Model): number[][] {
  return model.layers.flatMap(({ matrix }) => {
    if (!matrix) return [];
    const { rows, columns, at, weight } = matrix;
    return [
      Array.from({ length: rows }, (_, row) =>
        Array.from({ length: columns }, (_, column) => weight.mask?.[at(row, column)] ?? 1).reduce(
          (a, b) => a + b,
          0,
        ),
      ),
    ];
  });
}

const masks = (model: Model): string[] =>
  model.parameters.flatMap(({ mask }) => (mask ? [mask.join("")] : []));

describe("fanIn", () => {
  const kinds: readonly FanInOptions["choose"][] = [
    { kind: "random" },
    { kind: "learned", denseEpochs: 1 },
    { kind: "regrow", everySteps: 2, untilStep: 12 },
  ];
  it.each(kinds)("gives every neuron its inputs: %o", async (choose) => {
    const { model } = await train(training({ plugins: [fanIn({ fanIn: 3, choose })] }));
    expect(fanIns(model)).toEqual([new Array(12).fill(3), new Array(3).fill(3)]);
    for (const { mask, tensor } of model.parameters) {
      if (mask) expect(tensor.data.every((value, i) => mask[i] === 1 || value === 0)).toBe(true);
    }
  });

  it("draws anew for another seed only", async () => {
    const run = async (seed: number): Promise<string[]> =>
      masks(
        (await train(training({ epochs: 1, seed, plugins: [fanIn({ fanIn: 2, choose: kinds[0]! })] }))).model,
      );
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it("keeps the largest weights of the dense phase", async () => {
    let dense: ReadonlyMap<string, Float32Array> | undefined;
    const look = {
      name: "look",
      before: ["fan-in"],
      setup: (hooks: Parameters<ReturnType<typeof fanIn>["setup"]>[0]) => {
        hooks.beforeEpoch.tap((fit) => {
          if (fit.epoch === 2) dense = valuesOf(fit.model);
        });
      },
    };
    const { model } = await train(
      training({
        plugins: [fanIn({ fanIn: { dense1: 2 }, choose: { kind: "learned", denseEpochs: 2 } }), look],
      }),
    );
    const { rows, columns, at, weight } = model.layers.find(({ name }) => name === "dense1")!.matrix!;
    const before = dense!.get(weight.name)!;
    for (let row = 0; row < rows; row++) {
      const sizes = Array.from({ length: columns }, (_, column) => Math.abs(before[at(row, column)]!));
      const kept = sizes.filter((_, column) => weight.mask![at(row, column)] === 1);
      expect(Math.min(...kept)).toBeGreaterThanOrEqual([...sizes].sort((a, b) => b - a)[1]!);
    }
    expect(fanIns(model)[1]).toEqual([12, 12, 12]);
  });

  it("moves inputs while it regrows, and goes on exactly after a checkpoint", async () => {
    const options = (): Parameters<typeof train>[0] =>
      training({ plugins: [fanIn({ fanIn: 2, choose: { kind: "regrow", everySteps: 3, untilStep: 100 } })] });
    const first = await train({ ...options(), epochs: 1 });
    const whole = await train(options());
    expect(masks(whole.model)).not.toEqual(masks(first.model));
    let bytes: Uint8Array | undefined;
    const trainer = await createTrainer({
      ...options(),
      onEpoch: (record, self) => {
        if (record.epoch === 0) bytes = self.checkpoint();
      },
    });
    await trainer.run();
    const resumed = await train({ ...options(), resume: bytes! });
    for (const [name, values] of valuesOf(whole.model)) {
      expect([...valuesOf(resumed.model).get(name)!], name).toEqual([...values]);
    }
    expect(masks(resumed.model)).toEqual(masks(whole.model));
  });

  it("refuses a layer or a number that cannot be", async () => {
    const run = (fanInOf: FanInOptions["fanIn"]): Promise<unknown> =>
      train(training({ plugins: [fanIn({ fanIn: fanInOf, choose: kinds[0]! })] }));
    await expect(run({ dense7: 2 })).rejects.toThrow(/No layer with weights is called 'dense7'/);
    await expect(run(0)).rejects.toThrow(/The fan-in of 'dense1' is 0/);
  });
});

describe("liveCone", () => {
  const layer = (name: string, rows: number, columns: number, mask: number[]): Model["layers"][number] => {
    const matrix = {
      rows,
      columns,
      at: (row: number, column: number) => row * columns + column,
      weight: { mask: Float32Array.from(mask) },
    } as unknown as MatrixInfo;
    return { name, type: "dense", matrix } as unknown as Model["layers"][number];
  };

  it("counts what the outputs read, through all layers", () => {
    const layers = [
      layer("a", 3, 2, [1, 0, 1, 1, 0, 1]),
      layer("b", 2, 3, [1, 0, 0, 0, 1, 1]),
      layer("c", 1, 2, [1, 0]),
    ];
    expect(liveCone({ layers })).toEqual([
      { name: "a", neurons: 3, liveNeurons: 1, liveConnections: 1 },
      { name: "b", neurons: 2, liveNeurons: 1, liveConnections: 1 },
      { name: "c", neurons: 1, liveNeurons: 1, liveConnections: 1 },
    ]);
  });

  it("says nothing about layers that are not in a row", () => {
    expect(liveCone({ layers: [layer("a", 3, 2, []), layer("b", 1, 9, [])] })).toBeUndefined();
  });
});
