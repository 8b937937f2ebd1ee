import { describe, expect, it } from "vitest";
import { readNodeTests, runNodeTest } from "./helpers/node-tests.js";
import { sharedModel } from "./helpers/shared.js";

const archive = sharedModel("onnx-node-tests-v1.22.0.tar.gz");

describe.skipIf(!archive)("the official ONNX node tests", () => {
  it("pass", () => {
    const failed: string[] = [];
    const refused = new Map<string, string[]>();
    let passed = 0;
    for (const test of readNodeTests(archive!)) {
      let v: ReturnType<typeof runNodeTest>;
      try {
        v = runNodeTest(test);
      } catch (e) {
        failed.push(`${test.name}: CRASH ${(e as Error).stack?.split("\n").slice(0, 4).join(" | ")}`);
        continue;
      }
      if (v.kind === "passed") passed++;
      else if (v.kind === "failed") failed.push(`${test.name}: ${v.why}`);
      else
        for (const d of v.diagnostics.slice(0, 1)) {
          const k = `${d.code} ${d.message.slice(0, 70)}`;
          refused.set(k, [...(refused.get(k) ?? []), test.name]);
        }
    }
    console.log(passed, "passed", failed.length, "failed");
    console.log(failed.join("\n"));
    console.log([...refused].map(([k, v]) => `${k}  x${v.length}: ${v.slice(0, 4)}`).join("\n"));
    expect(failed).toEqual([]);
  });
});
