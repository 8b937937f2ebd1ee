import { codesBetween, stuckAtEnds } from "@gatefold/fault";
import { describe, expect, it } from "vitest";
import { jsKernels } from "../../src/engine/js-kernels.js";
import { changeCodes } from "../../src/faults/change-codes.js";
import { faultAware } from "../../src/faults/fault-aware.js";
import type { TrainPlugin } from "../../src/hooks.js";
import { Tape } from "../../src/tape.js";
import { train } from "../../src/trainer/trainer.js";
import { training, valuesOf } from "../trainer/blobs.js";

const channels = { site: "channel", modes: stuckAtEnds } as const;

/** Which channels of which samples of one step are off, seen from a plugin behind it. */
async function stuck(when: "per-sample" | "per-batch"): Promise<readonly (readonly number[])[]> {
  const seen: number[][] = [];
  const look: TrainPlugin = {
    name: "look",
    after: ["fault-aware"],
    setup: (hooks) => {
      hooks.tap.tap((tap, value, step, scale) => {
        if (tap.site !== "activation" || step.fit.step !== 2 || seen.length > 0) return undefined;
        const [samples, width] = value.shape as [number, number];
        for (let n = 0; n < samples; n++) {
          const codes = Array.from(value.data.subarray(n * width, (n + 1) * width), (v) =>
            Math.round(v / scale[0]!),
          );
          seen.push(codes);
        }
        return undefined;
      });
    },
  };
  await train(
    training({ epochs: 1, batch: 64, plugins: [faultAware({ families: [channels], when }), look] }),
  );
  return seen;
}

describe("faultAware", () => {
  it("gives each sample a fault of its own, unlike one a batch, which batch normalization would hide", async () => {
    const off = (rows: readonly (readonly number[])[]): number => {
      const width = rows[0]!.length;
      const ends = Array.from({ length: width }, (_, c) => new Set(rows.map((row) => row[c])));
      return ends.filter((codes) => codes.size === 1).length;
    };
    // A channel that is stuck for the whole batch has one code in all samples; with a fault a sample none has.
    expect(off(await stuck("per-batch"))).toBe(1);
    expect(off(await stuck("per-sample"))).toBe(0);
  });

  it("trains something else per sample than per batch, and the same again for the same seed", async () => {
    const run = async (when: "per-sample" | "per-batch"): Promise<string> => {
      const { model } = await train(training({ plugins: [faultAware({ families: [channels], when })] }));
      return JSON.stringify([...valuesOf(model)].map(([, values]) => [...values]));
    };
    expect(await run("per-sample")).toBe(await run("per-sample"));
    expect(await run("per-sample")).not.toBe(await run("per-batch"));
  });

  it("is training without it, bit for bit, when no fault is drawn", async () => {
    const plain = await train(training());
    const none = await train(
      training({ plugins: [faultAware({ families: [channels], when: "per-sample", probability: 0 })] }),
    );
    for (const [name, values] of valuesOf(plain.model))
      expect([...valuesOf(none.model).get(name)!]).toEqual([...values]);
  });

  it("lists what it draws from", async () => {
    const plugin = faultAware({
      families: [channels, { site: "pe", lanes: 4, modes: stuckAtEnds }],
      when: "per-sample",
    });
    await train(training({ epochs: 1, plugins: [plugin] }));
    const { scenarios, when } = plugin.manifest();
    expect([when, scenarios.length]).toEqual(["per-sample", 12 * 2 + 4 * 2]);
  });

  it("refuses what it cannot draw", async () => {
    expect(() => faultAware({ families: [channels], when: "per-sample", probability: 2 })).toThrow(
      /chance of a fault is 2/,
    );
    expect(() =>
      faultAware({ families: [{ site: "weight-bit", modes: stuckAtEnds }], when: "per-sample" }),
    ).toThrow(/samples of a batch share the weights/);
    expect(() =>
      faultAware({ families: [{ site: "accumulator-bit", modes: stuckAtEnds }], when: "per-batch" }),
    ).toThrow(/Faults of accumulator-bit are not drawn/);
    const conv = faultAware({ families: [{ ...channels, only: "convolutions" }], when: "per-sample" });
    await expect(train(training({ plugins: [conv] }))).rejects.toThrow(/family of faults is empty/);
  });
});

describe("faults of weights", () => {
  const family = { site: "weight-bit", modes: [{ kind: "flip" }] } as const;

  it("change one bit of one weight for a whole batch", async () => {
    const seen: number[][] = [];
    const codesOf = (name: string, after: readonly string[]): TrainPlugin => ({
      name,
      ...(name === "clean" ? { before: after } : { after }),
      setup: (hooks) => {
        hooks.tap.tap((tap, value, step, scale) => {
          const outputs = value.shape.at(-1)!;
          if (tap.site === "weight" && step.fit.step === 2) {
            seen.push(Array.from(value.data, (v, i) => Math.round(v / scale[(i % outputs) % scale.length]!)));
          }
          return undefined;
        });
      },
    });
    const plugin = faultAware({ families: [family], when: "per-batch" });
    const others = [codesOf("clean", ["fault-aware"]), codesOf("faulty", ["fault-aware"])];
    await train(training({ epochs: 1, batch: 64, plugins: [plugin, ...others] }));
    // Each layer's weights come twice: as they are, and as they are used.
    const differences = Array.from({ length: seen.length / 2 }, (_, i) =>
      seen[2 * i]!.filter((code, k) => code !== seen[2 * i + 1]![k]),
    );
    expect(differences.length).toBeGreaterThan(1);
    expect(differences.flat()).toHaveLength(1);
    expect(plugin.manifest().scenarios.length).toBeGreaterThan(100);
  });
});

describe("changeCodes", () => {
  const tape = new Tape(jsKernels({ memoryMegabytes: 16 }));
  const x = tape.tensor([3, 4]);
  x.data.set([0, 0.5, 1, 1.5, 0, 0.5, 1, 1.5, 0, 0.5, 1, 1.5]);
  const input = { ...x, needsGrad: true };
  const change = (...faults: Parameters<typeof changeCodes>[2]["faults"]): number[] => {
    const y = changeCodes(tape, input, {
      codes: codesBetween(0, 3),
      scale: Float32Array.of(0.5),
      layer: "a",
      faults,
    });
    return [...y.data];
  };
  const high = { kind: "stuck-at", value: "high" } as const;

  it("changes the channels of the samples that have a fault, and no others", () => {
    expect(
      change({ site: { kind: "channel", layer: "a", channel: 1 }, mode: high }, undefined, {
        site: { kind: "pe", layer: "a", pe: 0, lanes: 2 },
        mode: { kind: "flip" },
      }),
    ).toEqual([0, 1.5, 1, 1.5, 0, 0.5, 1, 1.5, 1.5, 0.5, 0.5, 1.5]);
    expect(
      change({ site: { kind: "channel", layer: "b", channel: 1 }, mode: high }, undefined, undefined),
    ).toEqual([...x.data]);
  });

  it("changes single bits of codes", () => {
    const bit = (value: 0 | 1, bitIndex: number): number[] =>
      change(
        {
          site: { kind: "code-bit", layer: "a", channel: 2, bit: bitIndex },
          mode: { kind: "stuck-at", value },
        },
        undefined,
        undefined,
      ).slice(0, 4);
    expect(bit(1, 0)).toEqual([0, 0.5, 1.5, 1.5]);
    expect(bit(0, 1)).toEqual([0, 0.5, 0, 1.5]);
  });

  it("tells ±1 from codes -1, 0, 1, whose bits are those of two's complement", () => {
    const small = tape.tensor([1, 3]);
    small.data.set([-1, 0, 1]);
    const flipped = (bits: number, channel: number): number =>
      changeCodes(tape, small, {
        codes: codesBetween(-1, 1, bits),
        scale: Float32Array.of(1),
        layer: "a",
        faults: [{ site: { kind: "code-bit", layer: "a", channel, bit: 0 }, mode: { kind: "flip" } }],
      }).data[channel]!;
    expect([0, 2].map((channel) => flipped(1, channel))).toEqual([1, -1]);
    expect([0, 1, 2].map((channel) => flipped(2, channel))).toEqual([-2, 1, 0]);
  });

  it("lets no gradient through a changed place", () => {
    const own = { shape: [2, 2], data: Float32Array.of(1, 1, 1, 1), needsGrad: true, grad: undefined };
    const kernels = jsKernels({ memoryMegabytes: 16 });
    const fresh = new Tape(kernels);
    const leaf = { ...own, data: kernels.alloc(4) };
    const y = changeCodes(fresh, leaf, {
      codes: codesBetween(0, 3),
      scale: Float32Array.of(1),
      layer: "a",
      faults: [undefined, { site: { kind: "channel", layer: "a", channel: 0 }, mode: high }],
    });
    const loss = fresh.tensor([1], [y]);
    fresh.record(loss, () => kernels.fill(fresh.gradOf(y), 1));
    fresh.backward(loss);
    expect([...fresh.gradOf(leaf)]).toEqual([1, 1, 0, 1]);
  });
});
