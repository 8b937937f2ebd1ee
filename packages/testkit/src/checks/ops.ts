import assert from "node:assert/strict";
import {
  drawInputs,
  EvaluateError,
  evaluateModule,
  firstUnrepresentable,
  isInt,
  type Module,
  moduleGraphs,
  type Plugin,
  parseModule,
  printModule,
  printOp,
  printType,
  sameShape,
  type Tensor,
  typeOf,
  type Value,
} from "@gatefold/core";
import type { ConformanceCheck, ConformanceOptions } from "../conformance.js";
import { compilerOf, samplesOf } from "./samples.js";

/** Holds one value to the type that was inferred for it. */
function checkValue({ type, op }: Value, tensor: Tensor): void {
  const where = op ? printOp(op) : "an input";
  const fits = tensor.elem === type.elem && sameShape(tensor.shape, type.shape);
  assert.ok(fits, `${where}: the evaluator gives ${printType(typeOf(tensor))}`);
  const bad = isInt(type.elem) ? firstUnrepresentable(tensor) : -1;
  const why = `${where}: element ${bad} is ${tensor.data[bad]}, which is not a value of ${type.elem}`;
  assert.equal(bad, -1, why);
}

/** Runs a sample, as far as the first op that the author declared to have no evaluator. */
function checkEvaluation(module: Module, exempt: readonly string[]): void {
  for (const inputs of drawInputs(module, { rows: 4, seed: 1 })) {
    try {
      evaluateModule(module, inputs, { onValue: checkValue });
    } catch (error) {
      if (!(error instanceof EvaluateError && exempt.includes(error.op.def.name))) throw error;
    }
  }
}

/** Ops say what they are, evaluate to what they infer, and survive printing. */
export function opChecks(make: () => Plugin, options: ConformanceOptions): readonly ConformanceCheck[] {
  const ops = make().ops ?? [];
  const exempt = options.withoutEvaluator ?? [];
  const checks: ConformanceCheck[] = ops.map((def) => ({
    title: `\`${def.name}\` has a summary and an evaluator`,
    run: () => {
      assert.ok(def.summary.trim().length > 0, "the summary is empty");
      assert.ok(def.evaluate !== undefined || exempt.includes(def.name), "there is no evaluator");
    },
  }));
  if (ops.length > 0) {
    checks.push({
      title: "samples hold every op",
      run: () => {
        const compiler = compilerOf(make(), options);
        const seen = new Set<string>();
        for (const [, module] of samplesOf(compiler, options)) {
          for (const graph of moduleGraphs(module)) for (const op of graph.ops()) seen.add(op.def.name);
        }
        const missing = ops.map((def) => def.name).filter((name) => !seen.has(name));
        assert.deepEqual(missing, [], "no sample holds these ops");
      },
    });
  }
  for (const name of Object.keys(options.samples ?? {})) {
    const sample = () => {
      const compiler = compilerOf(make(), options);
      return { compiler, module: samplesOf(compiler, options).find(([key]) => key === name)![1] };
    };
    checks.push({
      title: `sample \`${name}\` survives printing and parsing`,
      run: () => {
        const { compiler, module } = sample();
        const text = printModule(module);
        assert.equal(printModule(parseModule(text, { ops: compiler.ops })), text);
      },
    });
    checks.push({
      title: `sample \`${name}\` evaluates to the types that are inferred`,
      run: () => {
        checkEvaluation(sample().module, exempt);
      },
    });
  }
  return checks;
}
