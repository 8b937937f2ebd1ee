import {
  Constant,
  cloneModule,
  createCompiler,
  createModule,
  Graph,
  type Random,
  randomInteger,
  seededRandom,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import * as q from "@gatefold/dialect-q";
import { describe, expect, it } from "vitest";
import { streamline } from "../src/index.js";
import { subPixelAxis } from "../src/sub-pixels.js";
import { difference } from "./helpers/agree.js";

/** Sizes of one axis of a transposed convolution, its result not empty. */
function drawAxis(random: Random): nn.WindowAxis {
  for (;;) {
    const [outSize, kernel] = [randomInteger(random, 1, 6), randomInteger(random, 1, 5)];
    const [stride, dilation] = [randomInteger(random, 1, 4), randomInteger(random, 1, 3)];
    const [padBegin, padEnd] = [randomInteger(random, 0, 6), randomInteger(random, 0, 6)];
    const extra = randomInteger(random, 0, Math.max(stride, dilation) - 1);
    const size = stride * (outSize - 1) + extra + dilation * (kernel - 1) + 1 - padBegin - padEnd;
    if (size >= 1) return { size, kernel, stride, dilation, padBegin, padEnd, outSize };
  }
}

describe("the axis of a transposed convolution as windows over its input", () => {
  const random = seededRandom(11);
  const axes = Array.from({ length: 2000 }, () => drawAxis(random));

  it("gives each result exactly the elements that the definition adds to it", () => {
    for (const axis of axes) {
      const found = subPixelAxis(axis);
      const { phases, windows, first, taps, dilation, padBegin, padEnd } = found;
      expect(windows - 1 + (taps - 1) * dilation + 1).toBe(axis.outSize + padBegin + padEnd);
      expect(windows * phases).toBe(first + axis.size + found.last);
      expect(Math.min(padBegin, padEnd, first, found.last)).toBeGreaterThanOrEqual(0);
      for (let y = 0; y < axis.size; y++) {
        const [window, phase] = [Math.floor((y + first) / phases), (y + first) % phases];
        for (let k = 0; k < axis.kernel; k++) {
          const from = (y + axis.padBegin - k * axis.dilation) / axis.stride;
          const tap = found.tapOf(phase, k);
          const reads = tap === undefined ? undefined : window + tap * dilation - padBegin;
          const there = Number.isInteger(from) && from >= 0 && from < axis.outSize;
          expect(there ? from : undefined).toBe(
            reads !== undefined && reads >= 0 && reads < axis.outSize ? reads : undefined,
          );
        }
      }
    }
  });

  it("never takes more taps than the kernel on the image with zeros between its pixels, and fewer from stride 2 on", () => {
    const common = axes.filter((a) => a.dilation === 1 && a.padBegin < a.kernel && a.padEnd < a.kernel);
    for (const axis of common) {
      const { windows, taps } = subPixelAxis(axis);
      expect(windows * taps).toBeLessThanOrEqual((axis.size + axis.stride) * axis.kernel);
    }
    const usual = { size: 16, kernel: 4, stride: 2, dilation: 1, padBegin: 1, padEnd: 1, outSize: 8 };
    expect(subPixelAxis(usual)).toMatchObject({ windows: 9, taps: 2, first: 1, last: 1 });
  });
});

describe("a transposed convolution of a bipolar image", () => {
  const build = (random: Random): Graph => {
    const graph = new Graph("main");
    const channels = randomInteger(random, 1, 2);
    const constant = (values: readonly number[], shape: readonly number[] = []) =>
      Constant.build(graph, [], { value: tensorFrom("f32", shape, values) });
    const x = graph.addInput(tensor("bipolar", [1, channels, 3, 4]), "x");
    const image = nn.Dequantize.build(graph, [x, constant([0.5]), constant([0])]);
    const kernel = [randomInteger(random, 1, 3), randomInteger(random, 1, 3)] as const;
    const strides = [randomInteger(random, 1, 3), randomInteger(random, 1, 3)];
    const values = Array.from({ length: channels * 2 * kernel[0] * kernel[1] }, () =>
      randomInteger(random, -2, 1),
    );
    const w = constant(values, [channels, 2, ...kernel]);
    graph.setOutputs([nn.ConvTranspose.build(graph, [image, w], { strides })]);
    return graph;
  };

  it("stays one bit wide where its windows stay inside, and takes two with `ternary` where they do not", async () => {
    const random = seededRandom(5);
    const seen = new Set<string>();
    for (let run = 0; run < 40; run++) {
      const compiler = createCompiler({ plugins: [streamline({ bipolarPadding: "ternary" })] });
      const compilation = compiler.start(createModule("net", build(random)));
      const before = cloneModule(compilation.module);
      await compiler.run(compilation, { check: "semantics" });
      expect(difference({ before, compilation }, run)).toBeUndefined();
      const conv = [...compilation.module.main.ops()].find((op) => q.Conv.is(op))!;
      const padded = (conv.attrs["pads"] as readonly number[]).some((p) => p > 0);
      const { elem } = conv.operand(0).type;
      expect(elem).toBe(padded ? "i2" : "bipolar");
      seen.add(elem);
    }
    expect(seen.size).toBe(2);
  });
});
