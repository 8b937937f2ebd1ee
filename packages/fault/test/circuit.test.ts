import { type Graph, numbers } from "@gatefold/core";
import { createToolchain } from "@gatefold/toolchain";
import { afterAll, describe, expect, it } from "vitest";
import {
  buildVerilog,
  compileBuilt,
  drawFrames,
  runFrames,
  steadyInterval,
} from "../../backend-verilog/test/simulate.js";
import { faultsOf, inject, layersOf, stuckAtEnds, triplicate } from "../src/index.js";
import { network, reference } from "./network.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

const FRAMES = 12;

/** What simulated Verilog gives, and what the integers give for the same frames. */
async function circuit(
  graph: Graph,
  targetCycles?: number,
): Promise<{
  readonly frames: ArrayLike<number>;
  readonly simulated: readonly number[];
  readonly integers: readonly number[];
  readonly interval: number[];
}> {
  const built = await buildVerilog(graph, targetCycles === undefined ? {} : { targetCycles });
  const run = runFrames(built, await compileBuilt(built, toolchain), FRAMES);
  const frames = numbers(drawFrames(built.verilog.inputs[0]!, FRAMES, 7));
  return {
    frames,
    simulated: run.got,
    integers: reference(graph, frames).outputs.flat(),
    interval: [steadyInterval(run), built.intervalCycles],
  };
}

describe("a triplicated network as a circuit", () => {
  const graph = network();
  const redundant = triplicate(graph, { fc1: [0, 2], fc2: [1] });

  it("gives the network's results, folded and not, at the predicted interval", async () => {
    for (const targetCycles of [undefined, 1]) {
      const { frames, simulated, integers, interval } = await circuit(redundant, targetCycles);
      expect(simulated).toEqual(integers);
      expect(interval[0]).toBe(interval[1]);
      expect(integers).toEqual(reference(graph, frames).outputs.flat());
    }
  });

  it("masks a fault in one copy and shows one in a channel that is there once", async () => {
    const clean = (await circuit(redundant)).simulated;
    const faults = faultsOf(layersOf(redundant), {
      site: "channel",
      layers: ["fc1"],
      modes: [stuckAtEnds[1]!],
    });
    // Rows of fc1: channel 0 three times, 1, channel 2 three times, 3.
    for (const [row, shows] of [
      [1, false],
      [3, true],
      [6, false],
    ] as const) {
      const { simulated, integers } = await circuit(inject(redundant, { faults: [faults[row]!] }));
      expect(simulated).toEqual(integers);
      expect(JSON.stringify(simulated) !== JSON.stringify(clean)).toBe(shows);
    }
  });
});
