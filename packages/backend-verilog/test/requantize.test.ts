import {
  Constant,
  type ElemType,
  elemForRange,
  elemInfo,
  evaluate,
  Graph,
  numbers,
  type Random,
  randomInteger,
  rounder,
  seededRandom,
  tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { Requantize } from "@gatefold/dialect-hw";
import { accumulatorRange, MatMul, Threshold } from "@gatefold/dialect-q";
import { createToolchain } from "@gatefold/toolchain";
import { afterAll, describe, expect, it } from "vitest";
import { buildVerilog, compileBuilt, drawFrames, runFrames, steadyInterval } from "./simulate.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

/** Dense layers with the thresholds of uniform quantizers, whose ties fall on sums half of the time. */
function uniformNet(random: Random): Graph {
  const graph = new Graph("main");
  const pick = <T>(of: readonly T[]): T => of[randomInteger(random, 0, of.length - 1)]!;
  const constant = (elem: ElemType, shape: readonly number[], values: readonly number[]): Value =>
    Constant.build(graph, [], { value: tensorFrom(elem, shape, values) });
  let value = graph.addInput(tensor(pick<ElemType>(["u4", "i4", "u8"]), [1, pick([2, 4, 6])]), "x");
  for (let layer = 0; layer < 2; layer++) {
    const [neurons, width] = [pick([2, 4, 6]), value.type.shape[1]!];
    const weights = Array.from({ length: neurons * width }, () => randomInteger(random, -7, 7));
    const w = tensorFrom("i4", [neurons, width], weights);
    const { min: from, max: to } = elemInfo(value.type.elem);
    const { lo, hi } = accumulatorRange(w, { lo: from, hi: to }, 1);
    const accumulator = elemForRange(Math.min(lo, 0), Math.max(hi, 1));
    value = MatMul.build(graph, [value, Constant.build(graph, [], { value: w })], { elem: accumulator });
    const elem = pick<ElemType>(["u2", "u4", "i4", "u8", "i8"]);
    const { min, max } = elemInfo(elem);
    const dyadic = random() < 0.5;
    const round = rounder(dyadic ? "HALF_EVEN" : "FLOOR");
    const rows = Array.from({ length: neurons }, () => {
      const scale = dyadic ? 2 ** -randomInteger(random, 1, 4) : 0.05 + 0.4 * random();
      const offset = dyadic ? randomInteger(random, -8, 8) / 2 : 8 * random();
      const codes = Array.from({ length: hi - lo + 1 }, (_, i) => round(scale * (lo + i) + offset));
      return Array.from({ length: max - min }, (_, k) => {
        const at = codes.findIndex((code) => code > min + k);
        return at < 0 ? hi + 1 : lo + at;
      });
    });
    const t = constant(elemForRange(Math.min(lo, -1), hi + 1), [neurons, max - min], rows.flat());
    value = Threshold.build(graph, [value, t], { elem, bias: min });
  }
  graph.setOutputs([value]);
  return graph;
}

describe("multiplied codes", () => {
  it.each([1, 2, 3, 4, 5, 6])(
    "random net %i: integers = kernels = Verilog, with and without stalls, at the predicted interval",
    async (seed) => {
      const graph = uniformNet(seededRandom(seed));
      const built = await buildVerilog(graph, {
        requantize: "always-if-exact",
        memories: seed % 2 === 0 ? "files" : "inline",
        targetCycles: [1, 4, 12][seed % 3]! * 6,
      });
      const ops = [...built.compilation.module.main.ops()].filter((op) => Requantize.is(op));
      expect(ops.length).toBeGreaterThan(0);
      const frames = 24;
      const design = await compileBuilt(built, toolchain);
      const free = runFrames(built, design, frames);
      expect(free.got).toEqual(free.expected);
      const x = drawFrames(built.verilog.inputs[0]!, frames, 7);
      const size = x.data.length / frames;
      const integers = Array.from({ length: frames }, (_, i) => {
        const codes = numbers(x).slice(i * size, (i + 1) * size);
        return [...numbers(evaluate(graph, [tensorFrom(x.elem, graph.inputs[0]!.type.shape, codes)])[0]!)];
      });
      expect(free.got).toEqual(integers.flat());
      expect(steadyInterval(free)).toBe(built.intervalCycles);
      const stalled = runFrames(built, design, frames, { input: 0.4, output: 0.4, seed });
      expect(stalled.got).toEqual(free.expected);
    },
    60_000,
  );
});
