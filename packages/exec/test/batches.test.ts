import { defineModel, Graph, InterfaceTable, seededRandom, tensor, tensorFrom } from "@gatefold/core";
import { Add, bodyOf, MatMul, Netlist, Threshold } from "@gatefold/dialect-q";
import { describe, expect, it } from "vitest";
import { stagedNetlist } from "../../netlist/test/staged-netlist.js";
import { createExecutor, ExecKernel, type Executor } from "../src/index.js";
import { Cube, FastCube } from "./fixtures/stranger.mjs";
import { constant, growMatMul, growThreshold, randomBatch, randomNet, reference } from "./nets.js";
import { randomImageNet } from "./window-nets.js";

const opModules = [new URL("./fixtures/stranger.mjs", import.meta.url).href];

function strangerNet(def: typeof Cube, attrs: object = {}): Graph {
  const random = seededRandom(8);
  const graph = new Graph("stranger");
  const x = graph.addInput(tensor("u3", [2, 5]));
  const cubed = def.build(
    graph,
    [growMatMul(random, graph, { value: x, lo: 0, hi: 7 }, 6, "i2").value],
    attrs,
  );
  graph.setOutputs([
    growMatMul(random, graph, { value: cubed, lo: -(2 ** 19), hi: 2 ** 19 - 1 }, 3, "i3").value,
  ]);
  return graph;
}

describe("a batch", () => {
  it("gives the same in one run, in pieces, and sample by sample", () => {
    const graph = randomNet(seededRandom(12));
    const executor = createExecutor(graph);
    const [data] = randomBatch(seededRandom(1), graph, 150);
    const one = data!.length / 150;
    const whole = executor.run({ data: data!, count: 150 }).outputs;
    for (const size of [1, 7, 64, 65, 150]) {
      for (let from = 0; from < 150; from += size) {
        const count = Math.min(size, 150 - from);
        const part = executor.run({ data: data!.subarray(from * one, (from + count) * one), count }).outputs;
        part.forEach((p, i) => {
          const width = whole[i]!.length / 150;
          expect(p).toEqual(whole[i]!.slice(from * width, (from + count) * width));
        });
      }
    }
  });

  it("may be empty, and must have the right size", () => {
    const executor = createExecutor(strangerNet(Cube));
    expect(executor.run({ data: new Uint8Array(0), count: 0 }).outputs[0]).toHaveLength(0);
    expect(() => executor.run({ data: new Uint8Array(11), count: 1 })).toThrow("are 10 elements, not 11");
    expect(() => executor.run({ data: [], count: 1 })).toThrow("1 inputs, the batch 0");
    expect(() => executor.run({ data: new Uint8Array(10), count: 0.5 })).toThrow("not a number of samples");
  });

  it("reports progress", () => {
    const seen: number[] = [];
    const executor = createExecutor(strangerNet(Cube));
    executor.run({ data: new Uint8Array(1000), count: 100 }, { onProgress: (done) => seen.push(done) });
    expect(seen.at(-1)).toBe(100);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});

describe("a graph", () => {
  it("of two inputs, a residual and outputs that are inputs or constants runs", () => {
    const random = seededRandom(21);
    const graph = new Graph("residual");
    const x = graph.addInput(tensor("u4", [2, 30]));
    const y = graph.addInput(tensor("i4", [1, 2, 30]));
    const grown = growThreshold(
      random,
      graph,
      growMatMul(random, graph, { value: x, lo: 0, hi: 15 }, 30, "i3"),
      3,
      false,
    );
    const sum = Add.build(graph, [grown.value, y], { elem: "i8", n: -2 });
    const again = growMatMul(random, graph, { value: grown.value, lo: grown.lo, hi: grown.hi }, 4, "bipolar");
    const fixed = constant(graph, tensorFrom("u4", [3], [1, 2, 3]));
    graph.setOutputs([sum, y, fixed, again.value, grown.value]);
    const data = randomBatch(random, graph, 9);
    expect(createExecutor(graph).run({ data, count: 9 }).outputs).toEqual(reference(graph, data, 9));
  });

  it("computes what has no kernel by its definition, and says so", () => {
    const graph = new Graph("computed weights");
    const [x, w] = [graph.addInput(tensor("i4", [1, 3])), graph.addInput(tensor("i4", [2, 3]))];
    const t = graph.addInput(tensor("i8", [1, 2]));
    const sum = MatMul.build(graph, [x, w], { elem: "i9" });
    graph.setOutputs([Threshold.build(graph, [sum, t], { elem: "u2" })]);
    const executor = createExecutor(graph);
    const data = [
      Int8Array.of(1, -2, 3, 4, 5, 6),
      Int8Array.of(1, 2, 3, 4, 5, 6, 7, 7, 7, -8, 0, 1),
      Int8Array.of(0, 5, -9, 50),
    ];
    expect(executor.run({ data, count: 2 }).outputs).toEqual(reference(graph, data, 2));
    expect(executor.plan.map((s) => [s.kernel, s.detail])).toEqual([
      ["evaluate", "sample by sample: weights are not constant"],
      ["evaluate", "sample by sample: thresholds are not constant"],
    ]);
  });

  it("puts a chunk through a netlist at once, and names the sample that it does not take", () => {
    const random = seededRandom(6);
    const netlist = stagedNetlist((below) => Math.floor(random() * below), {
      inputs: new Array(4).fill({ lo: -8, hi: 6 }),
      outputs: new Array(3).fill({ lo: 0, hi: 1 }),
      stages: 2,
    });
    const graph = new Graph("netlist");
    const x = graph.addInput(tensor("i4", [2, 4]));
    const y = Netlist.build(graph, [x], { body: bodyOf(netlist), elem: "bipolar" });
    graph.setOutputs([growMatMul(random, graph, { value: y, lo: -1, hi: 1 }, 2, "i2").value]);
    const executor = createExecutor(graph);
    expect(executor.plan[0]).toMatchObject({ kernel: "evaluate", detail: "[2,3]" });
    const data = Int8Array.from({ length: 200 * 8 }, () => Math.floor(random() * 15) - 8);
    expect(executor.run({ data, count: 200 }).outputs).toEqual(reference(graph, [data], 200));
    data[8 * 137 + 5] = 7;
    expect(() => executor.run({ data, count: 200 })).toThrow(
      /q\.netlist: sample 137: .*Vector 1 of input x1 is 7/,
    );
  });

  it.each([
    ["its evaluator", strangerNet(Cube), "evaluate"],
    ["its kernel", strangerNet(FastCube), "cube kernel"],
    [
      "its evaluator where the kernel does not cover it",
      strangerNet(FastCube, { useful: false }),
      "evaluate",
    ],
  ])("with a stranger's op runs %s", (_, graph, kernel) => {
    const executor = createExecutor(graph);
    expect(executor.plan[2]!.kernel).toBe(kernel);
    const data = randomBatch(seededRandom(2), graph, 70);
    expect(executor.run({ data, count: 70 }).outputs).toEqual(reference(graph, data, 70));
    expect(executor.inThreadReason).toContain("t.");
  });

  it("takes a kernel that a plugin attaches, and refuses what it must not give", () => {
    const prepare =
      () =>
      (_: unknown, [y]: readonly { fill(v: number): unknown }[]) =>
        void y!.fill(2 ** 19);
    const interfaces = new InterfaceTable([defineModel(Cube, ExecKernel, { name: "wrong", prepare })]);
    const executor = createExecutor(strangerNet(Cube), { interfaces, opModules });
    expect(executor.inThreadReason).toMatch(/attached|not built/);
    expect(() => executor.run({ data: new Uint8Array(10), count: 1 })).toThrow(
      "t.cube: sample 0: result 524288",
    );
  });
});

const built = createExecutor(strangerNet(FastCube), { opModules }).inThreadReason === undefined;

describe.skipIf(!built)("workers", () => {
  const use = async (executor: Executor, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } finally {
      await executor.close();
    }
  };

  it.each([1, 2, 3])("%i of them give what one thread gives", async (workers) => {
    const images = [3, 14, 15].map((seed) => randomImageNet(seededRandom(seed)));
    const others = [randomNet(seededRandom(12)), strangerNet(FastCube), strangerNet(Cube)];
    for (const graph of [...others, ...images]) {
      const executor = createExecutor(graph, { workers, opModules });
      await use(executor, async () => {
        const data = randomBatch(seededRandom(1), graph, 500);
        const seen: number[] = [];
        const { outputs } = await executor.runParallel(
          { data, count: 500 },
          { onProgress: (done) => seen.push(done) },
        );
        const alone = executor.run({ data, count: 500 }).outputs;
        outputs.forEach((o, i) => {
          expect(o.buffer).toBeInstanceOf(SharedArrayBuffer);
          expect(Array.from(o as Int8Array)).toEqual(Array.from(alone[i] as Int8Array));
        });
        expect(seen.at(-1)).toBe(500);
      });
    }
  });

  it("pass on the error of a sample and work on after it", async () => {
    const graph = new Graph("checked");
    const x = graph.addInput(tensor("i8", [1, 1]));
    const two = constant(graph, tensorFrom("i3", [1, 1], [2]));
    graph.setOutputs([MatMul.build(graph, [x, two], { elem: "i8" })]);
    const executor = createExecutor(graph, { workers: 2 });
    await use(executor, async () => {
      const data = new Int8Array(1000).fill(3);
      data[700] = 100;
      await expect(executor.runParallel({ data, count: 1000 })).rejects.toThrow(
        "sample 700: 200 is not a value of i8",
      );
      data[700] = 1;
      expect((await executor.runParallel({ data, count: 1000 })).outputs[0]![700]).toBe(2);
    });
  });
});
