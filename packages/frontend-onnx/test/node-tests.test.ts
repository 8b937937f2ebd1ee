import { describe, expect, it } from "vitest";
import { decodeModel, decodeTensor } from "../src/index.js";
import { disagrees, hasInfiniteConstant, unclaimed } from "./helpers/claims.js";
import { readNodeTests, runNodeTest } from "./helpers/node-tests.js";
import { sharedModel } from "./helpers/shared.js";

const archive = sharedModel("onnx-node-tests-v1.22.0.tar.gz");

describe.skipIf(!archive)("the official ONNX node tests", () => {
  it("pass where the operator and its form are claimed, and are refused where not", () => {
    const wrong: string[] = [];
    const left = new Map<string, number>();
    let passedCount = 0;
    for (const test of readNodeTests(archive!)) {
      const model = decodeModel(test.bytes);
      const reason = unclaimed(
        test.name,
        model,
        test.sets.flatMap((s) => s.inputs.map(decodeTensor)),
      );
      if (disagrees(test.name)) continue;
      const verdict = runNodeTest(test);
      const leave = (why: string): void => {
        left.set(why, (left.get(why) ?? 0) + 1);
      };
      if (reason !== undefined) {
        leave(reason);
        if (verdict.kind !== "refused")
          wrong.push(`${test.name}: ${verdict.kind}, though not claimed (${reason})`);
      } else if (verdict.kind === "passed") passedCount++;
      else if (verdict.kind === "failed") wrong.push(`${test.name}: ${verdict.why}`);
      else if (hasInfiniteConstant(model) && verdict.diagnostics.every((d) => d.code === "onnx/non-finite")) {
        leave("infinite constants");
      } else wrong.push(`${test.name}: refused: ${verdict.diagnostics.map((d) => d.message).join(" ")}`);
    }
    const leftText = [...left].sort((a, b) => b[1] - a[1]).map(([why, count]) => `${why} ${count}`);
    console.info(`${passedCount} node tests pass; not claimed: ${leftText.join(", ")}`);
    expect(wrong).toEqual([]);
    expect(passedCount).toBeGreaterThan(1000);
  });
});
