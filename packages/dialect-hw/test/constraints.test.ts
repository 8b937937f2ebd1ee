import {
  Constant,
  type ElemType,
  Graph,
  product,
  stream,
  type Tensor,
  tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { describe, expect, it } from "vitest";
import * as hw from "../src/index.js";

/** A graph to build one op in: streams as inputs, constants of ones. */
class Site {
  readonly graph: Graph = new Graph("main");

  stream(elem: ElemType, shape: readonly number[], lanes: number): Value {
    return this.graph.addInput(stream(elem, shape, lanes));
  }

  tensor(): Value {
    return this.graph.addInput(tensor("u2", [1, 4]));
  }

  ones(elem: ElemType, shape: readonly number[]): Value {
    const value: Tensor = tensorFrom(elem, shape, new Array(product(shape)).fill(1));
    return Constant.build(this.graph, [], { value });
  }
}

type Build = (s: Site) => unknown;

const image = [1, 4, 4, 6] as const;

/** Two channels, their places changed, after a register. */
const pair: readonly string[] = [
  'netlist "pair"',
  '%0 = input "a" 0 3',
  '%1 = input "b" 0 3',
  "%2 = register %0",
  "%3 = register %1",
  'output "c" %3',
  'output "d" %2',
];

/** For each op the constraints that its docstring labels, each broken once. */
const broken: Readonly<Record<string, Readonly<Record<string, Build>>>> = {
  "hw.window": {
    "(C1) a stream of images": (s) =>
      hw.Window.build(s.graph, [s.stream("u2", [1, 6], 1)], { kernel: [1, 1] }),
    "(C2) SIMD divides the channels": (s) =>
      hw.Window.build(s.graph, [s.stream("u2", image, 3)], { kernel: [1, 1], simd: 4 }),
    "(C3) the stream has SIMD lanes": (s) =>
      hw.Window.build(s.graph, [s.stream("u2", image, 3)], { kernel: [1, 1], simd: 2 }),
    "(C4) the kernel has two entries": (s) =>
      hw.Window.build(s.graph, [s.stream("u2", image, 1)], { kernel: [3] }),
    "(C5) `parallel` is 0 or 1": (s) =>
      hw.Window.build(s.graph, [s.stream("u2", image, 1)], { kernel: [2, 2], parallel: 2 }),
  },
  "hw.vvu": {
    "(C1) integers": (s) => hw.Vvu.build(s.graph, [s.tensor(), s.ones("i2", [2, 2])], { elem: "i8" }),
    "(C2) PE divides the channels": (s) =>
      hw.Vvu.build(s.graph, [s.stream("u2", [2, 12], 4), s.ones("i2", [2, 6])], { elem: "i8", pe: 4 }),
    "(C2) SIMD divides the taps": (s) =>
      hw.Vvu.build(s.graph, [s.stream("u2", [2, 12], 3), s.ones("i2", [2, 6])], { elem: "i8", simd: 3 }),
    "(C3) the stream has PE x SIMD lanes": (s) =>
      hw.Vvu.build(s.graph, [s.stream("u2", [2, 12], 6), s.ones("i2", [2, 6])], {
        elem: "i8",
        pe: 6,
        simd: 2,
      }),
    "(C4) the weights fit the window": (s) =>
      hw.Vvu.build(s.graph, [s.stream("u2", [2, 12], 1), s.ones("i2", [3, 6])], { elem: "i8" }),
    "(C4) several taps of some of the channels come fold by fold": (s) =>
      hw.Vvu.build(s.graph, [s.stream("u2", [2, 12], 6), s.ones("i2", [2, 6])], {
        elem: "i8",
        pe: 3,
        simd: 2,
      }),
  },
  "hw.mvu": {
    "(C1) integers": (s) => hw.Mvu.build(s.graph, [s.tensor(), s.ones("i2", [2, 4])], { elem: "i8" }),
    "(C2) SIMD divides MW": (s) =>
      hw.Mvu.build(s.graph, [s.stream("u2", [1, 6], 4), s.ones("i2", [2, 6])], { elem: "i8", simd: 4 }),
    "(C2) PE divides MH": (s) =>
      hw.Mvu.build(s.graph, [s.stream("u2", [1, 6], 1), s.ones("i2", [2, 6])], { elem: "i8", pe: 3 }),
    "(C3) the input has SIMD lanes": (s) =>
      hw.Mvu.build(s.graph, [s.stream("u2", [1, 6], 3), s.ones("i2", [2, 6])], { elem: "i8", simd: 2 }),
    "(C4) the weights fit": (s) =>
      hw.Mvu.build(s.graph, [s.stream("u2", [1, 6], 1), s.ones("i2", [2, 5])], { elem: "i8" }),
  },
  "hw.threshold": {
    "(C1) a stream of integers": (s) =>
      hw.Threshold.build(s.graph, [s.tensor(), s.ones("i2", [1, 1])], { elem: "u1" }),
    "(C2) PE divides the channels": (s) =>
      hw.Threshold.build(s.graph, [s.stream("u2", [1, 6], 4), s.ones("i2", [1, 1])], { elem: "u1", pe: 4 }),
    "(C3) the stream has PE lanes": (s) =>
      hw.Threshold.build(s.graph, [s.stream("u2", [1, 6], 3), s.ones("i2", [1, 1])], { elem: "u1", pe: 2 }),
    "(C4) one row of thresholds, or one a channel": (s) =>
      hw.Threshold.build(s.graph, [s.stream("u2", [1, 6], 1), s.ones("i2", [2, 1])], { elem: "u1" }),
  },
  "hw.affine": {
    "(C5) `x` is not bipolar": (s) =>
      hw.Affine.build(s.graph, [s.stream("bipolar", [1, 2], 1), s.ones("i2", [1]), s.ones("i2", [1])], {
        elem: "i4",
      }),
  },
  "hw.argmax": {
    "(C1) a stream of integers": (s) => hw.ArgMax.build(s.graph, [s.tensor()]),
    "(C2) PE divides C": (s) => hw.ArgMax.build(s.graph, [s.stream("i4", [1, 6], 4)], { pe: 4 }),
    "(C3) the stream has PE lanes": (s) => hw.ArgMax.build(s.graph, [s.stream("i4", [1, 6], 2)], { pe: 3 }),
  },
  "hw.pad": {
    "(C1) a stream of images": (s) =>
      hw.Pad.build(s.graph, [s.stream("u2", [2, 4, 4, 6], 1)], { pads: [0, 0, 0, 0] }),
    "(C2) SIMD divides the channels": (s) =>
      hw.Pad.build(s.graph, [s.stream("u2", image, 6)], { pads: [0, 0, 0, 0], simd: 4 }),
    "(C3) the stream has SIMD lanes": (s) =>
      hw.Pad.build(s.graph, [s.stream("u2", image, 6)], { pads: [0, 0, 0, 0], simd: 3 }),
    "(C4) `value` is a code of the type": (s) =>
      hw.Pad.build(s.graph, [s.stream("u2", image, 1)], { pads: [0, 0, 0, 0], value: 4 }),
    "(C4) a bipolar image pads with -1 or +1": (s) =>
      hw.Pad.build(s.graph, [s.stream("bipolar", image, 1)], { pads: [0, 0, 0, 0], value: 0 }),
  },
  "hw.pool": {
    "(C1) a stream of integers": (s) =>
      hw.Pool.build(s.graph, [s.tensor()], { mode: "max", window: 2, elem: "u2" }),
    "(C2) `window` divides the innermost axis": (s) =>
      hw.Pool.build(s.graph, [s.stream("u2", [1, 6], 1)], { mode: "max", window: 4, elem: "u2" }),
    "(C3) the stream has SIMD lanes": (s) =>
      hw.Pool.build(s.graph, [s.stream("u2", [1, 6], 3)], { mode: "max", window: 2, elem: "u2" }),
  },
  "hw.upsample": {
    "(C1) a stream of images": (s) =>
      hw.Upsample.build(s.graph, [s.stream("u2", [1, 6], 1)], { scales: [2, 2] }),
    "(C2) SIMD divides the channels": (s) =>
      hw.Upsample.build(s.graph, [s.stream("u2", image, 6)], { scales: [2, 2], simd: 5 }),
    "(C3) the stream has SIMD lanes": (s) =>
      hw.Upsample.build(s.graph, [s.stream("u2", image, 6)], { scales: [2, 2], simd: 2 }),
  },
  "hw.fork": {
    "(C1) a stream of integers": (s) => hw.Fork.create(s.graph, [s.tensor()]),
    "(C2) at least two readers": (s) => hw.Fork.create(s.graph, [s.stream("u2", [1, 6], 1)], { count: 1 }),
  },
  "hw.add_streams": {
    "(C1) two streams of one shape": (s) =>
      hw.AddStreams.build(s.graph, [s.stream("u2", [1, 6], 1), s.stream("u2", [1, 3], 1)], { elem: "u3" }),
    "(C2) PE divides the channels": (s) =>
      hw.AddStreams.build(s.graph, [s.stream("u2", [1, 6], 4), s.stream("u2", [1, 6], 4)], {
        elem: "u3",
        pe: 4,
      }),
    "(C3) both have PE lanes": (s) =>
      hw.AddStreams.build(s.graph, [s.stream("u2", [1, 6], 2), s.stream("u2", [1, 6], 3)], {
        elem: "u3",
        pe: 2,
      }),
    "(C4) none is bipolar": (s) =>
      hw.AddStreams.build(s.graph, [s.stream("u2", [1, 6], 1), s.stream("bipolar", [1, 6], 1)], {
        elem: "i4",
      }),
  },
  "hw.concat": {
    "(C1) alike but for their channels": (s) =>
      hw.Concat.build(s.graph, [s.stream("u2", [2, 6], 1), s.stream("u3", [2, 6], 1)]),
    "(C2) SIMD divides both numbers of channels": (s) =>
      hw.Concat.build(s.graph, [s.stream("u2", [2, 6], 3), s.stream("u2", [2, 4], 3)], { simd: 3 }),
    "(C3) both have SIMD lanes": (s) =>
      hw.Concat.build(s.graph, [s.stream("u2", [2, 6], 2), s.stream("u2", [2, 4], 1)], { simd: 2 }),
  },
  "hw.slice": {
    "(C1) a stream of integers": (s) => hw.Slice.build(s.graph, [s.tensor()], { first: 0, count: 1 }),
    "(C2) SIMD divides `first` and `count`": (s) =>
      hw.Slice.build(s.graph, [s.stream("u2", [2, 6], 2)], { first: 1, count: 2, simd: 2 }),
    "(C3) the stream has SIMD lanes": (s) =>
      hw.Slice.build(s.graph, [s.stream("u2", [2, 6], 3)], { first: 0, count: 2, simd: 2 }),
  },
  "hw.netlist": {
    "(C1) a stream of integers": (s) => hw.Netlist.build(s.graph, [s.tensor()], { body: pair, elem: "u2" }),
    "(C2) SIMD divides the channels that come": (s) =>
      hw.Netlist.build(s.graph, [s.stream("u2", [1, 2], 1)], { body: pair, elem: "u2", simd: 3 }),
    "(C3) the stream has SIMD lanes": (s) =>
      hw.Netlist.build(s.graph, [s.stream("u2", [1, 2], 1)], { body: pair, elem: "u2", simd: 2 }),
    "(C3) as in q.netlist: an input a channel": (s) =>
      hw.Netlist.build(s.graph, [s.stream("u2", [1, 3], 1)], { body: pair, elem: "u2" }),
    "(C5) as in q.netlist: `elem` holds the outputs": (s) =>
      hw.Netlist.build(s.graph, [s.stream("u2", [1, 2], 1)], { body: pair, elem: "u1" }),
    "(C8) PE divides the channels that leave": (s) =>
      hw.Netlist.build(s.graph, [s.stream("u2", [1, 2], 1)], { body: pair, elem: "u2", pe: 3 }),
  },
  "hw.width_converter": {
    "(C1) a stream of integers": (s) => hw.WidthConverter.build(s.graph, [s.tensor()], { lanes: 1 }),
    "(C2) `lanes` divides the frame": (s) =>
      hw.WidthConverter.build(s.graph, [s.stream("u2", [2, 6], 3)], { lanes: 5 }),
  },
  "hw.fifo": {
    "(C1) a stream of integers": (s) => hw.Fifo.build(s.graph, [s.tensor()], { depth: 4 }),
    "(C2) `depth` is at least 2": (s) => hw.Fifo.build(s.graph, [s.stream("u2", [2, 6], 3)], { depth: 1 }),
  },
  "hw.reshape": {
    "(C1) a stream of integers": (s) => hw.Reshape.build(s.graph, [s.tensor()], { shape: [4, 1] }),
    "(C2) the element count stays": (s) =>
      hw.Reshape.build(s.graph, [s.stream("u2", [2, 6], 3)], { shape: [2, 5] }),
  },
};

for (const [op, constraints] of Object.entries(broken)) {
  describe(`${op} says what is broken`, () => {
    it.each(Object.entries(constraints))("%s", (label, build) => {
      expect(() => build(new Site())).toThrow(label.slice(0, 4));
    });
  });
}
