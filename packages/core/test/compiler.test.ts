import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createCompiler,
  createModule,
  DiagnosticError,
  defineFact,
  definePass,
  Graph,
  type Hooks,
  type Module,
  type Pass,
  type Plugin,
  parseModule,
  type Summary,
  tensor,
} from "@gatefold/core";
import { describe, expect, it } from "vitest";
import { Neg, testOps, testTable } from "./dialect.js";
import { codesOf, errorOf, moduleOf } from "./helpers.js";

const text = 'module "m" { main(%x: tensor<2xi4>) { %y = t.neg(%x) return %y } }';
const source = { name: "m.gf", bytes: new TextEncoder().encode(text) };
const toy = (more: Partial<Plugin> = {}): Plugin => ({ name: "toy", ops: testOps, ...more });

function pass(name: string, run: Pass["run"]): Pass {
  return definePass({ name, summary: "s", phase: "fold", semantics: "changes-numerics", run });
}

describe("compile", () => {
  it("imports, runs, emits, and says so", async () => {
    const log: string[] = [];
    const plugin = toy({
      passes: [pass("p", ({ main }) => main.setOutputs(main.inputs))],
      setup: (hooks) => {
        hooks.import.tap(async ({ name, bytes }, { ops }) => {
          log.push(`import ${name}`);
          return parseModule(new TextDecoder().decode(bytes), { ops });
        });
        hooks.pipeline.tap((passes) => {
          log.push(`pipeline ${passes.length}`);
          return passes;
        });
        hooks.beforePass.tap(({ pass: { name } }) => void log.push(`before ${name}`));
        hooks.afterPass.tap(({ pass: { name }, changed }) => void log.push(`after ${name} ${changed}`));
        hooks.emit.tap(({ files, module }) => files.add("rtl/top.v", module.name, "rtl"));
        hooks.done.tap(async ({ ok, files }) => void log.push(`done ${ok} ${files.length}`));
      },
    });
    const { compilation, files } = await createCompiler({ plugins: [plugin] }).compile({
      ...source,
      name: "m.toy",
    });
    expect([...files]).toEqual([["rtl/top.v", "m"]]);
    expect(compilation.outputs).toEqual([{ path: "rtl/top.v", content: "m", kind: "rtl", plugin: "toy" }]);
    expect(compilation.timings.map((t) => [t.name, t.phase, t.changed])).toEqual([["toy/p", "fold", true]]);
    expect(log).toEqual(["import m.toy", "pipeline 1", "before toy/p", "after toy/p true", "done true 1"]);
  });

  it("takes `.gf` text, from bytes and from files, and modules built in code", async () => {
    const compiler = createCompiler({ plugins: [toy()] });
    expect((await compiler.import(source)).module.name).toBe("m");
    const dir = mkdtempSync(join(tmpdir(), "gatefold-"));
    writeFileSync(join(dir, "m.gf"), text);
    expect((await compiler.import(join(dir, "m.gf"))).module.main.inputs).toHaveLength(1);
    rmSync(dir, { recursive: true });
    expect(await codesOf(() => compiler.import(join(dir, "m.gf")))).toEqual(["core/unreadable-file"]);
    const module = moduleOf("return %x");
    expect(compiler.start(module).module).toBe(module);
  });

  it("refuses what nobody reads, and modules that don't verify", async () => {
    const compiler = createCompiler({ plugins: [toy()] });
    const error = await errorOf(() => compiler.import({ ...source, name: "m.onnx" }));
    expect(error.message).toContain("No plugin reads `m.onnx`.");
    const broken = 'module "m" { main(%x: tensor<2xi4>) { %y = t.marked(%x) {count = -1} return %y } }';
    expect(
      (await errorOf(() => compiler.import({ ...source, bytes: new TextEncoder().encode(broken) }))).message,
    ).toContain("(C1)");
  });

  it("asks importers in order until one takes the model, and heeds their errors", async () => {
    const importer = (name: string, give?: () => Module): Plugin => ({
      name,
      setup: (hooks) => hooks.import.tap(() => give?.()),
    });
    const one = importer("one");
    const two = importer("two", () => moduleOf("return %x"));
    const three = importer("three", () => {
      throw new Error("never asked");
    });
    const compiler = createCompiler({ plugins: [one, two, three] });
    expect((await compiler.import({ ...source, name: "x" })).module.name).toBe("m");
    const complains: Plugin = {
      name: "complains",
      setup: (hooks) =>
        hooks.import.tap((_, { diagnostics }) => {
          diagnostics.error("t/one", "One.");
          diagnostics.error("t/two", "Two.");
          return moduleOf("return %x");
        }),
    };
    expect(await codesOf(() => createCompiler({ plugins: [complains] }).import(source))).toEqual([
      "t/one",
      "t/two",
    ]);
  });

  it("tells `done` about failures too, and lets the first error win", async () => {
    const summaries: Summary[] = [];
    const plugin = toy({
      passes: [pass("p", (_, { diagnostics }) => diagnostics.error("t/no", "No."))],
      setup: (hooks) =>
        hooks.done.tap((summary) => {
          summaries.push(summary);
          throw new Error("later");
        }),
    });
    const compiler = createCompiler({ plugins: [plugin] });
    expect(await codesOf(() => compiler.compile(source))).toEqual(["t/no"]);
    expect(summaries[0]).toMatchObject({ ok: false, files: [] });
    expect(summaries[0]?.error).toBeInstanceOf(DiagnosticError);
    expect(summaries[0]?.diagnostics.map((d) => d.code)).toEqual(["t/no", "core/plugin-threw"]);
    expect(
      await codesOf(() => createCompiler({ plugins: [{ ...plugin, passes: [] }] }).compile(source)),
    ).toEqual(["core/plugin-threw"]);
  });

  it("keeps facts and diagnostics with the compilation, and runs only what is asked", async () => {
    const fact = defineFact<string>("f");
    const heard: string[] = [];
    const warns = pass("warns", (_, { facts, diagnostics }) => {
      facts.set(fact, "yes");
      diagnostics.warning("t/w", "W.");
    });
    const compiler = createCompiler({ plugins: [toy({ passes: [warns, pass("more", () => undefined)] })] });
    compiler.hooks.diagnostic.tap((d) => void heard.push(d.code));
    const compilation = await compiler.import(source);
    await compiler.run(compilation, { stopAfter: "toy/warns" });
    expect(compilation.timings.map((t) => t.name)).toEqual(["toy/warns"]);
    expect(compilation.facts.get(fact)).toBe("yes");
    expect(compilation.facts.names()).toEqual(["f"]);
    expect([heard, compilation.diagnostics.all.map((d) => d.code)]).toEqual([["t/w"], ["t/w"]]);
    await errorOf(() => compiler.run(compilation, { stopAfter: "nothing" }));
    expect(heard).toEqual(["t/w", "core/unknown-pass"]);
  });
});

describe("pipeline taps", () => {
  const p = (name: string): Pass => pass(name, () => undefined);

  it("change the passes in plugin order; phases stay in order", () => {
    const early = definePass({ ...p("early"), phase: "canonicalize" });
    const plugin = toy({
      passes: [p("a"), p("b")],
      setup: (hooks) => hooks.pipeline.tap((passes) => [...passes, early]),
    });
    const dropper: Plugin = {
      name: "dropper",
      setup: (hooks) => hooks.pipeline.tap((all) => all.filter((x) => x.name !== "toy/a")),
    };
    const watcher: Plugin = { name: "watcher", setup: (hooks) => hooks.pipeline.tap(() => undefined) };
    const compiler = createCompiler({ plugins: [plugin, dropper, watcher] });
    expect(compiler.passes.map((x) => x.name)).toEqual(["early", "toy/b"]);
    compiler.hooks.pipeline.tap(() => [{ ...p("c"), phase: "never" as "fold" }]);
    expect(() => compiler.passes).toThrow("Pass `c` wants to run in the phase `never`");
  });
});

describe("emit", () => {
  const emitter = (name: string, path: string): Plugin => ({
    name,
    setup: (hooks) => hooks.emit.tap(({ files }) => files.add(path, new Uint8Array(1), "data")),
  });

  it("names both plugins that make one file", async () => {
    const compiler = createCompiler({ plugins: [emitter("one", "a/b"), emitter("two", "a/b")] });
    const error = await errorOf(() => compiler.emit(compiler.start(moduleOf("return %x"))));
    expect(error.message).toContain("Plugins `one` and `two` both emit `a/b`.");
  });

  it.each(["../a", "/a", "a//b", "a/./b", "", "C:/a", "a\\b"])("refuses the path %j", async (path) => {
    const compiler = createCompiler({ plugins: [emitter("one", path)] });
    const compilation = compiler.start(moduleOf("return %x"));
    expect(await codesOf(() => compiler.emit(compilation))).toEqual(["core/bad-output-path"]);
    expect(compilation.outputs).toEqual([]);
  });

  it("gives nothing when a plugin reports an error", async () => {
    const bad: Plugin = {
      name: "bad",
      setup: (h) => h.emit.tap(({ diagnostics }) => diagnostics.error("t/e", "E.")),
    };
    const compiler = createCompiler({ plugins: [emitter("one", "a"), bad] });
    const compilation = compiler.start(moduleOf("return %x"));
    expect(await codesOf(() => compiler.emit(compilation))).toEqual(["t/e"]);
    expect(compilation.outputs).toEqual([]);
  });
});

describe("a plugin that throws is named", () => {
  const cause = new Error("oh");
  const fail = (): never => {
    throw cause;
  };
  it.each<[keyof Hooks, (hooks: Hooks) => void]>([
    ["import", (hooks) => hooks.import.tap(fail)],
    ["pipeline", (hooks) => hooks.pipeline.tap(fail)],
    ["beforePass", (hooks) => hooks.beforePass.tap(fail)],
    ["afterPass", (hooks) => hooks.afterPass.tap(fail)],
    ["emit", (hooks) => hooks.emit.tap(async () => fail())],
    ["diagnostic", (hooks) => hooks.diagnostic.tap(fail)],
    ["done", (hooks) => hooks.done.tap(async () => fail())],
  ])("in %s", async (hook, setup) => {
    const works = toy({ passes: [pass("p", (_, { diagnostics }) => diagnostics.note("t/n", "N."))] });
    const compiler = createCompiler({ plugins: [works, { name: "broken", setup }] });
    const error = await errorOf(() => compiler.compile(source));
    expect(error.diagnostics[0]).toMatchObject({
      code: "core/plugin-threw",
      message: `Plugin \`broken\` threw in \`${hook}\`: oh`,
    });
    let root: unknown = error;
    while (root instanceof DiagnosticError) root = root.cause;
    expect(root).toBe(cause);
  });

  it("in setup, and with its own diagnostics noted", async () => {
    expect(
      (await errorOf(() => createCompiler({ plugins: [{ name: "broken", setup: fail }] }))).message,
    ).toContain("Plugin `broken` threw in `setup`: oh");
    const strict: Plugin = {
      name: "strict",
      setup: (hooks) =>
        hooks.emit.tap(({ diagnostics }) => {
          diagnostics.error("t/e", "E.");
          diagnostics.throwIfErrors();
        }),
    };
    const compiler = createCompiler({ plugins: [strict] });
    const compilation = compiler.start(moduleOf("return %x"));
    const error = await errorOf(() => compiler.emit(compilation));
    expect(compilation.diagnostics.all).toHaveLength(1);
    expect(error.diagnostics[0]).toMatchObject({
      code: "t/e",
      notes: ["raised by plugin `strict` in `emit`"],
    });
  });

  it("when it taps a sync hook with an async function", async () => {
    const lazy: Plugin = { name: "lazy", setup: (hooks) => hooks.afterPass.tap(async () => undefined) };
    const compiler = createCompiler({ plugins: [toy({ passes: [pass("p", () => undefined)] }), lazy] });
    expect(await codesOf(() => compiler.compile(source))).toEqual(["core/sync-hook"]);
  });
});

describe("isolation", () => {
  it("two compilers never meet", async () => {
    const heard: string[] = [];
    const make = (id: string): Plugin =>
      toy({
        passes: [pass("p", (_, { facts }) => expect(facts.names()).toEqual([]))],
        setup: (hooks) => {
          hooks.afterPass.tap(({ module }) => void heard.push(`${id} ${module.name}`));
          hooks.emit.tap(({ files }) => files.add("f", id, "data"));
        },
      });
    const [a, b] = [createCompiler({ plugins: [make("a")] }), createCompiler({ plugins: [make("b")] })];
    const bare = createCompiler({ plugins: [] });
    a.hooks.done.tap(() => void heard.push("a done"));
    const results = await Promise.all([a.compile(source), b.compile(source)]);
    expect(results.map((r) => r.files.get("f"))).toEqual(["a", "b"]);
    expect(heard.sort()).toEqual(["a done", "a m", "b m"]);
    expect([bare.passes, [...bare.ops.keys()]]).toEqual([[], ["core.constant", "core.return"]]);
    await expect(bare.import(source)).rejects.toThrow("There is no op `t.neg`");
  });

  it("one plugin object in two compilers taps each once", async () => {
    let count = 0;
    const plugin = toy({
      passes: [pass("p", () => undefined)],
      setup: (hooks) => hooks.afterPass.tap(() => void count++),
    });
    const [a] = [createCompiler({ plugins: [plugin] }), createCompiler({ plugins: [plugin] })];
    await a.compile(source);
    expect(count).toBe(1);
  });

  it("hooks are frozen, seven, and have no more than `tap`", () => {
    const { hooks } = createCompiler({ plugins: [] });
    expect(Object.isFrozen(hooks)).toBe(true);
    expect(Object.keys(hooks)).toEqual([
      "import",
      "pipeline",
      "beforePass",
      "afterPass",
      "emit",
      "diagnostic",
      "done",
    ]);
    for (const hook of Object.values(hooks)) expect(Object.keys(hook)).toEqual(["tap"]);
  });
});

it("a module can be built and printed without any compiler", () => {
  const graph = new Graph("main");
  graph.setOutputs([Neg.build(graph, [graph.addInput(tensor("i4", [1]), "x")])]);
  expect(createModule("m", graph).main.outputs).toHaveLength(1);
  expect(testTable.size).toBe(testOps.length + 2);
});
