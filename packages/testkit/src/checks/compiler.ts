import assert from "node:assert/strict";
import { DiagnosticError, definePlugin, type Pass, type Plugin, printModule } from "@gatefold/core";
import type { ConformanceCheck, ConformanceOptions } from "../conformance.js";
import { compilerOf, samplesOf } from "./samples.js";

function names(text: string): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof DiagnosticError, "the error is not a DiagnosticError");
    assert.ok(error.message.includes(text), `the error does not name \`${text}\`: ${error.message}`);
    return true;
  };
}

/** Compiles every sample in a compiler of its own, all at once or one after the other. */
async function compileAll(
  make: () => Plugin,
  options: ConformanceOptions,
  together: boolean,
): Promise<string[]> {
  const jobs = Object.keys(options.samples ?? {}).map((name) => async () => {
    const compiler = compilerOf(make(), options);
    const module = samplesOf(compiler, options).find(([key]) => key === name)![1];
    await compiler.run(compiler.start(module));
    return printModule(module);
  });
  if (together) return Promise.all(jobs.map((job) => job()));
  const texts: string[] = [];
  for (const job of jobs) texts.push(await job());
  return texts;
}

/** The plugin among others: it fits into a compiler, stays out of other compilers, and is named when it fails. */
export function compilerChecks(make: () => Plugin, options: ConformanceOptions): readonly ConformanceCheck[] {
  const plugin = make();
  const failing = (pass: Pass): Pass => ({
    ...pass,
    run: () => {
      throw new Error("on purpose");
    },
  });
  const checks: ConformanceCheck[] = [
    {
      title: "fits into a compiler, twice in one process",
      run: () => {
        const [one, two] = [compilerOf(make(), options), compilerOf(make(), options)];
        assert.deepEqual(
          one.passes.map((pass) => pass.name),
          two.passes.map((pass) => pass.name),
        );
      },
    },
    {
      title: "gives the same results beside other compilers as alone",
      run: async () =>
        assert.deepEqual(await compileAll(make, options, true), await compileAll(make, options, false)),
    },
    {
      title: "is named when its setup throws",
      run: () => {
        const broken = definePlugin({
          ...plugin,
          setup: () => {
            throw new Error("on purpose");
          },
        });
        assert.throws(() => compilerOf(broken, options), names(`\`${plugin.name}\``));
      },
    },
  ];
  for (const pass of plugin.passes ?? []) {
    checks.push({
      title: `is named when its pass \`${pass.name}\` throws`,
      run: async () => {
        const passes = plugin.passes!.map((each) => (each === pass ? failing(each) : each));
        const compiler = compilerOf({ ...plugin, passes }, options);
        const [sample] = samplesOf(compiler, options);
        assert.ok(sample, "there is no sample to run the pass on");
        await assert.rejects(
          compiler.run(compiler.start(sample[1])),
          names(`\`${plugin.name}/${pass.name}\``),
        );
      },
    });
  }
  return checks;
}
