import { printGraph, randomInteger, seededRandom } from "@gatefold/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createExecutor, printPlan } from "../src/index.js";
import { randomBatch, randomNet, reference } from "./nets.js";
import { randomImageNet } from "./window-nets.js";

describe("a random net", () => {
  it.each([
    ["of dense layers", randomNet, 400],
    ["of images", randomImageNet, 200],
  ])("%s gives the reference's integers on every sample", (_, net, numRuns) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const random = seededRandom(seed);
        const graph = net(random);
        const count = randomInteger(random, 1, 9);
        const data = randomBatch(random, graph, count);
        const executor = createExecutor(graph);
        const { outputs } = executor.run({ data, count });
        const wanted = reference(graph, data, count);
        expect(outputs, `${printGraph(graph).slice(0, 4000)}\n${printPlan(executor.plan)}`).toEqual(wanted);
      }),
      { numRuns },
    );
  });
});
