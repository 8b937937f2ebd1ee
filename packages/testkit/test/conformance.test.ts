import { defineOp, definePass, type Plugin } from "@gatefold/core";
import { type ConformanceOptions, conformance, conformanceChecks } from "@gatefold/testkit";
import { describe, expect, it } from "vitest";
import { Cap, type mergeCaps, sample, toy } from "./toy.js";

const packageJson = {
  type: "module",
  keywords: ["gatefold-plugin"],
  peerDependencies: { "@gatefold/core": "0.0.0" },
};
const options: ConformanceOptions = {
  samples: { sample },
  packageJson,
  badOptions: [{ make: () => toy({ level: -1 }), path: "level" }],
};

await conformance(toy, options);

/** Titles and messages of the checks that a plugin fails. */
async function failures(
  plugin: Plugin | (() => Plugin),
  more: ConformanceOptions = {},
): Promise<Record<string, string>> {
  const failed: Record<string, string> = {};
  for (const { title, run } of conformanceChecks(plugin, { ...options, ...more })) {
    try {
      await run();
    } catch (error) {
      failed[title] = (error as Error).message;
    }
  }
  return failed;
}

const good = toy();
const semantics =
  "passes keep their semantics on sample `sample`, and what they leave verifies and survives printing";
const withPass = (run: typeof mergeCaps.run, more = {}): Plugin => ({
  ...good,
  passes: [definePass({ name: "bad", summary: "s", phase: "fold", semantics: "bit-exact", ...more, run })],
});
const likeCap = {
  name: "toy.cap",
  summary: "s",
  operands: ["x"],
  attrs: Cap.attrs,
  infer: Cap.infer,
} as const;

describe("conformance finds", () => {
  it("nothing wrong with a good plugin", async () => {
    expect(await failures(toy)).toEqual({});
    expect(await failures(good)).toEqual({});
  });

  it.each<[string, Plugin, string, string]>([
    ["a bad name", { ...good, name: "Toy" }, "has a kebab-case name", "Toy"],
    [
      "an op without summary",
      {
        ...good,
        passes: [],
        costRules: [],
        ops: [defineOp({ ...likeCap, summary: "", evaluate: ([x]) => [x!] })],
      },
      "`toy.cap` has a summary and an evaluator",
      "summary is empty",
    ],
    [
      "an op without evaluator",
      { ...good, passes: [], costRules: [], ops: [defineOp({ ...likeCap })] },
      "`toy.cap` has a summary and an evaluator",
      "there is no evaluator",
    ],
    [
      "an evaluator that leaves its type",
      {
        ...good,
        passes: [],
        ops: [defineOp({ ...likeCap, evaluate: ([x]) => [{ ...x!, elem: "i9" }] })],
      },
      "sample `sample` evaluates to the types that are inferred",
      "the evaluator gives tensor<1x3xi9>",
    ],
    [
      "an op that no sample holds",
      { ...good, ops: [Cap, defineOp({ ...likeCap, name: "toy.more", evaluate: ([x]) => [x!] })] },
      "samples hold every op",
      "toy.more",
    ],
    [
      "a pass that breaks its word",
      withPass(({ main }) => main.setOutputs(main.inputs)),
      semantics,
      "promises bit-exact",
    ],
    [
      "a pass that leaves a broken module",
      withPass(({ main }) => main.setType(main.outputs[0]!, { kind: "tensor", elem: "i9", shape: [1, 3] })),
      semantics,
      "broken after pass `toy/bad`",
    ],
    [
      "a pass that never does anything",
      withPass(() => undefined),
      "samples change under the passes",
      "toy/bad",
    ],
    [
      "a canonicalizer that does not come to rest",
      withPass(
        ({ main }) => {
          const cap = main.outputs[0]!.op!;
          main.setOutputs([Cap.build(main, [main.outputs[0]!], { max: cap.attrs["max"] as number })]);
        },
        { phase: "canonicalize" },
      ),
      "canonicalizers find nothing left in sample `sample`",
      "toy.cap",
    ],
    [
      "a target without sense",
      {
        ...good,
        targets: [{ ...good.targets![0]!, resources: { ...good.targets![0]!.resources, lutCount: -1 } }],
      },
      "target `toy-1k` is complete",
      "`lutCount` is -1",
    ],
    [
      "a cost rule that gives no number",
      {
        ...good,
        costRules: [{ op: Cap, family: "toy", source: "x", estimate: () => ({ lutCount: Number.NaN }) }],
      },
      "cost rules name their source and estimate finite amounts",
      "lutCount is NaN",
    ],
    [
      "a cost rule without a source",
      { ...good, costRules: [{ op: Cap, family: "toy", source: " ", estimate: () => ({}) }] },
      "cost rules name their source and estimate finite amounts",
      "has no source",
    ],
  ])("%s", async (_, plugin, title, message) => {
    expect((await failures(plugin))[title]).toContain(message);
  });

  it("a pass that keeps state between compilers", async () => {
    let count = 0;
    const stateful = withPass(
      ({ main }) => {
        main.setOutputs([Cap.build(main, [main.outputs[0]!], { max: 100 }, { names: [`n${count++}`] })]);
      },
      { semantics: "changes-numerics" },
    );
    const failed = await failures(stateful);
    expect(failed["sample `sample` gives the same text twice"]).toContain("n");
    expect(failed["gives the same results beside other compilers as alone"]).toContain("n");
  });

  it("wrong packaging and silent options", async () => {
    const titles = async (json: object) =>
      Object.values(await failures(good, { packageJson: { ...packageJson, ...json } }));
    expect(await titles({ type: "commonjs" })).toHaveLength(1);
    expect((await titles({ keywords: [] }))[0]).toContain("gatefold-plugin");
    expect((await titles({ peerDependencies: {} }))[0]).toContain("peer dependency");
    expect((await titles({ dependencies: { "@gatefold/core": "1" } }))[0]).toContain(
      "a peer, not a dependency",
    );
    const silent = { badOptions: [{ make: () => toy(), path: "level" }] };
    expect(Object.keys(await failures(good, silent))).toEqual(["names the option `level` when it is wrong"]);
    const vague = { badOptions: [{ make: () => toy({ level: -1 }), path: "depth" }] };
    expect(Object.values(await failures(good, vague))[0]).toContain("does not name `depth`");
  });
});
