import assert from "node:assert/strict";
import { type Compiler, type Module, type Plugin, parseModule, printModule } from "@gatefold/core";
import type { ConformanceCheck, ConformanceOptions } from "../conformance.js";
import { compilerOf, samplesOf } from "./samples.js";

async function runSample(compiler: Compiler, module: Module): Promise<string> {
  const compilation = compiler.start(module);
  await compiler.run(compilation, { check: "semantics" });
  const unchecked = compilation.diagnostics.all.filter((d) => d.code === "core/semantics-unchecked");
  assert.deepEqual(
    unchecked.map((d) => d.message),
    [],
    "a promise could not be checked",
  );
  return printModule(module);
}

/** Passes keep their word, leave valid modules, come to the same result twice, and canonicalizers come to rest. */
export function passChecks(make: () => Plugin, options: ConformanceOptions): readonly ConformanceCheck[] {
  const passes = make().passes ?? [];
  const checks: ConformanceCheck[] = passes.map((pass) => ({
    title: `pass \`${pass.name}\` has a kebab-case name and a summary`,
    run: () => {
      assert.match(pass.name, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      assert.ok(pass.summary.trim().length > 0, "the summary is empty");
    },
  }));
  if (passes.length === 0) return checks;
  checks.push({
    title: "samples change under the passes",
    run: async () => {
      const idle = new Set(passes.map((pass) => `${make().name}/${pass.name}`));
      const compiler = compilerOf(make(), options);
      for (const [, module] of samplesOf(compiler, options)) {
        const compilation = compiler.start(module);
        await compiler.run(compilation);
        for (const { name, changed } of compilation.timings) if (changed) idle.delete(name);
      }
      assert.deepEqual([...idle], [], "no sample gives these passes anything to do");
    },
  });
  for (const name of Object.keys(options.samples ?? {})) {
    const run = async (): Promise<{ compiler: Compiler; text: string }> => {
      const compiler = compilerOf(make(), options);
      const module = samplesOf(compiler, options).find(([key]) => key === name)![1];
      return { compiler, text: await runSample(compiler, module) };
    };
    checks.push({
      title: `passes keep their semantics on sample \`${name}\`, and what they leave verifies and survives printing`,
      run: async () => {
        const { compiler, text } = await run();
        assert.equal(printModule(parseModule(text, { ops: compiler.ops })), text);
      },
    });
    checks.push({
      title: `sample \`${name}\` gives the same text twice`,
      run: async () => assert.equal((await run()).text, (await run()).text),
    });
    checks.push({
      title: `canonicalizers find nothing left in sample \`${name}\``,
      run: async () => {
        const compiler = compilerOf(make(), options);
        const module = samplesOf(compiler, options).find(([key]) => key === name)![1];
        const again = { phases: ["canonicalize"] } as const;
        await compiler.run(compiler.start(module), again);
        const once = printModule(module);
        await compiler.run(compiler.start(module), again);
        assert.equal(printModule(module), once);
      },
    });
  }
  return checks;
}
