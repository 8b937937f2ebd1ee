import {
  checkOptions,
  createCompiler,
  DiagnosticError,
  defineConfig,
  defineInterface,
  defineModel,
  defineOp,
  definePass,
  definePlugin,
  option,
  optionError,
  orderPlugins,
  type Pass,
  type Phase,
  type Plugin,
  type Target,
} from "@gatefold/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Add, Neg } from "./dialect.js";
import { codesOf, errorOf } from "./helpers.js";

const names = (plugins: readonly Plugin[]): string => plugins.map((p) => p.name).join(" ");

function pass(name: string, phase: Phase = "streamline"): Pass {
  return definePass({ name, summary: "s", phase, semantics: "bit-exact", run: () => undefined });
}

const target: Target = {
  name: "toy-1k",
  family: "toy",
  device: "T1",
  resources: { lutCount: 1000, ffCount: 1000, bramCount: 2, bramBits: 4096, dspCount: 0 },
  defaultClockMhz: 12,
  lutInputs: 4,
  tools: {},
};

describe("config", () => {
  it("flattens lists, drops falsy entries and keeps other fields", () => {
    const [a, b] = [{ name: "a" }, { name: "b" }];
    const config = defineConfig({ plugins: [a, false, [null, [b, undefined]], 0, ""], outDir: "out" });
    expect(config.plugins).toEqual([a, b]);
    expect(config.outDir satisfies string).toBe("out");
    expect(Object.isFrozen(config)).toBe(true);
  });
});

describe("plugin order", () => {
  it("is the configuration's, as far as `before` and `after` allow", () => {
    expect(names(orderPlugins([{ name: "a" }, { name: "b" }, { name: "c" }]))).toBe("a b c");
    expect(names(orderPlugins([{ name: "a", after: ["c"] }, { name: "b" }, { name: "c" }]))).toBe("b c a");
    expect(names(orderPlugins([{ name: "a" }, { name: "b" }, { name: "c", before: ["a"] }]))).toBe("b c a");
  });

  it("holds every constraint of an order that exists", () => {
    const cases = fc
      .integer({ min: 1, max: 8 })
      .chain((n) =>
        fc.tuple(
          fc.shuffledSubarray([...Array(n).keys()], { minLength: n, maxLength: n }),
          fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1), fc.boolean())),
        ),
      );
    fc.assert(
      fc.property(cases, ([given, links]) => {
        const wanted = links.filter(([i, j]) => i < j);
        const plugins = given.map((id) => ({
          name: `p${id}`,
          before: wanted.filter(([i, , forward]) => forward && i === id).map(([, j]) => `p${j}`),
          after: wanted.filter(([, j, forward]) => !forward && j === id).map(([i]) => `p${i}`),
        }));
        const order = orderPlugins(plugins).map((p) => p.name);
        expect([...order].sort()).toEqual(plugins.map((p) => p.name).sort());
        for (const [i, j] of wanted) expect(order.indexOf(`p${i}`)).toBeLessThan(order.indexOf(`p${j}`));
      }),
    );
  });

  it("names the members of a cycle, and only those", async () => {
    const plugins = [
      { name: "z", after: ["a"] },
      { name: "a", before: ["b"] },
      { name: "b", before: ["c"] },
      { name: "c", before: ["a"] },
    ];
    const error = await errorOf(() => orderPlugins(plugins));
    expect(error.diagnostics[0]?.code).toBe("core/plugin-cycle");
    const cycle = [...error.diagnostics[0]!.message.matchAll(/`(\w)`/g)].map((m) => m[1]).join("");
    expect(["abca", "bcab", "cabc"]).toContain(cycle);
    expect((await errorOf(() => orderPlugins([{ name: "a", before: ["a"] }]))).message).toContain(
      "`a` → `a`",
    );
  });

  it("reports unknown, duplicate and ill-formed names all at once", async () => {
    const plugins = [{ name: "a", before: ["nobody"] }, { name: "a" }, { name: "B" }];
    const error = await errorOf(() => createCompiler({ plugins }));
    expect(error.diagnostics.map((d) => d.code)).toEqual([
      "core/unknown-plugin",
      "core/duplicate-name",
      "core/bad-plugin",
    ]);
    expect(error.message).toContain(
      "Plugin `a` wants to come before `nobody`, which is not in the configuration.",
    );
  });
});

describe("fields of plugins", () => {
  it("come together: ops, passes with their plugin's name, targets, cost rules, models", () => {
    const Costly = defineInterface<number>("t.costly");
    const costRule = { op: Add, family: "toy", source: "guess", estimate: () => ({ lutCount: 1 }) };
    const compiler = createCompiler({
      plugins: [
        {
          name: "one",
          ops: [Add],
          passes: [pass("late", "fold"), pass("early", "canonicalize")],
          models: [defineModel(Add, Costly, 7)],
        },
        {
          name: "two",
          ops: [Add, Neg],
          passes: [pass("middle", "prune")],
          targets: [target],
          costRules: [costRule],
          before: ["one"],
        },
      ],
    });
    expect([...compiler.ops.keys()].sort()).toEqual(["core.constant", "core.return", "t.add", "t.neg"]);
    expect(compiler.passes.map((p) => p.name)).toEqual(["one/early", "two/middle", "one/late"]);
    expect(compiler.targets.get("toy-1k")).toBe(target);
    expect(compiler.costRules).toEqual([costRule]);
    expect(compiler.interfaces.get(Add, Costly)).toBe(7);
    expect(compiler.plugins.map((p) => p.name)).toEqual(["two", "one"]);
  });

  it("clash with the names of both owners", async () => {
    const OtherAdd = defineOp({ name: "t.add", summary: "", operands: [], infer: () => [] });
    const plugins = [
      { name: "one", ops: [Add], passes: [pass("p")], targets: [target] },
      { name: "two", ops: [OtherAdd], passes: [pass("p")], targets: [{ ...target }] },
    ];
    const error = await errorOf(() => createCompiler({ plugins }));
    expect(error.diagnostics.map((d) => d.message)).toEqual([
      "Plugins `one` and `two` both bring the op `t.add`.",
      "Plugins `one` and `two` both bring the pass `p`.",
      "Plugins `one` and `two` both bring the target `toy-1k`.",
    ]);
    const twice = await errorOf(() =>
      createCompiler({ plugins: [{ name: "one", passes: [pass("p"), pass("p")] }] }),
    );
    expect(twice.message).toContain("Plugin `one` brings the pass `p` twice.");
    const Fake = defineOp({ name: "core.constant", summary: "", operands: [], infer: () => [] });
    expect(
      (await errorOf(() => createCompiler({ plugins: [{ name: "x", ops: [Fake] }] }))).message,
    ).toContain("`core` and `x`");
  });

  it("are checked", async () => {
    const odd = { ...pass("p"), phase: "finish" as Phase };
    expect(await codesOf(() => createCompiler({ plugins: [{ name: "x", passes: [odd] }] }))).toEqual([
      "core/unknown-phase",
    ]);
    const noSetup = definePlugin({ name: "x", setup: 3 as never });
    expect(await codesOf(() => createCompiler({ plugins: [noSetup] }))).toEqual(["core/bad-plugin"]);
  });
});

describe("options", () => {
  const schema = {
    fps: option.integer({ min: 1 }),
    ratio: option.optional(option.number({ min: 0, max: 1 })),
    mode: option.optional(option.oneOf(["small", "fast"])),
    layers: option.optional(
      option.list(option.object({ pe: option.integer(), name: option.optional(option.string()) })),
    ),
    pins: option.optional(option.record(option.boolean())),
    clock: option.optional(option.custom("a clock", (v) => v === "clk")),
  };
  const check = (options: object) => () => checkOptions("fold", options, schema);

  it("pass when they are right", () => {
    const options = {
      fps: 5,
      ratio: 0.5,
      mode: "fast",
      layers: [{ pe: 2 }, { pe: 1, name: "l" }],
      pins: { a: true },
      clock: "clk",
    };
    expect(check(options)()).toBe(options);
  });

  it.each([
    [{}, "`fold`: option `fps` is not given, and has to be an integer, at least 1."],
    [{ fps: 0 }, "option `fps` is `0`"],
    [{ fps: Number.NaN }, "option `fps` is `NaN`"],
    [{ fps: 1, ratio: 2 }, "option `ratio` is `2`, and has to be a finite number, at least 0, at most 1."],
    [{ fps: 1, mode: "slow" }, 'option `mode` is `"slow"`, and has to be one of small, fast.'],
    [
      { fps: 1, layers: [{ pe: 1 }, { pe: 1.5 }] },
      "option `layers[1].pe` is `1.5`, and has to be an integer.",
    ],
    [
      { fps: 1, layers: [{ pe: 1, simd: 2 }] },
      "option `layers[0].simd` is `2`, and has to be one of pe, name",
    ],
    [{ fps: 1, layers: {} }, "option `layers` is `{}`, and has to be a list"],
    [{ fps: 1, layers: [[]] }, "option `layers[0]` is `[]`, and has to be an object"],
    [{ fps: 1, pins: { led: 1 } }, "option `pins.led` is `1`, and has to be true or false."],
    [{ fps: 1, clock: () => 1 }, "option `clock` is a function, and has to be a clock."],
    [
      { fsp: 1, fps: 1 },
      "option `fsp` is `1`, and has to be one of fps, ratio, mode, layers, pins, clock: there is no option of this name.",
    ],
    [[], "option `options` is `[]`, and has to be an object."],
  ])("%j", async (options, message) => {
    const error = await errorOf(check(options));
    expect(error.message).toContain(message);
    expect(error.diagnostics[0]?.code).toBe("core/bad-option");
  });

  it("are all reported, and one alone can be", async () => {
    expect((await errorOf(check({ fps: 0, ratio: 2, x: 1 }))).diagnostics).toHaveLength(3);
    expect(optionError("fold", "target", "a known target", "x")).toBeInstanceOf(DiagnosticError);
  });
});
