import { DiagnosticError, evaluate, sameTensor } from "@gatefold/core";
import { describe, expect, it } from "vitest";
import { decodeModel, decodeTensor, exportQonnx, inspectOnnx } from "../src/index.js";
import { disagrees, hasInfiniteConstant, unclaimed } from "./helpers/claims.js";
import { type NodeTest, readNodeTests, runNodeTest, type Verdict } from "./helpers/node-tests.js";
import { sharedModel } from "./helpers/shared.js";

const archive = sharedModel("onnx-node-tests-v1.22.0.tar.gz");

const tests = archive ? readNodeTests(archive) : [];
const verdicts = new Map<NodeTest, Verdict>();

/** Runs a test once, whoever asks. */
function verdictOf(test: NodeTest): Verdict {
  const verdict = verdicts.get(test) ?? runNodeTest(test);
  verdicts.set(test, verdict);
  return verdict;
}

describe.skipIf(!archive)("the official ONNX node tests", () => {
  it("pass where the operator and its form are claimed, and are refused where not", () => {
    const wrong: string[] = [];
    const left = new Map<string, number>();
    let passedCount = 0;
    for (const test of tests) {
      const model = decodeModel(test.bytes);
      const reason = unclaimed(
        test.name,
        model,
        test.sets.flatMap((s) => s.inputs.map(decodeTensor)),
      );
      if (disagrees(test.name)) continue;
      const verdict = verdictOf(test);
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

  it("survive export to QONNX and import: every element equal", () => {
    const wrong: string[] = [];
    const formless = new Map<string, number>();
    let equalCount = 0;
    for (const test of tests) {
      const verdict = verdictOf(test);
      if (verdict.kind !== "passed") continue;
      let bytes: Uint8Array;
      try {
        bytes = exportQonnx(verdict.module);
      } catch (error) {
        if (!(error instanceof DiagnosticError)) throw error;
        const why = error.diagnostics[0]!.notes.join("; ").replaceAll(/ \(node [^)]*\)/g, "");
        formless.set(why, (formless.get(why) ?? 0) + 1);
        continue;
      }
      const again = inspectOnnx(bytes);
      if (!again.module) {
        wrong.push(`${test.name}: ${again.diagnostics.map((d) => d.message).join(" ")}`);
        continue;
      }
      const outputs = evaluate(again.module.main, verdict.inputs);
      if (outputs.every((t, i) => sameTensor(t, verdict.outputs[i]!))) equalCount++;
      else wrong.push(`${test.name}: differs`);
    }
    console.info(`${equalCount} networks are equal after a round trip; no form:`, formless);
    expect(wrong).toEqual([]);
    expect(equalCount).toBeGreaterThan(980);
    expect([...formless.values()].reduce((a, b) => a + b, 0)).toBeLessThan(40);
  });
});
